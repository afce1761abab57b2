// Sweeping: keys and files that no row names, because the transaction that was to name them never came.
//
// Which columns name them, the catalogue says (names = "key", names = "blob"), so that no room can be forgotten; that a
// column which looks like one says it, the build proves. A key erased by mistake is a document lost for good, so:
//   - only a key is looked at that is older than the rule store.orphan_key says (days): one is made before the row that
//     names it, at most three days (ledger/sealer.h), and named by rows that were there before from then on;
//   - it is erased when every table that names keys has been read to its end without it. When one reading fails, nothing
//     of what was looked at is erased;
//   - after a restore, and when the log begins anew, none is erased as long as keystores are kept: the database may be
//     older than its keystore, and a newer copy may come after it.
//
// A sweep goes through the keystore in the order of the keys' making, a million at a time, and through all tables for
// each such window: a few seconds in each run, going on in the next. No index is asked for on columns that name keys: the
// log's would cost each entry more than the reading costs in all. How far it came stands in store_setting. At the end it
// waits for new keys, and each week begins again from the first.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "store/catalogue.h"
#include "store/catalogue_rows.h"
#include "store/database.h"
#include "store/job.h"
#include "store/vault.h"

namespace alting::store {

class KeySweep {
 public:
  struct Options {
    std::size_t window = 1'000'000;  // keys looked at in one reading of the tables: 17 MB
    std::int64_t rows_at_once = 2'000;
    std::chrono::milliseconds longest{5'000};  // one run; it reads `rows_at_once` at least
  };
  KeySweep(Database& database, Vault& vault, const Catalogue& catalogue, const base::Clock& clock)
      : KeySweep(database, vault, catalogue, clock, Options()) {}
  KeySweep(Database& database, Vault& vault, const Catalogue& catalogue, const base::Clock& clock, Options options);
  // Goes on for one run. Answers how many keys it erased. Not from two threads at a time.
  std::int64_t run();

 private:
  [[nodiscard]] std::vector<base::Uuid> keys_behind(base::Uuid from, base::Instant made_before);
  [[nodiscard]] bool begin_window();
  [[nodiscard]] bool read_tables();  // whether they have been read to the end
  void mark(const base::Uuid& id);
  std::int64_t erase_window();

  Database& database_;
  Vault& vault_;
  const Catalogue& catalogue_;
  const base::Clock& clock_;
  const Options options_;
  const std::vector<Catalogue::Naming> naming_;
  std::vector<base::Uuid> window_;  // in their order; none: there is no window
  std::vector<bool> named_;         // of the window, as far as the tables have been read
  std::size_t place_ = 0;           // in naming_
  std::optional<TableReader> reader_;
};

// Erases no key before this, in whatever process. What is set already is never made earlier.
void hold_sweeping(Tx& tx, base::Instant until);

// Files older than 24 hours that no row names. Answers how many went.
std::int64_t sweep_files(Database& database, Vault& vault, const Catalogue& catalogue);

// All that is passed in must outlive the jobs.
[[nodiscard]] std::vector<Job> sweeping_jobs(Database& database, Vault& vault, const Catalogue& catalogue,
                                             const base::Clock& clock);

}  // namespace alting::store
