// Keys for sealed entries.
//
// A lasting entry has a key of its own for its body, and another for what the actor discloses of themself, so that each
// can be forgotten and nothing else with it, here and in every backup. Passing entries (reads, sessions) are many and
// go by age: those of one party, or person, and one UTC day share a key.
//
// No transaction waits for a key: they come from a small stock that is made ahead, many in one write of the keystore.
// The holder of all is "log": a party reads its entries through the log.
#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

#include "base/time.h"
#include "ledger/log_store.h"
#include "store/vault.h"

namespace alting::ledger {

inline constexpr const char* log_holder = "log";

class Sealer {
 public:
  explicit Sealer(store::Vault& vault) : vault_(vault) {}
  // Under a key of its own. Makes keys on the spot only when the stock is empty.
  [[nodiscard]] SealedPart seal(base::ByteView plaintext);
  // Under the key of this party (0: the system's own) and day.
  [[nodiscard]] SealedPart seal_shared(std::int64_t party, base::Instant day, base::ByteView plaintext);
  // From when on nothing is under way any more that was sealed under a shared key of an entry committed then. An entry
  // is committed no earlier than it was sealed, and within an hour of it.
  [[nodiscard]] static base::Instant settled_after(base::Instant committed_at);
  [[nodiscard]] base::Result<base::Bytes> open(const SealedPart& part);
  void restock();  // fills the stock when it is low; writes to the keystore

 private:
  [[nodiscard]] SealedPart seal_under(const base::Uuid& key, base::ByteView plaintext);
  [[nodiscard]] base::Uuid take_new();  // with mutex_ held
  store::Vault& vault_;
  std::mutex mutex_;
  std::map<std::int64_t, base::Uuid> shared_;  // of day_, by party
  std::int64_t day_ = -1;
  std::vector<base::Uuid> stock_;
  std::size_t wanted_ = 64;  // doubles when the stock runs out
};

}  // namespace alting::ledger
