// What is done once a backup has been brought back, and before anybody may use it: what was erased since is erased again.
#pragma once
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "ledger/make_ledger.h"
#include "store/backup.h"
#include "store/data_folder.h"

namespace alting::main {

// Before the keys of the lists go: brings the tables up to date, holds the sweeping, since a newer copy of the database
// may come after this one, and erases entries of the log again.
void erase_entries_again(store::DataFolder& restored, const base::Clock& clock, const std::vector<base::Bytes>& lists);
// After it: restricts and holds again what was since the backup; erases the rows that name those keys, in every room, as the
// catalogue says; removes messages again, and counts them anew; ends all sessions; and passes over the numbers of events that
// were given since. Answers how many rows were deleted, emptied or ended.
std::int64_t erase_rows_again(store::DataFolder& restored, const base::Clock& clock,
                              const std::vector<base::Bytes>& lists);
// Has a restore do both. The clock must outlive the options.
void erase_again_in(store::RestoreOptions& options, const base::Clock& clock);
// A database that may be older than its keystore: no key and no file is swept as long as copies of the keystore are kept.
void hold_sweeping(store::Database& database, const base::Clock& clock);
// ledger::begin_new_origin(), with the sweeping held and the numbers of events passed over before it: a kill leaves no new
// origin over which keys are swept, or numbers given twice. Both also when it is refused.
[[nodiscard]] base::Result<std::string> begin_origin_held(store::DataFolder& folder, const base::Clock& clock,
                                                          base::Random& random, const ledger::LedgerOptions& log);

}  // namespace alting::main
