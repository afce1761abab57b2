// What `instances` does by itself, and delivers of its own topics (main/rooms.cpp lists them).
#pragma once
#include <vector>

#include "instances/kept_draft_keys.h"
#include "instances/key_erasure.h"
#include "instances/key_sharing.h"
#include "store/job.h"
#include "store/outbox.h"

namespace alting::instances {

// What they are given must outlive them.
[[nodiscard]] std::vector<store::Job> background_jobs(KeptDraftKeys& kept);
[[nodiscard]] std::vector<store::Subscription> subscriptions(KeyErasure& erasure, KeySharing& sharing);

}  // namespace alting::instances
