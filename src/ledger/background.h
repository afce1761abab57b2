// What the log does by itself (main/rooms.cpp lists it).
#pragma once
#include <vector>

#include "ledger/ledger.h"
#include "store/holds.h"
#include "store/job.h"

namespace alting::ledger {

// Ends passing entries (reads, sessions, runs) and lasting ones by their rules of retention.toml, in whole days: the holds
// count what goes, and stop it by their rule alone. All that is passed in must outlive the jobs.
[[nodiscard]] std::vector<store::Job> background_jobs(Ledger& ledger, const base::Clock& clock,
                                                      const store::HoldsNow& holds = {});

}  // namespace alting::ledger
