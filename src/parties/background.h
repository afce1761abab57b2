// What `parties` does by itself, and what of it is counted (main/rooms.cpp lists the jobs).
#pragma once
#include <vector>

#include "base/metrics.h"
#include "store/database.h"
#include "store/holds.h"
#include "store/job.h"

namespace alting::parties {

class ContactPoints;

// `database` must outlive the jobs.
[[nodiscard]] std::vector<store::Job> background_jobs(store::Database& database);
// Of contact data; `contacts` must outlive them.
[[nodiscard]] std::vector<store::Job> background_jobs(ContactPoints& contacts, store::HoldsNow holds);

// How long ago each register was brought in (docs/operator.md). All must outlive the metrics' last reading.
void count_registers(base::Metrics& metrics, store::Database& database, const base::Clock& clock);

}  // namespace alting::parties
