// Whether the tree in the database is the one that was signed, gone on.
//
// A database can be set back: by a restore before the start, and on PostgreSQL also under the running program, by a
// failover to a replica that was behind or by recovery to a point in time. What then grows on it is another history. So
// every tree that is read from the database, at the start and after every doubtful commit, must begin with the tree
// that the checkpoint store knows; else nothing is signed any more.
#pragma once
#include <string_view>

#include "base/result.h"
#include "ledger/checkpoint.h"
#include "ledger/log_store.h"

namespace alting::ledger {

inline constexpr std::string_view what_to_do_when_set_back =
    "Restore the newest backup of the database, or, if there is none, run 'alting log new-origin': it begins a new "
    "log, and old receipts still verify.";

// error.ledger.behind
[[nodiscard]] base::Error behind(const Checkpoint& signed_tree, const LogRow& row);

// error.ledger.guard_origin, .behind, .damaged (the leaves do not give the row's root) or .forked when `view`, the
// tree of `row`, does not begin with `signed_tree`.
[[nodiscard]] base::Status begins_with_signed(const Checkpoint& signed_tree, const LogRow& row, const TreeView& view,
                                              const TreeView::Loader& load);

// The log's tree as this transaction sees it, or why it may not be gone on with: as above, or error.ledger.behind
// because the log is not there at all.
[[nodiscard]] base::Result<Tree> load_signed(store::Tx& tx, std::int64_t log, const Checkpoint& signed_tree);

}  // namespace alting::ledger
