// What a restore may not bring back here.
#pragma once
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "store/database.h"
#include "store/vault.h"

namespace alting::inbox {

// Messages that their recipients deleted since the backup was made, and those that their sender took back: the agency
// holds their keys still, so that they are found by what the erasure lists say of the recipient. They lie in no folder
// any more. Then all counts are made anew. Answers how many messages went.
std::int64_t remove_messages_again(store::Database& database, store::Vault& vault,
                                   const std::vector<base::Bytes>& lists, base::Instant now);

}  // namespace alting::inbox
