// After a restore: what was erased since the backup was made has come back in the rows, with whatever stands plain in
// them (names of files, words to search by), though its keys are gone again. This erases those rows too, as the
// catalogue says of each table.
#pragma once
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "store/catalogue.h"
#include "store/database.h"
#include "store/vault.h"

namespace alting::store {

// Reads all tables that name keys. A row is erased when it names a key of the lists that nobody holds any more, and with
// it the rows of other tables that go with it. What a room's own function erases (Erasure::through) is left to that, which
// comes before. The lists' keys are gone by now (Vault::replay_erasures). Answers how many rows were deleted or emptied.
std::int64_t erase_rows_again(Database& database, Vault& vault, const Catalogue& catalogue,
                              const std::vector<base::Bytes>& lists);

}  // namespace alting::store
