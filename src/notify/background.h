// What `notify` does by itself, what it delivers of other rooms' topics, and what of it is counted (main/rooms.cpp lists
// them). Sending has threads of its own: Deliverer::start().
#pragma once
#include <vector>

#include "base/metrics.h"
#include "notify/make_notify.h"
#include "store/holds.h"
#include "store/job.h"
#include "store/outbox.h"

namespace alting::notify {

// What they are given must outlive them.
[[nodiscard]] std::vector<store::Job> background_jobs(Notify& notify, store::Database& database,
                                                      const base::Clock& clock, store::HoldsNow holds);
[[nodiscard]] std::vector<store::Subscription> subscriptions(Telling& telling);
// All must outlive the metrics' last reading.
void count_notices(base::Metrics& metrics, store::Database& database, const base::Clock& clock);
// Takes what finds an address again from attempts that are older than the rule says. Answers how many.
[[nodiscard]] std::int64_t forget_address_hashes(store::Database& database, base::Instant now,
                                                 const store::HoldsNow& holds = {});

}  // namespace alting::notify
