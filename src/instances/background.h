// What `instances` does by itself, and delivers of its own topics (main/rooms.cpp lists them).
#pragma once
#include <vector>

#include "instances/agency_retention.h"
#include "instances/deleting.h"
#include "instances/kept_draft_keys.h"
#include "instances/key_erasure.h"
#include "instances/key_sharing.h"
#include "store/holds.h"
#include "store/job.h"
#include "store/outbox.h"

namespace alting::instances {

// What they are given must outlive them.
[[nodiscard]] std::vector<store::Job> background_jobs(KeptDraftKeys& kept, Deleting& deleting, AgencyRetention& agency,
                                                      store::HoldsNow holds = {});
[[nodiscard]] std::vector<store::Subscription> subscriptions(KeyErasure& erasure, KeySharing& sharing);

}  // namespace alting::instances
