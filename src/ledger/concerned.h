// What the parties see whom an entry concerns, beside the one it was done for (Concerned in ledger.h).
//
// Each has a part of its own: the entry's text with all left out that is not its to see, and the salts and values of
// what is. It is sealed under a key of its own, or, of a passing entry, under the one its party shares with its other
// passing entries of the day. Who did it stands in the actor's part, which is sealed by itself and read with each, so
// that an actor is forgotten once for all. The rows are written in the transaction of the entry, with all that finds them.
#pragma once
#include <optional>
#include <span>
#include <vector>

#include "ledger/entry.h"
#include "ledger/log_store.h"

namespace alting::ledger {

// The entry as this party sees it: `canonical` holds members of the entry's own, `of_party` disclosures of its own, and
// `party` is whom it concerns. The log's leaf does not commit to it, but each digest stands in the entry too.
[[nodiscard]] EntryText view_of(const EntryText& entry, const Concerned& concerned);
// Whether all that a view says stands in the entry too, and its values fit their digests.
[[nodiscard]] bool is_view_of(const EntryText& view, const EntryText& entry);

struct ConcernedRow {
  base::Uuid entry_id;
  std::int64_t party = 0;
  SealedPart part;
  bool shares_key = false;
  std::optional<std::int64_t> place;
  base::Instant at;
  std::string kind;    // the name of the event kind
  std::string search;  // as of ledger_activity
};
void insert_concerned(store::Tx& tx, const ConcernedRow& row);
// Gives their place to the rows of entries that got theirs at `from` or behind.
void place_concerned(store::Tx& tx, std::int64_t log, std::int64_t from);
[[nodiscard]] std::vector<ConcernedRow> concerned_by(store::Tx& tx, const base::Uuid& entry_id);
[[nodiscard]] std::vector<ConcernedRow> concerned_sharing(store::Tx& tx, const base::Uuid& key, int limit);
// Of the entries from one position to another, both counted.
[[nodiscard]] std::vector<ConcernedRow> concerned_between(store::Tx& tx, std::int64_t log, std::int64_t from,
                                                          std::int64_t to);
// In the order of (entry_id, party), behind this one; the first for the nil id.
[[nodiscard]] std::vector<ConcernedRow> concerned_after(store::Tx& tx, const base::Uuid& entry_id, std::int64_t party,
                                                        int limit);
// These answer false, and change nothing, when the row does not lie under this key any more.
[[nodiscard]] bool delete_concerned(store::Tx& tx, const ConcernedRow& row);
[[nodiscard]] bool replace_concerned(store::Tx& tx, const ConcernedRow& before, const SealedPart& after);
void forget_words_of_concerned(store::Tx& tx, const base::Uuid& entry_id);  // the actor's name is among them

}  // namespace alting::ledger
