// Parties that nothing names any more: no row of any room but those that say who they are, by the catalogue. Found again
// and again, some at a time; who stays unnamed for as long as the rule parties.known says is ended (the job
// end_unnamed_parties).
#pragma once
#include <atomic>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "store/catalogue.h"
#include "store/database.h"
#include "store/holds.h"

namespace alting::privacy {

inline constexpr std::string_view rule_of_known_parties = "parties.known";

class UnnamedParties {
 public:
  UnnamedParties(store::Database& database, const store::Catalogue& catalogue, const base::Clock& clock)
      : database_(database), catalogue_(catalogue), clock_(clock) {}

  // Marks some that nothing names, and ends those marked long enough ago. Answers how many were ended; 0 when there is
  // none to end now.
  [[nodiscard]] std::int64_t end_some(const store::HoldsNow& holds);
  // Looks at all parties from the first, and marks them: what end_some does in many runs.
  void look_at_all();
  // Those of these that nothing names.
  [[nodiscard]] std::vector<std::int64_t> unnamed(std::vector<std::int64_t> parties);
  // How many would be ended at that time, of those marked by now.
  [[nodiscard]] std::int64_t would_end(store::Tx& tx, base::Instant at) const;

 private:
  [[nodiscard]] bool mark_some();  // false: at the end, and the next begins anew
  store::Database& database_;
  const store::Catalogue& catalogue_;
  const base::Clock& clock_;
  std::atomic<std::int64_t> looked_to_ = 0;
};

}  // namespace alting::privacy
