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
};

[[nodiscard]] std::vector<LogRow> logs(store::Tx& tx);  // oldest first
void insert_log(store::Tx& tx, const LogRow& row, base::Instant at);
// Moves the log's tree on; false when the stored size is not `from`.
[[nodiscard]] bool advance_log(store::Tx& tx, std::int64_t log, std::uint64_t from, std::uint64_t size,
                               const Hash& root);

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
// body_key, body, actor_key, actor_body.
[[nodiscard]] std::vector<EntryRow> entries_by(store::Tx& tx, std::string_view sql,
                                               std::span<const store::Value> values);
// Those whose body or actor part is sealed under the key. Reads the whole table: for erasures only.
inline constexpr std::string_view select_entries_under =
    "SELECT entry_id, log, position, commitment, committed_at, body_key, body, actor_key, actor_body FROM ledger_entry "
    "WHERE body_key = ? OR actor_key = ?";
[[nodiscard]] std::vector<EntryRow> entries_under(store::Tx& tx, const base::Uuid& key);
// Replaces the sealed parts; nothing stands for an erased one.
void replace_parts(store::Tx& tx, const EntryRow& row);
struct Waiting {
  base::Uuid entry_id;
  Hash commitment;
};
[[nodiscard]] std::vector<Waiting> waiting_entries(store::Tx& tx, std::int64_t log,
                                                   int limit);  // those without a position, oldest first
void set_positions(store::Tx& tx, std::span<const Waiting> entries, std::int64_t first);
[[nodiscard]] base::Bytes commitments(store::Tx& tx, std::int64_t log, std::int64_t from, std::int64_t count);

void insert_tiles(store::Tx& tx, std::int64_t log, const std::vector<PlacedTile>& tiles);
[[nodiscard]] std::shared_ptr<Tile> load_tile(store::Tx& tx, std::int64_t log, unsigned level, std::uint64_t number);
// The tree of the log's first `size` entries, from its tiles and the entries behind the last of them.
[[nodiscard]] Tree load_tree(store::Tx& tx, std::int64_t log, std::uint64_t size);

}  // namespace alting::ledger
