#include "privacy/erasure_orders.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "privacy/outside_lines.h"
#include "store/row_reader.h"

namespace alting::privacy {
namespace {

constexpr std::string_view erasure_columns =
    "order_id, party_id, user_id, ordered_at, listed, state, wraps, digest, entry_id, done_at, keys_at";
constexpr std::string_view erasure_word = "order", erasure_done_word = "done";

ErasureOrder erasure_in_row(const store::Row& row) {
  store::RowReader from(row);
  ErasureOrder order;
  order.id = from.next<ErasureId>();
  order.subject.party = from.next<terms::PartyId>();
  order.subject.user_id = from.next<std::int64_t>();
  order.ordered_at = from.next<base::Instant>();
  order.is_listed = from.next<bool>();
  order.done = from.next<std::string>() == "done";
  order.wraps = from.next<std::int64_t>();
  order.digest = from.next<std::string>();
  order.entry = from.next<std::optional<base::Uuid>>();
  order.done_at = from.next<std::optional<base::Instant>>();
  order.keys_at = from.next<std::string>();
  return order;
}

std::vector<ErasureOrder> erasures_in(const std::vector<store::Row>& rows) {
  std::vector<ErasureOrder> orders;
  for (const auto& row : rows) orders.push_back(erasure_in_row(row));
  return orders;
}

// "<time> order <id> <party> <ordered at>", and " done" once it is; lines of others are passed over, and those of parties that
// are not known here.
std::optional<ErasureOrder> erasure_in_line(store::Tx& tx, const store::Catalogue& catalogue, std::string_view line) {
  const auto words = base::split(line, ' ');
  const bool done = words.size() == 6 && words[5] == erasure_done_word;
  if ((words.size() != 5 && !done) || words[1] != erasure_word) return std::nullopt;
  const auto at = number_in_words(words[4]);
  const auto id = ErasureId::parse(words[2]);
  const auto party = at && id ? party_of_uuid(tx, words[3]) : std::nullopt;
  if (!party) return std::nullopt;
  ErasureOrder order;
  order.id = *id;
  order.subject = {*party, user_of_party(tx, catalogue, *party)};
  order.ordered_at = {*at};
  order.done = done;
  return order;
}

// One page of them. Answers how many rows it read.
struct ErasedPage {
  std::int64_t read = 0, deleted = 0;
};
ErasedPage erase_page_of(store::Tx& tx, const terms::Table& table, const Fate& fate, const store::Match& match,
                         base::Instant ordered_at, std::vector<store::Cell>& after) {
  std::vector<std::string_view> columns{fate.began};
  if (!fate.settled.empty()) columns.push_back(fate.settled);
  ErasedPage page;
  for (const auto& row : store::rows_of(tx, table, match, columns, after, erased_rows_at_once)) {
    ++page.read;
    after = row.key;
    if (number_of_cell(row.cells[0]) > ordered_at.micros) continue;
    if (!fate.settled.empty() && row.cells[1].index() == 0) continue;
    page.deleted += store::delete_row(tx, table, row.key);
  }
  return page;
}

}  // namespace

std::optional<base::Instant> erasure_held_until(store::Tx& tx, terms::PartyId party, base::Instant at) {
  const auto row = tx.query_one(
      "SELECT MAX(until_at) FROM retention_hold WHERE lifted_at IS NULL AND until_at > ? AND (party_id = ? OR "
      "(party_id IS NULL AND rule = ''))",
      {at, party});
  return row ? store::read_one<std::optional<base::Instant>>(*row) : std::nullopt;
}

std::optional<ErasureOrder> find_order(store::Tx& tx, const ErasureId& id) {
  const auto row = tx.query_one(fmt::format("SELECT {} FROM erasure_order WHERE order_id = ?", erasure_columns), {id});
  return row ? std::optional(erasure_in_row(*row)) : std::nullopt;
}

std::vector<ErasureOrder> orders_of(store::Tx& tx, terms::PartyId party, std::int64_t max_orders) {
  return erasures_in(tx.query(
      fmt::format("SELECT {} FROM erasure_order WHERE party_id = ? ORDER BY ordered_at DESC LIMIT ?", erasure_columns),
      {party, max_orders}));
}

std::vector<ErasureOrder> orders_under_way(store::Tx& tx, const ErasureOrder* after, std::int64_t max_orders) {
  return erasures_in(
      tx.query(fmt::format("SELECT {} FROM erasure_order WHERE state = 'ordered' AND (ordered_at, order_id) > (?, ?) "
                           "ORDER BY ordered_at, order_id LIMIT ?",
                           erasure_columns),
               {after != nullptr ? after->ordered_at : base::Instant{-1},
                after != nullptr ? after->id.text() : std::string(), max_orders}));
}

void insert_order(store::Tx& tx, const ErasureOrder& order) {
  tx.run(
      "INSERT INTO erasure_order (order_id, party_id, user_id, ordered_at, listed, state, wraps, digest) "
      "VALUES (?, ?, ?, ?, 0, 'ordered', 0, '') ON CONFLICT DO NOTHING",
      {order.id, order.subject.party, order.subject.user_id, order.ordered_at});
}

std::string erasure_line(const ErasureOrder& order, std::string_view party_uuid, bool done) {
  const auto line = fmt::format("{} {} {} {}", erasure_word, order.id.text(), party_uuid, order.ordered_at.micros);
  return done ? fmt::format("{} {}", line, erasure_done_word) : line;
}

void each_page_of(store::Database& database, const PagesWanted& wanted,
                  const std::function<bool(const std::vector<store::TableReader::Found>&)>& each) {
  std::vector<store::Cell> after;
  for (bool more = true; more;) {
    const auto rows = database.read([&](store::Tx& tx) {
      return store::rows_of(tx, wanted.table, wanted.match, wanted.columns, after, erased_rows_at_once);
    });
    if (rows.empty()) return;
    after = rows.back().key;
    more = each(rows) && static_cast<std::int64_t>(rows.size()) == erased_rows_at_once;
  }
}

ErasedItems erase_plain_rows(store::Database& database, const store::Catalogue& catalogue, const ErasureOrder& order,
                             const std::function<bool()>& stop) {
  ErasedItems items;
  for (const auto& fate : erasure_fates()) {
    if (fate.how != FateBy::rows) continue;
    const auto* table = find_catalogued(catalogue, fate.table);
    const auto cell = table == nullptr ? std::nullopt : cell_of(*table, fate.column, order.subject);
    if (!cell) continue;
    std::vector<store::Cell> after;
    for (bool more = true; more;) {
      if (stop()) {
        ++items.left;
        return items;
      }
      std::vector<store::Cell> reached;
      const auto page = database
                            .write([&](store::Tx& tx) -> base::Result<ErasedPage> {
                              reached = after;
                              return erase_page_of(tx, *table, fate, {fate.column, *cell}, order.ordered_at, reached);
                            })
                            .value();
      after = reached;
      items.done += page.deleted;
      more = page.read == erased_rows_at_once;
    }
  }
  return items;
}

std::int64_t erase_orders_again(store::Database& database, const store::Catalogue& catalogue,
                                const std::vector<base::Bytes>& lists, base::Instant now) {
  std::int64_t erased = 0;
  for (const auto& list : lists) {
    for (const auto line : base::split(list, '\n')) {
      const auto order = database.read([&](store::Tx& tx) { return erasure_in_line(tx, catalogue, line); });
      if (!order) continue;
      const auto again = database.write([&](store::Tx& tx) -> base::Result<bool> {
        insert_order(tx, *order);
        const auto there = find_order(tx, order->id);
        if (!there || there->done) return false;
        return order->done || !erasure_held_until(tx, order->subject.party, now);
      });
      if (again.value()) erased += erase_plain_rows(database, catalogue, *order, [] { return false; }).done;
    }
  }
  return erased;
}

std::int64_t user_of_party(store::Tx& tx, const store::Catalogue& catalogue, terms::PartyId party) {
  const auto* users = find_catalogued(catalogue, "portal_user");
  if (users == nullptr) return 0;
  const auto rows = store::rows_of(tx, *users, {"party", store::Cell(party.value)}, {}, {}, 1);
  return rows.empty() ? 0 : number_of_cell(rows.front().key.at(0));
}

std::int64_t number_of_cell(const store::Cell& cell) {
  if (cell.index() == 0) return 0;
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return *number;
  throw store::DatabaseError("a column that holds a number holds something else");
}

std::string text_of_cell(const store::Cell& cell) {
  if (cell.index() == 0) return {};
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  throw store::DatabaseError("a column that holds text holds something else");
}

const terms::Table* find_catalogued(const store::Catalogue& catalogue, std::string_view name) {
  for (const auto* table : catalogue.tables())
    if (table->name == name) return table;
  return nullptr;
}

}  // namespace alting::privacy
