#include "store/erased_rows.h"

#include <fmt/format.h>

#include <set>
#include <unordered_set>

#include "base/text.h"
#include "store/catalogue_rows.h"

namespace alting::store {
namespace {

constexpr std::int64_t rows_read_at_once = 1'000;

using Keys = std::unordered_set<base::Uuid>;

// Those of the lists that nobody holds any more. A line of a key is "<time> <key> <holder>"; those of rooms are longer.
Keys gone_keys(Vault& vault, const std::vector<base::Bytes>& lists) {
  std::set<base::Uuid> listed;
  for (const auto& list : lists) {
    for (const auto line : base::split(list, '\n')) {
      const auto words = base::split(line, ' ');
      const auto id = words.size() == 3 ? base::Uuid::parse(words[1]) : std::nullopt;
      if (id) listed.insert(*id);
    }
  }
  const auto held = vault.still_held({listed.begin(), listed.end()});
  for (const auto& id : held) listed.erase(id);
  return {listed.begin(), listed.end()};
}

class Again {
 public:
  Again(Tx& tx, const Catalogue& catalogue) : tx_(tx), catalogue_(catalogue) {}

  // The part of the row that lies under the key of this column.
  std::int64_t erase(const terms::Table& table, const std::vector<Cell>& key, std::string_view column) {
    for (const auto& erasure : table.erasures) {
      if (erasure.key != column || !holds(table, key, erasure)) continue;
      if (!erasure.through.empty()) return 0;
      if (erasure.row) return delete_with_all(table, key);
      return erasure.empty.empty() ? 0 : empty_columns(tx_, table, erasure.empty, key);
    }
    return 0;
  }

 private:
  [[nodiscard]] bool holds(const terms::Table& table, const std::vector<Cell>& key, const terms::Erasure& erasure) {
    if (!erasure.when) return true;
    const auto cells = read_cells(tx_, table, {&erasure.when->column, 1}, key);
    const auto* text = cells.empty() ? nullptr : std::get_if<std::string>(&cells.front());
    return text != nullptr && *text == erasure.when->value;
  }

  // The rows that go with it first: they are found by what it holds.
  std::int64_t delete_with_all(const terms::Table& table, const std::vector<Cell>& key) {
    std::int64_t erased = 0;
    for (const auto& [other, erasure] : catalogue_.going_with(table.name)) {
      if (!erasure->through.empty()) continue;
      const auto cells = read_cells(tx_, table, erasure->on, key);
      if (cells.empty()) continue;
      for (const auto& row : rows_where(tx_, *other, erasure->on, cells)) erased += delete_with_all(*other, row);
    }
    return erased + delete_row(tx_, table, key);
  }

  Tx& tx_;
  const Catalogue& catalogue_;
};

}  // namespace

std::int64_t erase_rows_again(Database& database, Vault& vault, const Catalogue& catalogue,
                              const std::vector<base::Bytes>& lists) {
  const auto gone = gone_keys(vault, lists);
  std::int64_t erased = 0;
  if (gone.empty()) return erased;
  for (const auto& [table, columns] : catalogue.naming(terms::NamesWhat::key)) {
    TableReader reader(*table, columns);
    for (auto rows = reader.next(database, rows_read_at_once); !rows.empty();
         rows = reader.next(database, rows_read_at_once)) {
      erased += database
                    .write([&](Tx& tx) -> base::Result<std::int64_t> {
                      Again again(tx, catalogue);
                      std::int64_t count = 0;
                      for (const auto& row : rows) {
                        for (std::size_t i = 0; i < columns.size(); ++i) {
                          const auto id = key_id_in(row.cells[i]);
                          if (id && gone.contains(*id)) count += again.erase(*table, row.key, columns[i]);
                        }
                      }
                      return count;
                    })
                    .value();
    }
  }
  return erased;
}

}  // namespace alting::store
