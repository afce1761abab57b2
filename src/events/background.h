// What `events` delivers of other rooms' topics, and what of it is counted (main/rooms.cpp lists them).
#pragma once
#include <vector>

#include "base/metrics.h"
#include "events/telling.h"
#include "store/outbox.h"

namespace alting::events {

// What they are given must outlive them.
[[nodiscard]] std::vector<store::Subscription> subscriptions(Telling& telling);

// How many events wait for an end point, and how many subscriptions there are in which state (docs/operator.md). All must
// outlive the metrics' last reading.
void count_events(base::Metrics& metrics, store::Database& database, const base::Clock& clock);

}  // namespace alting::events
