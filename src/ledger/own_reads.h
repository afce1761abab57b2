// A party's own reads, remembered until the next batch: one record for each actor, party, resource, instance and
// session.
#pragma once
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/time.h"
#include "ledger/ledger.h"

namespace alting::ledger {

// What the rows of the activity log call them.
[[nodiscard]] std::string_view own_read_name();

class OwnReads {
 public:
  void note(const terms::Permit& permit, base::Instant at);  // never blocks on anything but a short lock
  [[nodiscard]] std::vector<NewEntry> take(std::size_t max_count);
  void put_back(std::vector<NewEntry> entries);  // they could not be written: first in line next time
  [[nodiscard]] std::size_t waiting() const;

 private:
  mutable std::mutex mutex_;
  std::unordered_set<std::string> seen_;
  std::deque<NewEntry> waiting_;
};

}  // namespace alting::ledger
