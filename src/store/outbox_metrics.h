// What of the outbox is counted (docs/operator.md), and who finds what nobody delivers.
#pragma once
#include <vector>

#include "base/metrics.h"
#include "store/outbox.h"

namespace alting::store {

// Sets the gauges of these topics at each refresh of the metrics: how many wait, are due later, have been due for longer
// than `overdue`, and the age of the oldest. Counts to 100,000 of a topic and no further.
void measure_outbox(base::Metrics& metrics, Database& database, const base::Clock& clock,
                    const std::vector<const Topic*>& topics, base::Duration overdue);

// How long the oldest message of these topics has been due. Looks at 100,000 of a topic and no further.
[[nodiscard]] base::Duration outbox_lag(Database& database, const base::Clock& clock,
                                        const std::vector<const Topic*>& topics);

// How many messages are of a topic, or for a subscriber, that is not among these; each kind is logged as an error.
std::int64_t find_unknown(Database& database, base::Metrics& metrics, const std::vector<Subscription>& known);

}  // namespace alting::store
