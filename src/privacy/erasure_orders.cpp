#include "privacy/erasure_orders.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "base/text.h"
#include "store/row_reader.h"

namespace alting::privacy {
namespace {

constexpr std::string_view erasure_columns =
    "order_id, party_id, user_id, ordered_at, listed, state, wraps, digest, entry_id, done_at";
constexpr std::string_view erasure_word = "order";

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
  return order;
}

std::vector<ErasureOrder> erasures_in(const std::vector<store::Row>& rows) {
  std::vector<ErasureOrder> orders;
  for (const auto& row : rows) orders.push_back(erasure_in_row(row));
  return orders;
}

std::optional<std::int64_t> number_in_words(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

// "<time> order <id> <party> <user> <ordered at>"; lines of others are passed over.
std::optional<ErasureOrder> erasure_in_line(std::string_view line) {
  const auto words = base::split(line, ' ');
  if (words.size() != 6 || words[1] != erasure_word) return std::nullopt;
  const auto at = number_in_words(words[5]), party = number_in_words(words[3]), user = number_in_words(words[4]);
  const auto id = ErasureId::parse(words[2]);
  if (!at || !id || !party || !user) return std::nullopt;
  ErasureOrder order;
  order.id = *id;
  order.subject = {{*party}, *user};
  order.ordered_at = {*at};
  return order;
}

bool fate_is_settled(store::Tx& tx, const store::Catalogue& catalogue, const Fate& fate, const store::Cell& here) {
  if (fate.of.empty()) return here.index() != 0;
  if (here.index() == 0) return true;
  const auto cells = store::read_cells(tx, catalogue.table(fate.of), {&fate.settled, 1}, {here});
  return cells.empty() || cells.front().index() != 0;
}

// One page of them. Answers how many rows it read.
struct ErasedPage {
  std::int64_t read = 0, deleted = 0;
};
ErasedPage erase_page_of(store::Tx& tx, const store::Catalogue& catalogue, const terms::Table& table, const Fate& fate,
                         const store::Match& match, base::Instant ordered_at, std::vector<store::Cell>& after) {
  std::vector<std::string_view> columns{fate.began};
  if (!fate.settled.empty()) columns.push_back(fate.of.empty() ? fate.settled : fate.by);
  ErasedPage page;
  for (const auto& row : store::rows_of(tx, table, match, columns, after, erased_rows_at_once)) {
    ++page.read;
    after = row.key;
    if (number_of_cell(row.cells[0]) > ordered_at.micros) continue;
    if (!fate.settled.empty() && !fate_is_settled(tx, catalogue, fate, row.cells[1])) continue;
    page.deleted += store::delete_row(tx, table, row.key);
  }
  return page;
}

}  // namespace

std::optional<ErasureOrder> find_order(store::Tx& tx, const ErasureId& id) {
  const auto row = tx.query_one(fmt::format("SELECT {} FROM erasure_order WHERE order_id = ?", erasure_columns), {id});
  return row ? std::optional(erasure_in_row(*row)) : std::nullopt;
}

std::vector<ErasureOrder> orders_of(store::Tx& tx, terms::PartyId party, std::int64_t max_orders) {
  return erasures_in(tx.query(
      fmt::format("SELECT {} FROM erasure_order WHERE party_id = ? ORDER BY ordered_at DESC LIMIT ?", erasure_columns),
      {party, max_orders}));
}

std::vector<ErasureOrder> orders_under_way(store::Tx& tx, std::int64_t max_orders) {
  return erasures_in(tx.query(
      fmt::format("SELECT {} FROM erasure_order WHERE state = 'ordered' ORDER BY ordered_at LIMIT ?", erasure_columns),
      {max_orders}));
}

void insert_order(store::Tx& tx, const ErasureOrder& order) {
  tx.run(
      "INSERT INTO erasure_order (order_id, party_id, user_id, ordered_at, listed, state, wraps, digest) "
      "VALUES (?, ?, ?, ?, 0, 'ordered', 0, '') ON CONFLICT DO NOTHING",
      {order.id, order.subject.party, order.subject.user_id, order.ordered_at});
}

std::string erasure_line(const ErasureOrder& order) {
  return fmt::format("{} {} {} {} {}", erasure_word, order.id.text(), order.subject.party.value, order.subject.user_id,
                     order.ordered_at.micros);
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
      const auto page =
          database
              .write([&](store::Tx& tx) -> base::Result<ErasedPage> {
                reached = after;
                return erase_page_of(tx, catalogue, *table, fate, {fate.column, *cell}, order.ordered_at, reached);
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
                                const std::vector<base::Bytes>& lists) {
  std::int64_t erased = 0;
  for (const auto& list : lists) {
    for (const auto line : base::split(list, '\n')) {
      const auto order = erasure_in_line(line);
      if (!order) continue;
      const auto again = database.write([&](store::Tx& tx) -> base::Result<bool> {
        insert_order(tx, *order);
        const auto there = find_order(tx, order->id);
        return there && !there->done;
      });
      if (again.value()) erased += erase_plain_rows(database, catalogue, *order, [] { return false; }).done;
    }
  }
  return erased;
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
