// What the log does by itself (main/rooms.cpp lists it).
#pragma once
#include <vector>

#include "ledger/ledger.h"
#include "store/job.h"

namespace alting::ledger {

// Ends passing entries (reads, sessions, runs) by the rule ledger.passing of retention.toml. Lasting ones wait: what
// people sent or received ends by no job before there are holds and a dry run. All that is passed in must outlive the
// jobs.
[[nodiscard]] std::vector<store::Job> background_jobs(Ledger& ledger, const base::Clock& clock);

}  // namespace alting::ledger
