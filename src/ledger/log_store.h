// The ledger's tables, in SQL. No rules here.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/tree.h"
#include "store/database.h"

namespace alting::ledger {

struct LogRow {
  std::int64_t log = 0;
  std::string origin;
  std::string mode;
  std::uint64_t size = 0;
  Hash root;
  base::Instant created_at = {};
  // The newest signed checkpoint that the database holds, written now and then; of a log that has ended the last one,
  // or "" when there is none that may be shown.
  std::optional<std::string> note = {};
  std::optional<std::string> succession = {};  // how it follows the log before it (succession.h)
};
struct KeyRow {
  std::int64_t number = 0;
  std::string vkey;
  std::optional<base::Uuid> entry_id;
  std::optional<std::string> statement;
  std::optional<base::Instant> signs_until;  // nothing: the newest key, or one whose end is not set
};
struct SealedPart {
  base::Uuid key;
  base::Bytes ciphertext;
};
struct EntryRow {
  base::Uuid entry_id;
  std::int64_t log = 0;
  std::optional<std::int64_t> position;
  Hash commitment;
  base::Instant committed_at;
  std::optional<SealedPart> body;
  std::optional<SealedPart> actor;
  bool shares_key = true;  // others may lie under its keys
};

// Keys stand in their columns as the 16 octets of their ids (base::Uuid::view).

[[nodiscard]] std::vector<LogRow> logs(store::Tx& tx);  // oldest first
void insert_log(store::Tx& tx, const LogRow& row, base::Instant at);
struct TreeState {
  std::uint64_t size = 0;
  Hash root;
};
// Moves the log's tree on; false when what is stored is not `from`, in size and root.
[[nodiscard]] bool advance_log(store::Tx& tx, std::int64_t log, const TreeState& from, const TreeState& to);

void set_note(store::Tx& tx, std::int64_t log, std::string_view note);
void set_succession(store::Tx& tx, std::int64_t log, std::string_view statement);

[[nodiscard]] std::vector<KeyRow> keys(store::Tx& tx, std::int64_t log);  // in order
void insert_key(store::Tx& tx, std::int64_t log, const KeyRow& row);
void set_statement(store::Tx& tx, std::int64_t log, std::int64_t number, std::string_view statement);
void set_signs_until(store::Tx& tx, std::int64_t log, std::int64_t number, base::Instant at);

void insert_entry(store::Tx& tx, const EntryRow& row);
[[nodiscard]] std::optional<EntryRow> entry(store::Tx& tx, const base::Uuid& id);
[[nodiscard]] std::vector<EntryRow> entries_from(store::Tx& tx, std::int64_t log, std::int64_t position, int limit);
// `sql` selects the columns of an entry in the order of EntryRow's: entry_id, log, position, commitment, committed_at,
// body_key, body, actor_key, actor_body, shares_key.
[[nodiscard]] std::vector<EntryRow> entries_by(store::Tx& tx, std::string_view sql,
                                               std::span<const store::Value> values);
// Those that share their keys and whose body or actor part is sealed under this one.
inline constexpr std::string_view select_entries_sharing =
    "SELECT entry_id, log, position, commitment, committed_at, body_key, body, actor_key, actor_body, shares_key FROM "
    "ledger_entry WHERE (shares_key = 1 AND body_key = ?) OR (shares_key = 1 AND actor_key = ?) LIMIT ?";
[[nodiscard]] std::vector<EntryRow> entries_sharing(store::Tx& tx, const base::Uuid& key, int limit);
// Replaces the sealed parts by those of `after`; nothing stands for an erased one. False, and nothing is changed, when
// they no longer lie under the keys of `before`.
[[nodiscard]] bool replace_parts(store::Tx& tx, const EntryRow& before, const EntryRow& after);

// Keys that are still to be erased, not before `due`.
void insert_erasure(store::Tx& tx, const base::Uuid& key, base::Instant due);
[[nodiscard]] std::vector<base::Uuid> erasures_due(store::Tx& tx, base::Instant now, int limit);
[[nodiscard]] std::vector<base::Uuid> erasures_due_at(store::Tx& tx, base::Instant due, int limit);  // exactly then
void delete_erasure(store::Tx& tx, const base::Uuid& key);
struct Waiting {
  base::Uuid entry_id;
  Hash commitment;
};
[[nodiscard]] std::vector<Waiting> waiting_entries(store::Tx& tx, std::int64_t log,
                                                   int limit);  // those without a position, oldest first
// The same of all other logs, whole; one of them is taken away, or goes on as `after`.
[[nodiscard]] std::vector<EntryRow> waiting_elsewhere(store::Tx& tx, std::int64_t log, int limit);
void delete_waiting(store::Tx& tx, const EntryRow& row);
void move_waiting(store::Tx& tx, const EntryRow& before, const EntryRow& after);
void set_positions(store::Tx& tx, std::span<const Waiting> entries, std::int64_t first);
[[nodiscard]] base::Bytes commitments(store::Tx& tx, std::int64_t log, std::int64_t from, std::int64_t count);

void insert_tiles(store::Tx& tx, std::int64_t log, const std::vector<PlacedTile>& tiles);
[[nodiscard]] std::shared_ptr<Tile> load_tile(store::Tx& tx, std::int64_t log, unsigned level, std::uint64_t number);
// The tree of the log's first `size` entries, from its tiles and the entries behind the last of them.
[[nodiscard]] Tree load_tree(store::Tx& tx, std::int64_t log, std::uint64_t size);

}  // namespace alting::ledger
