// What `instances` does by itself, and delivers of its own topics (main/rooms.cpp lists them).
#pragma once
#include <vector>

#include "instances/instances.h"
#include "store/job.h"
#include "store/outbox.h"

namespace alting::instances {

// `instances` must outlive both.
[[nodiscard]] std::vector<store::Job> background_jobs(Instances& instances);
[[nodiscard]] std::vector<store::Subscription> subscriptions(Instances& instances);

}  // namespace alting::instances
