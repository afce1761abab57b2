// What `privacy` does by itself (main/rooms.cpp lists it).
#pragma once
#include <vector>

#include "privacy/make_privacy.h"
#include "store/job.h"

namespace alting::privacy {

// What it is given must outlive them.
[[nodiscard]] std::vector<store::Job> background_jobs(Privacy& privacy);

}  // namespace alting::privacy
