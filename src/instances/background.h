// What `instances` does by itself, and delivers of its own topics (main/rooms.cpp lists them).
#pragma once
#include <set>
#include <string>
#include <vector>

#include "instances/instances.h"
#include "store/job.h"
#include "store/outbox.h"

namespace alting::instances {

// Of these files of the blob folder, those that an attachment is in (store::BlobsNamed).
[[nodiscard]] std::set<std::string> blobs_named(store::Tx& tx, const std::vector<std::string>& names);

// `instances` must outlive both.
[[nodiscard]] std::vector<store::Job> background_jobs(Instances& instances);
[[nodiscard]] std::vector<store::Subscription> subscriptions(Instances& instances);

}  // namespace alting::instances
