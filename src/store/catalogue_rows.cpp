#include "store/catalogue_rows.h"

#include "store/row_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace alting::store {
namespace {

using Columns = std::span<const std::string_view>;

// A table without a primary key is found by all it holds.
std::vector<std::string_view> key_of(const terms::Table& table) {
  std::vector<std::string_view> key(table.key.begin(), table.key.end());
  if (key.empty())
    for (const auto& column : table.columns) key.push_back(column.name);
  return key;
}

const terms::Column& column_of(const terms::Table& table, std::string_view name) {
  for (const auto& column : table.columns)
    if (column.name == name) return column;
  throw std::logic_error(fmt::format("the catalogue has no column {} of {}", name, table.name));
}

Value value_of(const Cell& cell, terms::ColumnType type) {
  if (cell.index() == 0) return nullptr;
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return *number;
  const auto& text = std::get<std::string>(cell);
  return type == terms::ColumnType::octets ? Value::octets(text) : Value(text);
}

std::vector<Value> values_of(const terms::Table& table, Columns columns, const std::vector<Cell>& cells) {
  if (columns.size() != cells.size()) throw std::logic_error("not as many values as columns");
  std::vector<Value> values;
  for (std::size_t i = 0; i < columns.size(); ++i)
    values.push_back(value_of(cells[i], column_of(table, columns[i]).type));
  return values;
}

std::string all_equal(Columns columns) {
  std::string text;
  for (const auto column : columns) text += fmt::format("{}{} = ?", text.empty() ? "" : " AND ", column);
  return text;
}

// A whole hour that began at that very moment is over too.
std::int64_t counted_limit(const terms::RetentionRule& rule, base::Instant before) {
  return rule.counts_in == terms::CountsIn::hours ? before.micros / base::Duration::hours(1).micros + 1 : before.micros;
}

std::string places(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += i == 0 ? "?" : ", ?";
  return text;
}

template <class T>
Cell next_cell_of(RowReader& from) {
  auto value = from.next<std::optional<T>>();
  return value ? Cell(std::move(*value)) : Cell(nullptr);
}

Cell next_cell(RowReader& from, terms::ColumnType type) {
  return type == terms::ColumnType::number ? next_cell_of<std::int64_t>(from) : next_cell_of<std::string>(from);
}

std::vector<Cell> next_cells(RowReader& from, const terms::Table& table, Columns columns) {
  std::vector<Cell> cells;
  for (const auto column : columns) cells.push_back(next_cell(from, column_of(table, column).type));
  return cells;
}

std::vector<Cell> cells_of(const Row& row, const terms::Table& table, Columns columns) {
  RowReader from(row);
  return next_cells(from, table, columns);
}

}  // namespace

std::int64_t delete_before(Tx& tx, const terms::Table& table, const terms::RetentionRule& rule, base::Instant before,
                           std::int64_t max_found, const Holds& holds) {
  const auto key = fmt::format("{}", fmt::join(key_of(table), ", "));
  auto free = holds.none_of(table, rule.id);
  std::vector<Value> values{counted_limit(rule, before)};
  for (auto& value : free.values) values.push_back(std::move(value));
  values.emplace_back(max_found);
  const auto sql =
      fmt::format("DELETE FROM {0} WHERE ({1}) IN (SELECT {1} FROM {0} WHERE {2} < ?{3} ORDER BY {2} LIMIT ?)",
                  table.name, key, rule.counts_from, free.sql);
  return tx.run_with(sql, values);
}

CountedBefore count_before(Tx& tx, const terms::Table& table, const terms::RetentionRule& rule, base::Instant before,
                           const Holds& holds, std::string_view also) {
  const auto limit = counted_limit(rule, before);
  const auto all = fmt::format("SELECT COUNT(*) FROM {} WHERE {} < ?{}", table.name, rule.counts_from, also);
  CountedBefore counted{read_one<std::int64_t>(tx.query_with(all, std::vector<Value>{limit}).front())};
  if (holds.whole(rule.id)) {
    counted.held = counted.all;
    return counted;
  }
  auto free = holds.none_of(table, rule.id);
  if (free.sql.empty()) return counted;
  std::vector<Value> values{limit};
  for (auto& value : free.values) values.push_back(std::move(value));
  counted.held = counted.all - read_one<std::int64_t>(tx.query_with(all + free.sql, values).front());
  return counted;
}

