// Rows of a table by what one of its columns holds, some at a time, as the catalogue names table and columns: how a
// subject's rows are found (terms::Subject). And which rows hold some octets anywhere.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "store/catalogue_rows.h"
#include "store/database.h"

namespace alting::store {

struct Match {
  std::string_view column;
  Cell value;  // a number, or text (octets too)
};

// Those behind `after` (none: from the first), in the order of the primary key, at most so many; with these columns.
// std::logic_error for a table without a primary key.
[[nodiscard]] std::vector<TableReader::Found> rows_of(Tx& tx, const terms::Table& table, const Match& match,
                                                      std::span<const std::string_view> columns,
                                                      const std::vector<Cell>& after, std::int64_t max_found);
[[nodiscard]] std::int64_t count_of(Tx& tx, const terms::Table& table, const Match& match);
// How many there are with the same in these columns, of the first so many that are found; `more`: there are others.
struct Counts {
  struct Group {
    std::vector<Cell> cells;  // of the columns
    std::int64_t count = 0;
  };
  std::vector<Group> groups = {};
  bool more = false;
};
[[nodiscard]] Counts counts_of(Tx& tx, const terms::Table& table, const Match& match,
                               std::span<const std::string_view> columns, std::int64_t max_found);

// How many rows hold these octets somewhere in the column. Reads all of the table.
[[nodiscard]] std::int64_t rows_containing(Tx& tx, Engine engine, const terms::Table& table,
                                           const terms::Column& column, base::ByteView octets);

}  // namespace alting::store
