#include "ledger/ended_count.h"

#include <fmt/format.h>

#include <vector>

#include "store/row_reader.h"

namespace alting::ledger {

std::int64_t count_before(store::Tx& tx, Retention retention, base::Instant before) {
  std::string places;
  std::vector<store::Value> values{store::Value(before)};
  for (const auto& kind : event_catalogue()) {
    if (kind.retention != retention) continue;
    places += places.empty() ? "?" : ", ?";
    values.emplace_back(kind.name);
  }
  return store::read_one<std::int64_t>(
      tx.query_with(fmt::format("SELECT COUNT(*) FROM ledger_activity WHERE at < ? AND kind IN ({})", places), values)
          .front());
}

}  // namespace alting::ledger
