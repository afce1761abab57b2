// What a restore may not bring back here.
#pragma once
#include <cstdint>

#include "base/time.h"
#include "store/database.h"

namespace alting::login {

// No session of before goes on: who ended one since, or left the machine, would be logged in again. They are over from
// this moment, and the job end_sessions says so in the log. What somebody had typed, and logins that were begun, are
// deleted: what was fetched since would come back. What issuers said about revocation counts no more, for they may have
// said another thing since: they are asked again. Answers how many rows went or ended.
std::int64_t end_all_restored(store::Tx& tx, base::Instant now);

}  // namespace alting::login
