// When nothing may be swept (sweep.h). Sweeping believes what the database says, and a key erased by mistake is a document
// lost for good; so it asks, before it looks and again right before anything goes:
//   - is this the newest database there is? One that went back in time names less than its keystore and its files hold.
//     `main` says it, by the log (main/rooms.cpp);
//   - is it held? After a restore, and when the log begins anew, nothing is swept as long as keystores are kept;
//   - does this program have all of the schema? What a newer one made may name keys where this one does not look;
//   - has the system's clock gone as time has since the program started? All ages are counted by it. Not seen: a clock that
//     was wrong already at the start. Seen though nothing is wrong: a machine that slept for a day, until the next start.
#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/time.h"
#include "store/database.h"
#include "store/migrate.h"

namespace alting::store {

// More orphans than this at once, and none goes. A send that fails leaves a few keys, and at most one file for each
// attachment: 20,000 are some thousand failed sends among a million keys. A database that lost a day of a large
// installation leaves more.
inline constexpr std::size_t max_orphans = 20'000;

struct SweepOptions {
  std::vector<RoomMigrations> migrations = {};            // all that this program has
  std::function<bool()> database_is_newest = {};          // empty: never, and nothing is swept
  std::function<std::chrono::nanoseconds()> steady = {};  // since whenever; empty: the steady clock
  std::size_t max_orphans = store::max_orphans;  // keys of one window of the sweep, and files; 0: none ever goes
};

// Not from two threads at a time.
class SweepConditions {
 public:
  SweepConditions(Database& database, const base::Clock& clock, SweepOptions options);
  // Whether sweeping may go on. Says in the program's log why not, once for each reason that comes up.
  [[nodiscard]] bool met();

 private:
  [[nodiscard]] std::string why_not() const;
  [[nodiscard]] std::chrono::nanoseconds steady_now() const;

  Database& database_;
  const base::Clock& clock_;
  const SweepOptions options_;
  const base::Instant began_;
  const std::chrono::nanoseconds steady_began_;
  std::string said_;
};

// Nothing is swept before this, in whatever process. What is set already is never made earlier.
void hold_sweeping(Tx& tx, base::Instant until);

}  // namespace alting::store
