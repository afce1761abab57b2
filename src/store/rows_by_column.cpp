#include "store/rows_by_column.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>

namespace alting::store {
namespace {

terms::ColumnType type_in(const terms::Table& table, std::string_view name) {
  for (const auto& column : table.columns)
    if (column.name == name) return column.type;
  throw std::logic_error(fmt::format("the catalogue has no column {} of {}", name, table.name));
}

// Borrowed from the cell.
Value bound(const terms::Table& table, std::string_view column, const Cell& cell) {
  if (cell.index() == 0) return nullptr;
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return *number;
  const std::string_view text = std::get<std::string>(cell);
  return type_in(table, column) == terms::ColumnType::octets ? Value::octets(text) : Value(text);
}

}  // namespace

std::vector<TableReader::Found> rows_of(Tx& tx, const terms::Table& table, const Match& match,
                                        std::span<const std::string_view> columns, const std::vector<Cell>& after,
                                        std::int64_t max_found) {
  if (table.key.empty()) throw std::logic_error(fmt::format("{} has no key to be read by", table.name));
  std::vector<std::string_view> wanted(table.key.begin(), table.key.end());
  wanted.insert(wanted.end(), columns.begin(), columns.end());
  const auto key = fmt::format("{}", fmt::join(table.key, ", "));
  std::vector<Value> values{bound(table, match.column, match.value)};
  std::string behind;
  if (!after.empty()) {
    std::string places;
    for (std::size_t i = 0; i < table.key.size(); ++i) {
      places += i == 0 ? "?" : ", ?";
      values.push_back(bound(table, table.key[i], after.at(i)));
    }
    behind = fmt::format(" AND ({}) > ({})", key, places);
  }
  values.emplace_back(max_found);
  const auto sql = fmt::format("SELECT {} FROM {} WHERE {} = ?{} ORDER BY {} LIMIT ?", fmt::join(wanted, ", "),
                               table.name, match.column, behind, key);
  std::vector<TableReader::Found> found;
  for (const auto& row : tx.query_with(sql, values)) {
    TableReader::Found one;
    for (std::size_t i = 0; i < row.size(); ++i) (i < table.key.size() ? one.key : one.cells).push_back(row.column(i));
    found.push_back(std::move(one));
  }
  return found;
}

std::int64_t count_of(Tx& tx, const terms::Table& table, const Match& match) {
  const std::vector<Value> values{bound(table, match.column, match.value)};
  const auto rows =
      tx.query_with(fmt::format("SELECT COUNT(*) FROM {} WHERE {} = ?", table.name, match.column), values);
  return std::get<std::int64_t>(rows.at(0).column(0));
}

Counts counts_of(Tx& tx, const terms::Table& table, const Match& match, std::span<const std::string_view> columns,
                 std::int64_t max_found) {
  const auto names = fmt::format("{}", fmt::join(columns, ", "));
  const std::vector<Value> values{bound(table, match.column, match.value), max_found + 1};
  const auto sql = fmt::format("SELECT {}COUNT(*) FROM (SELECT {} FROM {} WHERE {} = ? LIMIT ?) AS found{}",
                               columns.empty() ? "" : names + ", ", columns.empty() ? std::string(match.column) : names,
                               table.name, match.column, columns.empty() ? "" : " GROUP BY " + names);
  Counts counts;
  std::int64_t all = 0;
  for (const auto& row : tx.query_with(sql, values)) {
    Counts::Group group;
    for (std::size_t i = 0; i < columns.size(); ++i) group.cells.push_back(row.column(i));
    group.count = std::get<std::int64_t>(row.column(columns.size()));
    all += group.count;
    counts.groups.push_back(std::move(group));
  }
  counts.more = all > max_found;
  return counts;
}

std::int64_t rows_containing(Tx& tx, Engine engine, const terms::Table& table, const terms::Column& column,
                             base::ByteView octets) {
  if (column.type == terms::ColumnType::number) return 0;
  const auto found = engine == Engine::sqlite ? fmt::format("instr({}, ?) > 0", column.name)
                                              : fmt::format("position(? IN {}) > 0", column.name);
  const std::vector<Value> values{column.type == terms::ColumnType::octets ? Value::octets(octets) : Value(octets)};
  const auto rows = tx.query_with(fmt::format("SELECT COUNT(*) FROM {} WHERE {}", table.name, found), values);
  return std::get<std::int64_t>(rows.at(0).column(0));
}

}  // namespace alting::store
