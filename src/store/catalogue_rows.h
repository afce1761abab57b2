// Rows, by what the catalogue says of their tables: the only statements of the program that name no table. They stand in
// no room, because each room's own catalogue is what they are made of.
#pragma once
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/uuid.h"
#include "store/catalogue.h"
#include "store/database.h"
#include "store/holds.h"

namespace alting::store {

// What a column holds, copied out.
using Cell = Row::Column;

// Deletes at most so many rows whose column, in the units the rule counts in, began before this, and that no hold of the
// rule holds. Answers how many.
std::int64_t delete_before(Tx& tx, const terms::Table& table, const terms::RetentionRule& rule, base::Instant before,
                           std::int64_t max_found, const Holds& holds = {});
// How many there are: all of them, and those of them that are held. `also` is a condition on columns, " AND ...".
struct CountedBefore {
  std::int64_t all = 0, held = 0;
};
[[nodiscard]] CountedBefore count_before(Tx& tx, const terms::Table& table, const terms::RetentionRule& rule,
                                         base::Instant before, const Holds& holds, std::string_view also = "");

// Of these parties, those that a row of the table names in the column (terms::SubjectForm::party_id).
[[nodiscard]] std::vector<std::int64_t> parties_named(Tx& tx, const terms::Table& table, std::string_view column,
                                                      const std::vector<std::int64_t>& parties);

// Reads a table to its end, some rows at a time, each time in a transaction of its own, in the order of its primary key.
class TableReader {
 public:
  // `columns` are read beside the key.
  TableReader(const terms::Table& table, std::vector<std::string_view> columns);
  struct Found {
    std::vector<Cell> key;    // of terms::Table::key
    std::vector<Cell> cells;  // of `columns`
  };
  // The next of them, at most so many; none at the end.
  [[nodiscard]] std::vector<Found> next(Database& database, std::int64_t max_found);

 private:
  const terms::Table& table_;
  std::vector<std::string_view> columns_;
  std::vector<Cell> last_;
};

// The id of a key that a cell holds, as text or 16 octets; nothing for NULL. DatabaseError for anything else.
[[nodiscard]] std::optional<base::Uuid> key_id_in(const Cell& cell);

// One row, by its primary key.
[[nodiscard]] std::vector<Cell> read_cells(Tx& tx, const terms::Table& table, std::span<const std::string_view> columns,
                                           const std::vector<Cell>& key);  // empty when it is not there
std::int64_t delete_row(Tx& tx, const terms::Table& table, const std::vector<Cell>& key);
// NULL where the column may be, else empty text or octets.
std::int64_t empty_columns(Tx& tx, const terms::Table& table, std::span<const std::string_view> columns,
                           const std::vector<Cell>& key);
// The primary keys of the rows whose columns hold these.
[[nodiscard]] std::vector<std::vector<Cell>> rows_where(Tx& tx, const terms::Table& table,
                                                        std::span<const std::string_view> columns,
                                                        const std::vector<Cell>& cells);

// Which of these names rows hold in the column.
[[nodiscard]] std::vector<std::string> names_held(Tx& tx, const terms::Table& table, std::string_view column,
                                                  const std::vector<std::string>& names);

}  // namespace alting::store
