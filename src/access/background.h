// What access does by itself (main/rooms.cpp lists it).
#pragma once
#include <vector>

#include "access/make_access.h"
#include "store/job.h"

namespace alting::access {

// Takes away what has ended by its date, withdraws requests that nobody answered, and lifts restrictions whose day has
// come. The room outlives the jobs.
[[nodiscard]] std::vector<store::Job> background_jobs(Access& access);

}  // namespace alting::access
