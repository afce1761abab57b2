// What the rooms bring, put together: the one place where a room is plugged in. Each list is in the order of the rooms.
//
// A table that is missing here is not made. A topic that is emitted and not listed fails the build
// (script/lib/topics_listed.py); one that nobody delivers, or a job without a legal basis, stops the program at start.
#pragma once
#include <vector>

#include "main/installation.h"
#include "store/job.h"
#include "store/migrate.h"
#include "store/outbox.h"

namespace alting::main {

[[nodiscard]] std::vector<store::RoomMigrations> all_migrations();
[[nodiscard]] std::vector<const store::Topic*> all_topics();
// `installation` must outlive what these answer.
[[nodiscard]] std::vector<store::Subscription> all_subscriptions(Installation& installation);
[[nodiscard]] std::vector<store::Job> all_jobs(Installation& installation);
// Has each room count what it holds in installation.metrics.
void count_all(Installation& installation);

}  // namespace alting::main
