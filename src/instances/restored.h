// What a restore may not bring back here.
#pragma once
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "store/database.h"
#include "store/vault.h"

namespace alting::instances {

// What was sent and its party deleted since the backup was made: the agency holds the keys still, so that it is found by
// what the erasure lists say of the party. The party's rows go again, and the agency's stay. Answers how many went.
std::int64_t remove_forms_again(store::Database& database, store::Vault& vault, const std::vector<base::Bytes>& lists);

}  // namespace alting::instances
