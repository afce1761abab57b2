// Forgetting an entry, or who acted in it. The tree keeps its number, and every receipt of other entries still verifies.
//
// One erasure is, exactly:
//   1. erasure list   a durable line that says what is meant: "entry <id> <part> <keys>". From here on a restore does
//                     it again.
//   2. commit         the row loses what is erased, only when it still is as it was read; its row of the activity log
//                     too; and the keys it lay under are written down as still to be erased (ledger_erasure)
//   3. keystore       the keys are erased, in every backup too (store/keystore.h)
//   4. commit         they are written down no more
// A kill after 2 leaves what is written down, and finish_due() goes on from there. A kill before leaves a line that says
// more than was done: whoever asked was told nothing, and asks again.
//
// A key that others may lie under (see sealer.h; before keys of their own, lasting entries shared theirs too) goes only
// when nothing is sealed under it any more, an hour after its day: then what still lies under it is sealed again, a few
// rows at a time, each only when it still is as it was read.
#pragma once
#include <mutex>
#include <string_view>
#include <vector>

#include "ledger/ledger.h"
#include "ledger/log_store.h"
#include "ledger/sealer.h"

namespace alting::ledger {

class Eraser {
 public:
  Eraser(store::Database& database, store::Vault& vault, Sealer& sealer, const base::Clock& clock)
      : database_(database), vault_(vault), sealer_(sealer), clock_(clock) {}
  // not_found, or unavailable for an entry without a place. What has been erased before is no error.
  [[nodiscard]] base::Status erase(const std::vector<base::Uuid>& entries, ErasedPart part);
  // Erases the keys whose time has come. Answers how many.
  int finish_due();
  // After a restore, before the keys of the lists go: erases again what their lines say, and seals again what lies here
  // under one of the keys they name, and is not meant. Lines of others, and those cut off, are passed over. Answers how
  // many entries were erased.
  int replay(std::string_view list);

 private:
  using Keys = std::vector<base::Uuid>;
  struct Change {
    EntryRow before, after;
    Keys keys;  // that what is erased lies under
  };
  [[nodiscard]] Change change_of(const EntryRow& row, ErasedPart part);
  [[nodiscard]] base::Result<Keys> empty(const base::Uuid& id, ErasedPart part);
  [[nodiscard]] bool write(const Change& change, ErasedPart part, base::Instant due);
  void seal_rest_again(const base::Uuid& key);
  void finish(const Keys& keys);
  int finish_all_due();  // with mutex_ held

  store::Database& database_;
  store::Vault& vault_;
  Sealer& sealer_;
  const base::Clock& clock_;
  std::mutex mutex_;  // one at a time in this process; other processes are seen by the conditions of the updates
};

// For a restore, before the keys of the lists go. No Ledger is open on the database, and its tables are up to date.
int replay_erasures(store::Database& database, store::Vault& vault, const base::Clock& clock,
                    const std::vector<base::Bytes>& lists);

}  // namespace alting::ledger
