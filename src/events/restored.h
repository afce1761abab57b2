// What a restore may not bring back here.
#pragma once
#include "base/time.h"
#include "store/database.h"

namespace alting::events {

// The numbers that were given after a backup was made. They would be given anew, to other events, and who had read to one
// of them would miss those. So each feed, and the subscriptions, go on at a number that no feed comes to by counting: the
// moment, in milliseconds since 1970. Each restore of one backup has its own.
void pass_over_numbers(store::Tx& tx, base::Instant now);

}  // namespace alting::events
