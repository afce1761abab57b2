// Sweeping: keys and files that no row names, because the transaction that was to name them never came.
//
// Which columns name them, the catalogue says (names = "key", names = "blob"), so that no room can be forgotten; that a
// column which looks like one says it, the build proves. A key erased by mistake is a document lost for good, so:
//   - only a key is looked at that is older than the rule store.orphan_key says (days): one is made before the row that
//     names it, at most three days (ledger/sealer.h), and named by rows that were there before from then on;
//   - it is erased when every table that names keys has been read to its end without it, twice: what was moved between
//     tables during one reading stands still in the other. When one fails, nothing of what was looked at is erased;
//   - none is erased while the conditions of sweep_conditions.h are not met: asked before a window, and before each piece;
//   - when a window has more orphans than sends that fail explain, none of them is: something else is wrong. An operator
//     who knows what it was lets them go by the setting sweeping.max_orphans.
// Files go by the same, without the window.
//
// A sweep goes through the keystore in the order of the keys' making, a million at a time, and through all tables for
// each such window: a few seconds in each run, going on in the next. No index is asked for on columns that name keys: the
// log's would cost each entry more than the reading costs in all. How far it came stands in store_setting. At the end it
// waits for new keys, and each week begins again from the first. How long one such way takes grows with keys times rows:
// the age in the rule is the least a key lives, and keys_swept_at() says how late the sweep is.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "base/time.h"
#include "store/catalogue.h"
#include "store/catalogue_rows.h"
#include "store/database.h"
#include "store/job.h"
#include "store/sweep_conditions.h"
#include "store/vault.h"

namespace alting::store {

class KeySweep {
 public:
  struct Options {
    std::size_t window = 1'000'000;  // keys looked at in one reading of the tables: 17 MB
    std::int64_t rows_at_once = 2'000;
    std::chrono::milliseconds longest{5'000};  // one run; it reads `rows_at_once`, or erases one piece, at least
    std::size_t max_orphans = store::max_orphans;
    std::size_t erased_at_once = store::erased_at_once;
  };
  KeySweep(Database& database, Vault& vault, const Catalogue& catalogue, const base::Clock& clock,
           SweepConditions conditions)
      : KeySweep(database, vault, catalogue, clock, std::move(conditions), Options()) {}
  KeySweep(Database& database, Vault& vault, const Catalogue& catalogue, const base::Clock& clock,
           SweepConditions conditions, Options options);
  // Goes on for one run. Answers how many keys it erased. Not from two threads at a time.
  std::int64_t run();
  // The orphans of a window that were too many, so that none went; looked at again after a day. 0: all is well.
  [[nodiscard]] std::int64_t too_many() const { return too_many_; }

 private:
  [[nodiscard]] std::vector<base::Uuid> keys_behind(base::Uuid from, base::Instant made_before);
  [[nodiscard]] bool begin_window();
  [[nodiscard]] bool read_tables();  // whether they have been read to the end
  void mark(const base::Uuid& id);
  void find_orphans();
  [[nodiscard]] std::int64_t erase_orphans();
  void give_up_window();

  Database& database_;
  Vault& vault_;
  const Catalogue& catalogue_;
  const base::Clock& clock_;
  SweepConditions conditions_;
  const Options options_;
  const std::vector<Catalogue::Naming> naming_;
  std::vector<base::Uuid> window_;  // in their order; none: there is no window
  std::vector<bool> named_;         // of the window, as far as the tables have been read
  bool second_reading_ = false;     // of the tables, for this window
  std::size_t place_ = 0;           // in naming_
  std::optional<TableReader> reader_;
  std::optional<std::vector<base::Uuid>> orphans_;  // of the window, when all tables have been read
  std::size_t erased_ = 0;                          // of orphans_
  std::int64_t too_many_ = 0;
  base::Instant rests_until_;
};

// When the sweep of keys last had looked at all that are old enough, in whatever process.
[[nodiscard]] std::optional<base::Instant> keys_swept_at(Database& database);

// Files older than 24 hours that no row names.
class FileSweep {
 public:
  FileSweep(Database& database, Vault& vault, const Catalogue& catalogue, SweepConditions conditions,
            std::size_t most = max_orphans);
  // Answers how many went. Not from two threads at a time.
  std::int64_t run();
  // How many no row names, when they were too many, so that none went. 0: all is well.
  [[nodiscard]] std::int64_t too_many() const { return too_many_; }

 private:
  [[nodiscard]] std::set<std::string> named_of(const std::vector<std::string>& names);

  Database& database_;
  Vault& vault_;
  const Catalogue& catalogue_;
  SweepConditions conditions_;
  const std::size_t most_;
  const std::vector<Catalogue::Naming> naming_;
  std::int64_t too_many_ = 0;
};

// All that is passed in must outlive the jobs, and the metrics' last reading.
[[nodiscard]] std::vector<Job> sweeping_jobs(Database& database, Vault& vault, const Catalogue& catalogue,
                                             const base::Clock& clock, base::Metrics& metrics,
                                             const SweepOptions& options);

}  // namespace alting::store
