// Whom each user acted for lately: the twenty latest, offered where one chooses whom to represent.
//
// Every page of a party notes it, and a page must not wait for a commit. So notes stay in memory and are written in
// batches a moment later; list() puts what waits on top of what is stored. A crash loses a moment's notes, which nobody
// was promised; another process on the same database sees them a moment later.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/time.h"
#include "store/database.h"
#include "terms/ids.h"

namespace alting::parties {

class RecentParties {
 public:
  RecentParties(store::Database& database, const base::Clock& clock);
  ~RecentParties();  // writes what waits
  RecentParties(const RecentParties&) = delete;
  RecentParties& operator=(const RecentParties&) = delete;

  void note(std::int64_t user, terms::PartyId party);                            // a short lock, no database
  [[nodiscard]] std::vector<terms::PartyId> list(std::int64_t user, int limit);  // the latest first; 1 to 20
  void write_waiting();                                                          // now, all of it

 private:
  using Key = std::pair<std::int64_t, std::int64_t>;  // user, party
  struct Latest {
    terms::PartyId party;
    base::Instant at;
  };
  void run();
  [[nodiscard]] std::vector<std::pair<Key, base::Instant>> some_waiting() const;
  void write_some(const std::vector<std::pair<Key, base::Instant>>& notes);

  store::Database& database_;
  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable noted_;
  std::map<Key, base::Instant> waiting_;
  std::unordered_map<std::int64_t, Latest> latest_;  // by user: what needs no new note
  base::Instant last_;
  bool stopping_ = false;
  std::thread writer_;
};

}  // namespace alting::parties
