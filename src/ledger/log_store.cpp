#include "ledger/log_store.h"

#include "store/row_reader.h"

#include <fmt/format.h>

namespace alting::ledger {

namespace {

using store::DatabaseError;
using store::Row;
using store::RowReader;
using store::Tx;
using store::Value;

Hash next_hash(RowReader& from) {
  const auto hash = Hash::from(from.next<base::Bytes>());
  if (!hash) throw DatabaseError("a hash in the ledger is malformed");
  return *hash;
}

Hash only_hash(const Row& row) {
  RowReader from(row);
  return next_hash(from);
}

std::optional<SealedPart> next_part(RowReader& from) {
  const auto key = from.next<std::optional<base::Uuid>>();
  auto ciphertext = from.next<std::optional<base::Bytes>>();
  if (!key || !ciphertext) return std::nullopt;
  return SealedPart{*key, *std::move(ciphertext)};
}

EntryRow entry_of(const Row& row) {
  RowReader from(row);
  return {.entry_id = from.next<base::Uuid>(),
          .log = from.next<std::int64_t>(),
          .position = from.next<std::optional<std::int64_t>>(),
          .commitment = next_hash(from),
          .committed_at = from.next<base::Instant>(),
          .body = next_part(from),
          .actor = next_part(from),
          .shares_key = from.next<bool>()};
}

Waiting waiting_of(const Row& row) {
  RowReader from(row);
  return {.entry_id = from.next<base::Uuid>(), .commitment = next_hash(from)};
}

Value key_of(const std::optional<SealedPart>& part) { return part ? Value::octets(part->key.view()) : Value(nullptr); }
Value sealed_in(const std::optional<SealedPart>& part) {
  return part ? Value::octets(part->ciphertext) : Value(nullptr);
}

constexpr std::size_t positions_at_once = 32;

}  // namespace

std::vector<LogRow> logs(Tx& tx) {
  std::vector<LogRow> all;
  for (const auto& row :
       tx.query("SELECT log, origin, mode, size, root, created_at, note, succession FROM ledger_log ORDER BY log")) {
    RowReader from(row);
    all.push_back({.log = from.next<std::int64_t>(),
                   .origin = from.next<std::string>(),
                   .mode = from.next<std::string>(),
                   .size = static_cast<std::uint64_t>(from.next<std::int64_t>()),
                   .root = next_hash(from),
                   .created_at = from.next<base::Instant>(),
                   .note = from.next<std::optional<std::string>>(),
                   .succession = from.next<std::optional<std::string>>()});
  }
  return all;
}

void set_note(Tx& tx, std::int64_t log, std::string_view note) {
  tx.run("UPDATE ledger_log SET note = ? WHERE log = ?", {note, log});
}

void set_succession(Tx& tx, std::int64_t log, std::string_view statement) {
  tx.run("UPDATE ledger_log SET succession = ? WHERE log = ?", {statement, log});
}

void insert_log(Tx& tx, const LogRow& row, base::Instant at) {
  tx.run("INSERT INTO ledger_log (log, origin, mode, created_at, size, root) VALUES (?, ?, ?, ?, ?, ?)",
         {row.log, row.origin, row.mode, at, static_cast<std::int64_t>(row.size), Value::octets(row.root.view())});
  tx.run("INSERT INTO ledger_indexed (log, position) VALUES (?, 0)", {row.log});
}

bool advance_log(Tx& tx, std::int64_t log, const TreeState& from, const TreeState& to) {
  return tx.run("UPDATE ledger_log SET size = ?, root = ? WHERE log = ? AND size = ? AND root = ?",
                {static_cast<std::int64_t>(to.size), Value::octets(to.root.view()), log,
                 static_cast<std::int64_t>(from.size), Value::octets(from.root.view())}) == 1;
}

std::vector<KeyRow> keys(Tx& tx, std::int64_t log) {
  std::vector<KeyRow> all;
  for (const auto& row :
       tx.query("SELECT number, vkey, entry_id, statement, signs_until FROM ledger_key WHERE log = ? ORDER BY number",
                {log})) {
    RowReader from(row);
    all.push_back({.number = from.next<std::int64_t>(),
                   .vkey = from.next<std::string>(),
                   .entry_id = from.next<std::optional<base::Uuid>>(),
                   .statement = from.next<std::optional<std::string>>(),
                   .signs_until = from.next<std::optional<base::Instant>>()});
  }
  return all;
}

void insert_key(Tx& tx, std::int64_t log, const KeyRow& row) {
  // A key that was announced before a crash and never came into use is announced again.
  tx.run(
      "INSERT INTO ledger_key (log, number, vkey, entry_id, statement, signs_until) VALUES (?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (log, number) DO UPDATE SET vkey = excluded.vkey, entry_id = excluded.entry_id, statement = "
      "excluded.statement",
      {log, row.number, row.vkey, row.entry_id, row.statement, row.signs_until});
}

void set_statement(Tx& tx, std::int64_t log, std::int64_t number, std::string_view statement) {
  tx.run("UPDATE ledger_key SET statement = ? WHERE log = ? AND number = ?", {statement, log, number});
}

void set_signs_until(Tx& tx, std::int64_t log, std::int64_t number, base::Instant at) {
  tx.run("UPDATE ledger_key SET signs_until = ? WHERE log = ? AND number = ?", {at, log, number});
}

void insert_entry(Tx& tx, const EntryRow& row) {
  tx.run(
      "INSERT INTO ledger_entry (entry_id, log, position, commitment, committed_at, body_key, body, actor_key, "
      "actor_body, shares_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {row.entry_id, row.log, row.position, Value::octets(row.commitment.view()), row.committed_at, key_of(row.body),
       sealed_in(row.body), key_of(row.actor), sealed_in(row.actor), row.shares_key});
}

