#include "ledger/recheck.h"

#include <fmt/format.h>

#include "ledger/activity_feed.h"
#include "ledger/checkpoint_guard.h"
#include "ledger/concerned.h"
#include "ledger/log_store.h"
#include "store/row_reader.h"

namespace alting::ledger {

namespace {

constexpr int entries_at_once = 500;

class LogChecker {
 public:
  LogChecker(store::Database& database, Sealer* sealer, const LogRow& row, const OnRecheck& on_progress,
             Recheck& result)
      : database_(database), sealer_(sealer), row_(row), on_progress_(on_progress), result_(result) {}

  void run(const std::optional<Checkpoint>& signed_tree) {
    const auto size = static_cast<std::int64_t>(row_.size);
    for (std::int64_t at = 0; at < size;) {
      const auto piece = database_.read([&](store::Tx& tx) { return entries_from(tx, row_.log, at, entries_at_once); });
      if (piece.empty()) return fault(fmt::format("entry {} is missing", at));
      for (const auto& one : piece) {
        if (at == size) break;  // committed after this check began
        if (one.position != at) return fault(fmt::format("entry {} is missing", at));
        check_entry(one);
        tree_.add(leaf_hash(one.commitment.view()));
        frontier_.add(leaf_hash(one.commitment.view()));
        ++at;
        if (signed_tree && signed_tree->size == frontier_.size() && signed_tree->root != frontier_.root())
          fault("the tree does not begin with the one that was signed");
      }
      check_tiles();
      if (on_progress_ && !on_progress_({row_.origin, at, size})) {
        result_.stopped = true;
        return;
      }
    }
    result_.entries += size;
    if (tree_.view()->root() != row_.root || frontier_.root() != row_.root)
      fault("the leaves do not give the root that stands beside them");
    if (signed_tree && signed_tree->size > row_.size) fault("the database is behind what was signed");
  }

 private:
  void fault(std::string what) {
    if (result_.faults.size() < max_faults)
      result_.faults.push_back(fmt::format("{}: {}", row_.origin, what));
    else
      ++result_.more_faults;
  }

  void check_tiles() {
    for (const auto& full : tree_.completed()) {
      const auto stored =
          database_.read([&](store::Tx& tx) { return load_tile(tx, row_.log, full.level, full.number); });
      if (!stored || stored->slots(tile_width) != full.tile->slots(tile_width))
        fault(fmt::format("tile {} of level {} is missing or another", full.number, full.level));
    }
    (void)tree_.view();  // forgets the completed ones
  }

  void check_entry(const EntryRow& row) {
    if (sealer_ == nullptr) return;
    if (!row.body) {
      ++result_.erased;
      return;
    }
    try {
      const auto text = open_entry(*sealer_, row);
      if (!text) return fault(fmt::format("the key of entry {} is gone, but its body is not", *row.position));
      if (text->commitment() != row.commitment)
        return fault(fmt::format("entry {} is not the one that was committed", *row.position));
      const auto entry = base::Json::parse(text->canonical);
      const auto canonical = entry ? base::canonical_json(*entry) : base::Result<std::string>(entry.error());
      if (!canonical || *canonical != text->canonical)
        return fault(fmt::format("entry {} is not canonical", *row.position));
      if (entry->text("id") != row.entry_id.text() || entry->text("origin") != row_.origin)
        fault(fmt::format("entry {} is another than its row", *row.position));
      ++result_.opened;
    } catch (const store::DatabaseError&) {
      fault(fmt::format("entry {} cannot be opened", *row.position));
    }
  }

  store::Database& database_;
  Sealer* sealer_;
  const LogRow& row_;
  const OnRecheck& on_progress_;
  Recheck& result_;
  Tree tree_;
  Frontier frontier_;
};

// What stands in for the entry where one it concerns reads it must say nothing else than the entry.
class PartChecker {
 public:
  PartChecker(store::Database& database, Sealer& sealer, Recheck& result)
      : database_(database), sealer_(sealer), result_(result) {}

  void run() {
    base::Uuid id;
    for (std::int64_t party = 0;;) {
      const auto piece = database_.read([&](store::Tx& tx) { return concerned_after(tx, id, party, entries_at_once); });
      for (const auto& one : piece) check(one);
      if (piece.size() < static_cast<std::size_t>(entries_at_once)) return;
      id = piece.back().entry_id;
      party = piece.back().party;
    }
  }

 private:
  void fault(const ConcernedRow& row, std::string_view what) {
    if (result_.faults.size() < max_faults)
      result_.faults.push_back(fmt::format("what entry {} says to one it concerns {}", row.entry_id.text(), what));
    else
      ++result_.more_faults;
  }

  void check(const ConcernedRow& row) {
    const auto found = database_.read([&](store::Tx& tx) { return entry(tx, row.entry_id); });
    if (!found) return fault(row, "is of no entry");
    if (found->position && row.place && *row.place != place_of(found->log, *found->position))
      fault(row, "is found at another place");
    auto as_seen = *found;
    as_seen.body = row.part;
    try {
      const auto text = open_entry(sealer_, as_seen);
      if (!text) {
        if (is_there_still(row)) fault(row, "has lost its key");
        return;
      }
      if (text->party != row.party) fault(row, "is another's");
      const auto whole = open_entry(sealer_, *found);
      if (whole && !is_view_of(*text, *whole)) fault(row, "is not what the entry says");
    } catch (const store::DatabaseError&) {
      fault(row, "cannot be opened");
    }
  }

  bool is_there_still(const ConcernedRow& row) {  // or was erased since it was read
    return database_.read([&](store::Tx& tx) {
      for (const auto& one : concerned_by(tx, row.entry_id))
        if (one.party == row.party) return one.part.key == row.part.key;
      return false;
    });
  }

  store::Database& database_;
  Sealer& sealer_;
  Recheck& result_;
};

}  // namespace

Recheck recheck(store::Database& database, store::Vault* vault, const std::optional<std::filesystem::path>& guard,
                const OnRecheck& on_progress) {
  Recheck result;
  std::optional<Checkpoint> stored;
  if (guard) {
    stored = CheckpointGuard::peek(*guard);
    if (!stored) result.faults.push_back("the checkpoint store is missing or cannot be read");
  }
  std::optional<Sealer> sealer;
  if (vault != nullptr) sealer.emplace(*vault);
  // The store before the rows: a log that is in use may only have grown meanwhile.
  const auto all = database.read([](store::Tx& tx) { return logs(tx); });
  for (const auto& row : all) {
    ++result.logs;
    const bool guarded = stored && stored->origin == row.origin;
    LogChecker(database, sealer ? &*sealer : nullptr, row, on_progress, result).run(guarded ? stored : std::nullopt);
    if (result.stopped) return result;
  }
  if (sealer) PartChecker(database, *sealer, result).run();
  if (stored && (all.empty() || all.back().origin != stored->origin) && stored->size > 0)
    result.faults.push_back("the checkpoint store is of another log");
  result.waiting = database.read([](store::Tx& tx) {
    return store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM ledger_entry WHERE position IS NULL");
  });
  const auto orphaned = database.read([](store::Tx& tx) {
    return store::read_one<std::int64_t>(
        tx,
        "SELECT COUNT(*) FROM ledger_activity a WHERE NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE "
        "e.entry_id = a.entry_id)");
  });
  if (orphaned != 0) result.faults.push_back("the activity log names entries that are not there");
  return result;
}

}  // namespace alting::ledger
