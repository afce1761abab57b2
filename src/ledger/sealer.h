// Keys for sealed entries.
//
// A lasting entry has a key of its own for its body, and another for what the actor discloses of themself, so that each
// can be forgotten and nothing else with it, here and in every backup. Passing entries (reads, sessions) are many and
// go by age: those of one party, or person, and one UTC day share a key.
//
// No transaction waits for a key, and entries seldom do: keys come from a stock that a thread of its own makes ahead,
// many in one write of the keystore. When it is empty all the same, one who needs a key makes some, and the others wait
// for these. What is in stock at the end, or has lain there for a day, is returned to the keystore: whoever sweeps keys
// counts on it that a row names one within three days of its making (store/sweep.h). A kill leaves it there, at most 8192
// keys that open nothing. The holder of all is "log": a party reads its entries through the log.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "base/time.h"
#include "ledger/log_store.h"
#include "store/vault.h"

namespace alting::ledger {

inline constexpr const char* log_holder = "log";

class Sealer {
 public:
  // Without a clock its stock does not age: for one that lives for a piece of work.
  explicit Sealer(store::Vault& vault, const base::Clock* clock = nullptr) : vault_(vault), clock_(clock) {}
  ~Sealer();  // returns the keys that nobody took; a keystore that fails is logged, and keeps them
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;
  // From now on the stock is filled whenever it is low. Writes to the keystore, now and behind the entries.
  void keep_stocked();
  // Under a key of its own. Makes keys on the spot only when the stock is empty.
  [[nodiscard]] SealedPart seal(base::ByteView plaintext);
  // Under the key of this party (0: the system's own) and day.
  [[nodiscard]] SealedPart seal_shared(std::int64_t party, base::Instant day, base::ByteView plaintext);
  // From when on nothing is under way any more that was sealed under a shared key of an entry committed then. An entry
  // is committed no earlier than it was sealed, and within an hour of it.
  [[nodiscard]] static base::Instant settled_after(base::Instant committed_at);
  [[nodiscard]] base::Result<base::Bytes> open(const SealedPart& part);

 private:
  using Lock = std::unique_lock<std::mutex>;
  [[nodiscard]] SealedPart seal_under(const base::Uuid& key, base::ByteView plaintext);
  [[nodiscard]] base::Uuid take_new(Lock& lock);
  void make_some(Lock& lock);
  void run_keeper();
  void return_keys(std::vector<base::Uuid>& keys);
  void renew_stock();
  void add(const std::vector<base::Uuid>& fresh, base::Instant made_after);
  [[nodiscard]] base::Instant now() const { return clock_ != nullptr ? clock_->now() : base::Instant{}; }
  [[nodiscard]] bool is_low() const { return stock_.size() < wanted_ / 2; }
  store::Vault& vault_;
  const base::Clock* clock_;
  std::mutex mutex_;
  std::condition_variable made_, low_;
  std::map<std::int64_t, base::Uuid> shared_;  // of day_, by party
  std::int64_t day_ = -1;
  std::vector<base::Uuid> stock_;
  std::vector<base::Uuid> unused_;  // that were in stock too long, and are to be returned
  base::Instant stocked_since_;     // no key in stock is older
  std::size_t wanted_ = 64;         // doubles when the stock runs out
  bool making_ = false;             // someone who found it empty
  bool stopping_ = false;
  std::thread keeper_;
};

}  // namespace alting::ledger
