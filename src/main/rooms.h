// What the rooms bring, put together: the one place where a room is made and plugged in. Each list is in the order of
// the rooms.
//
// What a room brings and this does not name fails the build (script/lib/rooms_plugged.py); a topic that nobody delivers,
// or a job without a legal basis, stops the program at start.
#pragma once
#include <vector>

#include "api/api_table.h"
#include "main/installation.h"
#include "portal/page_set.h"
#include "store/catalogue.h"
#include "store/job.h"
#include "store/migrate.h"
#include "store/outbox.h"

namespace alting::main {

[[nodiscard]] std::vector<store::RoomMigrations> all_migrations();
// What all of them keep, whose it is and how it ends. A room with tables that is missing here stops the program at start.
[[nodiscard]] store::Catalogue all_catalogues();
[[nodiscard]] std::vector<const store::Topic*> all_topics();
// `installation` must outlive what these answer.
[[nodiscard]] std::vector<store::Subscription> all_subscriptions(Installation& installation);
[[nodiscard]] std::vector<store::Job> all_jobs(Installation& installation);
// The pages, from what each set needs (portal::check_page_sets).
[[nodiscard]] std::vector<portal::PageSet> all_page_sets(Installation& installation);
// What machines may call, and how it is drawn up for them. Papers are made with these words, which outlive it.
[[nodiscard]] api::ApiTable all_interfaces(Installation& installation, const base::Texts& texts);
// What an operator may set, read into `into`, which gets the defaults of the mode (settings.h).
[[nodiscard]] std::vector<base::Setting> all_settings(Settings& into, terms::Mode mode);
// Has each room count what it holds in installation.metrics.
void count_all(Installation& installation);

}  // namespace alting::main
