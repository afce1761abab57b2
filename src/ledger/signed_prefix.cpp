#include "ledger/signed_prefix.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/pending.h"

namespace alting::ledger {

using base::ErrorKind;

base::Error behind(const Checkpoint& signed_tree, const LogRow& row) {
  return ledger_error(ErrorKind::conflict, "error.ledger.behind",
                      fmt::format("the database is behind the checkpoint store: it holds {} entries of the log {}, but "
                                  "a tree of {} has been signed. {}",
                                  row.size, row.origin, signed_tree.size, what_to_do_when_set_back));
}

base::Status begins_with_signed(const Checkpoint& signed_tree, const LogRow& row, const TreeView& view,
                                const TreeView::Loader& load) {
  if (signed_tree.origin != row.origin)
    return ledger_error(ErrorKind::conflict, "error.ledger.guard_origin",
                        fmt::format("the checkpoint store is of the log {}, the database of {}. {}", signed_tree.origin,
                                    row.origin, what_to_do_when_set_back));
  if (signed_tree.size > row.size) return behind(signed_tree, row);
  if (view.size() != row.size || view.root() != row.root)
    return ledger_error(ErrorKind::conflict, "error.ledger.damaged",
                        "the leaves in the database do not give the root that stands beside them");
  if (view.root_at(signed_tree.size, load) != signed_tree.root)
    return ledger_error(
        ErrorKind::conflict, "error.ledger.forked",
        fmt::format("the database holds another history than the one that was signed (at {} entries of the log {}). {}",
                    signed_tree.size, row.origin, what_to_do_when_set_back));
  return {};
}

base::Result<Tree> load_signed(store::Tx& tx, std::int64_t log, const Checkpoint& signed_tree) {
  const auto all = logs(tx);
  const auto row = std::find_if(all.begin(), all.end(), [&](const LogRow& one) { return one.log == log; });
  if (row == all.end()) return behind(signed_tree, LogRow{log, signed_tree.origin, {}, 0, empty_root()});
  auto tree = load_tree(tx, log, row->size);
  const auto view = Tree(tree).view();
  ALTING_CHECK(begins_with_signed(signed_tree, *row, *view,
                                  [&](unsigned level, std::uint64_t number) -> std::shared_ptr<const Tile> {
                                    auto tile = load_tile(tx, log, level, number);
                                    if (!tile)
                                      throw store::DatabaseError("a tile of the log is missing in the database");
                                    return tile;
                                  }));
  return tree;
}

}  // namespace alting::ledger
