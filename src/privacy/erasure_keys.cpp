#include "privacy/erasure_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "inbox/message_rows.h"
#include "instances/topics.h"
#include "store/outbox.h"
#include "store/row_reader.h"

namespace alting::privacy {
namespace {

using store::Cell;
using Keys = std::vector<base::Uuid>;

constexpr std::string_view all_listed = "all";
constexpr std::array form_columns{std::string_view("party_id"), std::string_view("instance_id")};

void add_key(Keys& keys, const Cell& cell) {
  if (const auto key = store::key_id_in(cell)) keys.push_back(*key);
}

// A place in a walk: the table, and the primary key of the last row that was looked at. Keys are numbers and text.
std::string place_in_walk(std::string_view table, const std::vector<Cell>& key) {
  auto cells = base::Json::array();
  for (const auto& cell : key)
    cells.push_back(std::holds_alternative<std::int64_t>(cell) ? base::Json(std::get<std::int64_t>(cell))
                                                               : base::Json(text_of_cell(cell)));
  return fmt::format("{} {}", table, cells.dump());
}

std::vector<Cell> key_in_place(std::string_view place) {
  const auto json = base::Json::parse(place.substr(place.find(' ') + 1));
  if (!json || !json->is_array())
    throw store::DatabaseError("how far the keys of an erasure are listed cannot be read");
  std::vector<Cell> key;
  for (const auto& cell : json->items())
    key.push_back(cell.is_string() ? Cell(cell.as_string()) : Cell(cell.integer_or(0)));
  return key;
}

}  // namespace

bool ErasedKeys::is_due(const Cell& began) const {
  return began.index() != 0 && number_of_cell(began) <= order_.ordered_at.micros;
}

// Those that rows of another table name, found by these columns.
void ErasedKeys::add_all(store::Tx& tx, Keys& keys, std::string_view name, std::span<const std::string_view> columns,
                         const std::vector<Cell>& cells) const {
  const auto& table = catalogue_.table(name);
  constexpr std::string_view key = "key_id";
  for (const auto& row : store::rows_where(tx, table, columns, cells)) {
    const auto found = store::read_cells(tx, table, {&key, 1}, row);
    if (!found.empty()) add_key(keys, found.front());
  }
}

std::vector<ErasedKeys::Walk> ErasedKeys::walks() const {
  using Found = store::TableReader::Found;
  std::vector<Walk> all;
  // What was sent and is still the party's. The agency gets its keys of the files from the party's; while they wait for
  // that they stay, and go with the form.
  all.push_back(
      {"instance", "party_id", {"state", "created_at", "key_id"}, [this](store::Tx& tx, const Found& row, Keys& keys) {
         if (text_of_cell(row.cells[0]) == "draft" || !is_due(row.cells[1])) return;
         if (store::is_waiting(tx, instances::keys_to_share, text_of_cell(row.key.at(1)))) return;
         add_key(keys, row.cells[2]);
         add_all(tx, keys, "submission", form_columns, row.key);
         add_all(tx, keys, "attachment", form_columns, row.key);
       }});
  // What has come. A message that waits to be published has not, and is the recipient's to read when it does.
  all.push_back({"message",
                 "party_id",
                 {"announced_at", "folder", "key_id", "batch_id"},
                 [this](store::Tx& tx, const Found& row, Keys& keys) {
                   if (!is_due(row.cells[0]) || text_of_cell(row.cells[1]) == inbox::in_none) return;
                   constexpr std::array by{std::string_view("batch_id")};
                   add_key(keys, row.cells[2]);
                   add_all(tx, keys, "message_file", by, {row.cells[3]});
                 }});
  all.push_back(
      {"message_answer", "party_id", {"written_at", "key_id"}, [this](store::Tx& tx, const Found& row, Keys& keys) {
         if (!is_due(row.cells[0])) return;
         constexpr std::array by{std::string_view("party_id"), std::string_view("answer_id")};
         add_key(keys, row.cells[1]);
         add_all(tx, keys, "message_answer_file", by, row.key);
       }});
  const auto plain = [&](std::string_view table, std::string_view column, std::string_view began) {
    all.push_back({table, column, {began, "key_id"}, [this](store::Tx&, const Found& row, Keys& keys) {
                     if (is_due(row.cells[0])) add_key(keys, row.cells[1]);
                   }});
  };
  plain("staged_file", "holder", "staged_at");
  plain("privacy_copy", "party_id", "asked_at");
  return all;
}

bool ErasedKeys::list(const std::function<bool()>& stop) const {
  if (order_.keys_at == all_listed) return true;
  const std::string_view reached = std::string_view(order_.keys_at).substr(0, order_.keys_at.find(' '));
  bool is_behind = !reached.empty();
  for (const auto& walk : walks()) {
    std::vector<Cell> after;
    if (is_behind) {
      if (walk.table != reached) continue;
      is_behind = false;
      after = key_in_place(order_.keys_at);
    }
    const auto* table = find_catalogued(catalogue_, walk.table);
    const auto cell = table == nullptr ? std::nullopt : cell_of(*table, walk.column, order_.subject);
    if (!cell) continue;
    for (bool more = true; more;) {
      if (stop()) return false;
      Keys keys;
      const auto rows = database_.read([&](store::Tx& tx) {
        keys.clear();
        auto page = store::rows_of(tx, *table, {walk.column, *cell}, walk.columns, after, erased_rows_at_once);
        for (const auto& row : page) walk.keys_of(tx, row, keys);
        return page;
      });
      if (rows.empty()) break;
      write_down(keys, false);
      after = rows.back().key;
      more = static_cast<std::int64_t>(rows.size()) == erased_rows_at_once;
      if (more) note_reached(place_in_walk(walk.table, after));
    }
  }
  note_reached(all_listed);
  return true;
}

void ErasedKeys::list_of_forms(std::string_view column, const terms::InstanceId& id) const {
  const std::array by{std::string_view("party_id"), column};
  const auto keys = database_.read([&](store::Tx& tx) {
    Keys found;
    for (const auto& form :
         store::rows_where(tx, catalogue_.table("instance"), by, {order_.subject.party.value, id.text()}))
      for (const auto* name : {"instance", "submission", "attachment"}) add_all(tx, found, name, form_columns, form);
    return found;
  });
  write_down(keys, true);
}

void ErasedKeys::write_down(std::span<const base::Uuid> keys, bool destroyed) const {
  while (!keys.empty()) {
    const auto some = keys.first(std::min<std::size_t>(keys.size(), keys_listed_at_once));
    const auto done = database_.write([&](store::Tx& tx) -> base::Status {
      for (const auto& key : some)
        tx.run("INSERT INTO erasure_key (order_id, key_id, erased) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
               {order_.id, key, destroyed});
      return {};
    });
    if (!done) throw store::DatabaseError("the keys of an erasure could not be written down");
    keys = keys.subspan(some.size());
  }
}

void ErasedKeys::note_reached(std::string_view place) const {
  const auto noted = database_.write([&](store::Tx& tx) -> base::Status {
    tx.run("UPDATE erasure_order SET keys_at = ? WHERE order_id = ?", {place, order_.id});
    return {};
  });
  if (!noted) throw store::DatabaseError("how far the keys of an erasure are listed could not be noted");
}

Keys ErasedKeys::left() const {
  return database_.read([&](store::Tx& tx) {
    Keys keys;
    for (const auto& row :
         tx.query("SELECT key_id FROM erasure_key WHERE order_id = ? AND erased = 0 ORDER BY key_id LIMIT ?",
                  {order_.id, keys_listed_at_once}))
      keys.push_back(store::read_one<base::Uuid>(row));
    return keys;
  });
}

void ErasedKeys::note_destroyed(std::span<const base::Uuid> keys) const {
  const auto noted = database_.write([&](store::Tx& tx) -> base::Status {
    for (const auto& key : keys)
      tx.run("UPDATE erasure_key SET erased = 1 WHERE order_id = ? AND key_id = ?", {order_.id, key});
    return {};
  });
  if (!noted) throw store::DatabaseError("erased keys could not be noted");
}

}  // namespace alting::privacy
