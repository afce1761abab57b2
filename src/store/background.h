// What `store` does by itself, for all rooms: it ends rows by the rules of the catalogue, and looks after files and keys
// (main/rooms.cpp lists it).
#pragma once
#include <vector>

#include "base/metrics.h"
#include "store/catalogue.h"
#include "store/database.h"
#include "store/holds.h"
#include "store/job.h"
#include "store/sweep_conditions.h"
#include "store/vault.h"

namespace alting::store {

// All that is passed in must outlive the jobs.
[[nodiscard]] std::vector<Job> background_jobs(Database& database, Vault& vault, const Catalogue& catalogue,
                                               const base::Clock& clock, base::Metrics& metrics,
                                               const SweepOptions& sweeping, const HoldsNow& holds = {});

}  // namespace alting::store