std::optional<EntryRow> entry(Tx& tx, const base::Uuid& id) {
  const auto row = tx.query_one(
      "SELECT entry_id, log, position, commitment, committed_at, body_key, body, actor_key, actor_body, "
      "shares_key FROM ledger_entry WHERE entry_id = ?",
      {id});
  if (!row) return std::nullopt;
  return entry_of(*row);
}

std::vector<EntryRow> entries_from(Tx& tx, std::int64_t log, std::int64_t position, int limit) {
  std::vector<EntryRow> all;
  for (const auto& row :
       tx.query("SELECT entry_id, log, position, commitment, committed_at, body_key, body, actor_key, actor_body, "
                "shares_key FROM ledger_entry WHERE log = ? AND position >= ? ORDER BY position LIMIT ?",
                {log, position, limit}))
    all.push_back(entry_of(row));
  return all;
}

std::vector<EntryRow> entries_by(Tx& tx, std::string_view sql, std::span<const Value> values) {
  std::vector<EntryRow> all;
  for (const auto& row : tx.query_with(sql, values)) all.push_back(entry_of(row));
  return all;
}

std::vector<EntryRow> entries_sharing(Tx& tx, const base::Uuid& key, int limit) {
  std::vector<EntryRow> all;
  for (const auto& row :
       tx.query(select_entries_sharing, {Value::octets(key.view()), Value::octets(key.view()), limit}))
    all.push_back(entry_of(row));
  return all;
}

bool replace_parts(Tx& tx, const EntryRow& before, const EntryRow& after) {
  return tx.run(
             "UPDATE ledger_entry SET body_key = ?, body = ?, actor_key = ?, actor_body = ?, shares_key = ? WHERE "
             "entry_id = ? AND body_key IS NOT DISTINCT FROM ? AND actor_key IS NOT DISTINCT FROM ?",
             {key_of(after.body), sealed_in(after.body), key_of(after.actor), sealed_in(after.actor), after.shares_key,
              before.entry_id, key_of(before.body), key_of(before.actor)}) == 1;
}

void insert_erasure(Tx& tx, const base::Uuid& key, base::Instant due) {
  tx.run(
      "INSERT INTO ledger_erasure (key_id, due_at) VALUES (?, ?) ON CONFLICT (key_id) DO UPDATE SET due_at = CASE WHEN "
      "excluded.due_at > ledger_erasure.due_at THEN excluded.due_at ELSE ledger_erasure.due_at END",
      {Value::octets(key.view()), due});
}

std::vector<base::Uuid> erasures_due(Tx& tx, base::Instant now, int limit) {
  std::vector<base::Uuid> keys;
  for (const auto& row :
       tx.query("SELECT key_id FROM ledger_erasure WHERE due_at <= ? ORDER BY due_at LIMIT ?", {now, limit}))
    keys.push_back(store::read_one<base::Uuid>(row));
  return keys;
}

std::vector<base::Uuid> erasures_due_at(Tx& tx, base::Instant due, int limit) {
  std::vector<base::Uuid> keys;
  for (const auto& row :
       tx.query("SELECT key_id FROM ledger_erasure WHERE due_at = ? ORDER BY key_id LIMIT ?", {due, limit}))
    keys.push_back(store::read_one<base::Uuid>(row));
  return keys;
}

void delete_erasure(Tx& tx, const base::Uuid& key) {
  tx.run("DELETE FROM ledger_erasure WHERE key_id = ?", {Value::octets(key.view())});
}

std::vector<Waiting> waiting_entries(Tx& tx, std::int64_t log, int limit) {
  std::vector<Waiting> all;
  for (const auto& row : tx.query("SELECT entry_id, commitment FROM ledger_entry WHERE position IS NULL AND log = ? "
                                  "ORDER BY committed_at, entry_id LIMIT ?",
                                  {log, limit}))
    all.push_back(waiting_of(row));
  return all;
}