std::vector<std::int64_t> parties_named(Tx& tx, const terms::Table& table, std::string_view column,
                                        const std::vector<std::int64_t>& parties) {
  std::vector<std::int64_t> named;
  if (parties.empty()) return named;
  const std::vector<Value> values(parties.begin(), parties.end());
  const auto sql =
      fmt::format("SELECT DISTINCT {0} FROM {1} WHERE {0} IN ({2})", column, table.name, places(parties.size()));
  for (const auto& row : tx.query_with(sql, values)) named.push_back(read_one<std::int64_t>(row));
  return named;
}

TableReader::TableReader(const terms::Table& table, std::vector<std::string_view> columns)
    : table_(table), columns_(std::move(columns)) {
  if (table.key.empty()) throw std::logic_error(fmt::format("{} has no key to be read by", table.name));
}

std::vector<TableReader::Found> TableReader::next(Database& database, std::int64_t max_found) {
  const auto key = fmt::format("{}", fmt::join(table_.key, ", "));
  auto values = last_.empty() ? std::vector<Value>() : values_of(table_, table_.key, last_);
  values.emplace_back(max_found);
  const auto behind = last_.empty() ? "" : fmt::format(" WHERE ({}) > ({})", key, places(table_.key.size()));
  const auto sql = fmt::format("SELECT {0}, {1} FROM {2}{3} ORDER BY {0} LIMIT ?", key, fmt::join(columns_, ", "),
                               table_.name, behind);
  auto found = database.read([&](Tx& tx) {
    std::vector<Found> rows;
    for (const auto& row : tx.query_with(sql, values)) {
      RowReader from(row);
      rows.push_back({next_cells(from, table_, table_.key), next_cells(from, table_, columns_)});
    }
    return rows;
  });
  if (!found.empty()) last_ = found.back().key;
  return found;
}

std::optional<base::Uuid> key_id_in(const Cell& cell) {
  if (cell.index() == 0) return std::nullopt;
  const auto* text = std::get_if<std::string>(&cell);
  auto id = text != nullptr ? base::Uuid::from_octets(*text) : std::nullopt;
  if (!id && text != nullptr) id = base::Uuid::parse(*text);
  if (!id) throw DatabaseError("a column that names keys holds something else");
  return id;
}

std::vector<Cell> read_cells(Tx& tx, const terms::Table& table, Columns columns, const std::vector<Cell>& key) {
  const auto sql =
      fmt::format("SELECT {} FROM {} WHERE {}", fmt::join(columns, ", "), table.name, all_equal(table.key));
  const auto rows = tx.query_with(sql, values_of(table, table.key, key));
  return rows.empty() ? std::vector<Cell>() : cells_of(rows.front(), table, columns);
}

std::int64_t delete_row(Tx& tx, const terms::Table& table, const std::vector<Cell>& key) {
  return tx.run_with(fmt::format("DELETE FROM {} WHERE {}", table.name, all_equal(table.key)),
                     values_of(table, table.key, key));
}

std::int64_t empty_columns(Tx& tx, const terms::Table& table, Columns columns, const std::vector<Cell>& key) {
  std::string set;
  std::vector<Value> values;
  for (const auto name : columns) {
    const auto& column = column_of(table, name);
    set += fmt::format("{}{} = ?", set.empty() ? "" : ", ", name);
    if (column.nullable)
      values.emplace_back(nullptr);
    else
      values.push_back(column.type == terms::ColumnType::octets ? Value::octets("") : Value(""));
  }
  for (auto& value : values_of(table, table.key, key)) values.push_back(std::move(value));
  return tx.run_with(fmt::format("UPDATE {} SET {} WHERE {}", table.name, set, all_equal(table.key)), values);
}

std::vector<std::vector<Cell>> rows_where(Tx& tx, const terms::Table& table, Columns columns,
                                          const std::vector<Cell>& cells) {
  const auto sql =
      fmt::format("SELECT {} FROM {} WHERE {}", fmt::join(table.key, ", "), table.name, all_equal(columns));
  std::vector<std::vector<Cell>> keys;
  for (const auto& row : tx.query_with(sql, values_of(table, columns, cells)))
    keys.push_back(cells_of(row, table, table.key));
  return keys;
}

std::vector<std::string> names_held(Tx& tx, const terms::Table& table, std::string_view column,
                                    const std::vector<std::string>& names) {
  std::vector<Value> values(names.begin(), names.end());
  const auto sql =
      fmt::format("SELECT DISTINCT {0} FROM {1} WHERE {0} IN ({2})", column, table.name, places(names.size()));
  std::vector<std::string> held;
  if (names.empty()) return held;
  for (const auto& row : tx.query_with(sql, values)) held.push_back(read_one<std::string>(row));
  return held;
}

}  // namespace alting::store
