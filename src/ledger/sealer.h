// Keys for sealed entries.
//
// A key of its own for every entry would cost a durable write to the keystore for each. Instead the entries of one
// party and one UTC day that are kept equally long share a key, and the keys come from a small stock that is made
// ahead, many in one write of the keystore, so that no transaction waits for it. What the actor discloses of themself
// is sealed apart, under the actor's key of that day, when actor and party differ. So deleting one key forgets one
// party's (or person's) day; deleting a single entry seals its neighbours again under a new key first (erasure.h). The
// holder of all is "log": a party reads its entries through the log.
#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <vector>

#include "base/time.h"
#include "ledger/event_kind.h"
#include "ledger/log_store.h"
#include "store/vault.h"

namespace alting::ledger {

inline constexpr const char* log_holder = "log";

class Sealer {
 public:
  explicit Sealer(store::Vault& vault) : vault_(vault) {}
  // `party` 0 is the system's own. Makes keys on the spot only when the stock is empty.
  [[nodiscard]] SealedPart seal(std::int64_t party, Retention retention, base::Instant day, base::ByteView plaintext);
  [[nodiscard]] SealedPart seal_under_new_key(base::ByteView plaintext);
  void retire(const std::set<base::Uuid>& keys);  // nothing more is sealed under them
  // How often keys were retired. What was sealed before the last time may lie under a retired key and, when it is not
  // durable yet, must be sealed again.
  [[nodiscard]] std::uint64_t retirements() const { return retirements_.load(std::memory_order_acquire); }
  [[nodiscard]] base::Result<base::Bytes> open(const SealedPart& part);
  void erase(const std::set<base::Uuid>& keys);  // durable when it returns
  void restock();                                // fills the stock when it is low; writes to the keystore
  [[nodiscard]] bool is_low();

 private:
  struct Subject {
    std::int64_t party;
    Retention retention;
    auto operator<=>(const Subject&) const = default;
  };
  [[nodiscard]] base::Uuid key_for(const Subject& subject, std::int64_t day);
  [[nodiscard]] base::Uuid take_new();  // with mutex_ held
  [[nodiscard]] std::vector<base::Uuid> make(std::size_t count);
  store::Vault& vault_;
  std::mutex mutex_;
  std::map<Subject, base::Uuid> keys_;  // of day_
  std::int64_t day_ = -1;
  std::vector<base::Uuid> stock_;
  std::size_t wanted_ = 64;  // doubles when the stock runs out
  std::atomic<std::uint64_t> retirements_{0};
};

}  // namespace alting::ledger
