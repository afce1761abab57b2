// What of the log is counted (docs/operator.md).
#pragma once
#include "base/metrics.h"
#include "ledger/ledger.h"

namespace alting::ledger {

// Its entries, whether it has halted, and the signing lag: how long the oldest entry has waited that stands under no
// checkpoint this process has published. All must outlive the metrics' last reading.
void count_log(base::Metrics& metrics, const Ledger& ledger, store::Database& database, const base::Clock& clock);

// The signing lag now. Reads the database.
[[nodiscard]] base::Duration signing_lag(const Ledger& ledger, store::Database& database, const base::Clock& clock);

}  // namespace alting::ledger
