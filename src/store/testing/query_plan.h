// How SQLite would carry a statement out: one step a line, such as "SEARCH item USING INDEX item_name (name=?)".
#pragma once
#include <string>

#include "store/row_reader.h"

namespace alting::store::testing {

inline std::string query_plan(Tx& tx, std::string_view sql, std::initializer_list<Value> values = {}) {
  std::string steps;
  for (const auto& row : tx.query("EXPLAIN QUERY PLAN " + std::string(sql), values)) {
    const auto [id, parent, not_used, step] = read_row<std::int64_t, std::int64_t, std::int64_t, std::string>(row);
    steps += step + "\n";
  }
  return steps;
}

}  // namespace alting::store::testing
