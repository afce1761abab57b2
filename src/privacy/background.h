// What `privacy` does by itself, and what it delivers of other rooms' topics (main/rooms.cpp lists it).
#pragma once
#include <vector>

#include "privacy/make_privacy.h"
#include "store/job.h"
#include "store/outbox.h"

namespace alting::privacy {

// What it is given must outlive them.
[[nodiscard]] std::vector<store::Job> background_jobs(Privacy& privacy);
[[nodiscard]] std::vector<store::Subscription> subscriptions(Copies& copies);

}  // namespace alting::privacy