std::vector<EntryRow> waiting_elsewhere(Tx& tx, std::int64_t log, int limit) {
  std::vector<EntryRow> all;
  for (const auto& row :
       tx.query("SELECT entry_id, log, position, commitment, committed_at, body_key, body, actor_key, actor_body, "
                "shares_key FROM ledger_entry WHERE position IS NULL AND log <> ? ORDER BY committed_at, entry_id "
                "LIMIT ?",
                {log, limit}))
    all.push_back(entry_of(row));
  return all;
}

void delete_waiting(Tx& tx, const EntryRow& row) {
  tx.run("DELETE FROM ledger_entry WHERE entry_id = ? AND log = ? AND position IS NULL", {row.entry_id, row.log});
}

void move_waiting(Tx& tx, const EntryRow& before, const EntryRow& after) {
  tx.run(
      "UPDATE ledger_entry SET log = ?, commitment = ?, body_key = ?, body = ?, actor_key = ?, actor_body = ?, "
      "shares_key = ? WHERE entry_id = ? AND log = ? AND position IS NULL",
      {after.log, Value::octets(after.commitment.view()), key_of(after.body), sealed_in(after.body),
       key_of(after.actor), sealed_in(after.actor), after.shares_key, before.entry_id, before.log});
}

void set_positions(Tx& tx, std::span<const Waiting> entries, std::int64_t first) {
  while (entries.size() >= positions_at_once) {
    std::string cases, ids;
    std::vector<Value> values;
    for (std::size_t i = 0; i < positions_at_once; ++i) {
      cases += " WHEN ? THEN CAST(? AS BIGINT)";
      values.emplace_back(entries[i].entry_id);
      values.emplace_back(first + static_cast<std::int64_t>(i));
    }
    for (std::size_t i = 0; i < positions_at_once; ++i) {
      ids += i == 0 ? "?" : ", ?";
      values.emplace_back(entries[i].entry_id);
    }
    tx.run_with(
        fmt::format("UPDATE ledger_entry SET position = CASE entry_id{} END WHERE entry_id IN ({})", cases, ids),
        values);
    entries = entries.subspan(positions_at_once);
    first += static_cast<std::int64_t>(positions_at_once);
  }
  for (const auto& one : entries)
    tx.run("UPDATE ledger_entry SET position = ? WHERE entry_id = ?", {first++, one.entry_id});
}

base::Bytes commitments(Tx& tx, std::int64_t log, std::int64_t from, std::int64_t count) {
  base::Bytes all;
  for (const auto& row : tx.query(
           "SELECT commitment FROM ledger_entry WHERE log = ? AND position >= ? AND position < ? ORDER BY position",
           {log, from, from + count}))
    all += only_hash(row).view();
  return all;
}

void insert_tiles(Tx& tx, std::int64_t log, const std::vector<PlacedTile>& tiles) {
  for (const auto& placed : tiles) {
    const auto hashes = placed.tile->slots(tile_width);
    tx.run("INSERT INTO ledger_tile (log, level, number, hashes, root) VALUES (?, ?, ?, ?, ?)",
           {log, static_cast<std::int64_t>(placed.level), static_cast<std::int64_t>(placed.number),
            Value::octets(hashes), Value::octets(placed.tile->node(tile_height, 0).view())});
  }
}

std::shared_ptr<Tile> load_tile(Tx& tx, std::int64_t log, unsigned level, std::uint64_t number) {
  const auto row = tx.query_one("SELECT hashes FROM ledger_tile WHERE log = ? AND level = ? AND number = ?",
                                {log, static_cast<std::int64_t>(level), static_cast<std::int64_t>(number)});
  if (!row) return nullptr;
  return Tile::from(store::read_one<base::Bytes>(*row));
}

Tree load_tree(Tx& tx, std::int64_t log, std::uint64_t size) {
  std::vector<std::shared_ptr<Tile>> edge;
  for (unsigned level = 0; (size >> (tile_height * level)) > 0; ++level) {
    const std::uint64_t slots = size >> (tile_height * level);
    const auto first = static_cast<std::int64_t>(slots / tile_width * tile_width);
    const auto count = static_cast<std::int64_t>(slots % tile_width);
    edge.push_back(nullptr);
    if (count == 0) continue;
    base::Bytes hashes;
    if (level == 0) {
      const auto leaves = commitments(tx, log, first, count);
      for (std::size_t at = 0; at < leaves.size(); at += 32)
        hashes += leaf_hash(base::ByteView(leaves).substr(at, 32)).view();
    } else {
      for (const auto& row : tx.query("SELECT root FROM ledger_tile WHERE log = ? AND level = ? AND number >= ? AND "
                                      "number < ? ORDER BY number",
                                      {log, static_cast<std::int64_t>(level) - 1, first, first + count}))
        hashes += only_hash(row).view();
    }
    if (hashes.size() != static_cast<std::size_t>(count) * 32)
      throw DatabaseError("leaves or tiles of the log are missing in the database");
    edge.back() = Tile::from(hashes);
  }
  return {size, std::move(edge)};
}

}  // namespace alting::ledger
