// What `login` does by itself (main/rooms.cpp lists it).
#pragma once
#include <vector>

#include "login/session_store.h"
#include "store/job.h"

namespace alting::login {

// All that is passed in must outlive the jobs.
[[nodiscard]] std::vector<store::Job> background_jobs(store::Database& database, ledger::Ledger& ledger,
                                                      const base::Clock& clock, const SessionLimits& limits);

}  // namespace alting::login
