// Parties that nothing names any more: no subject of any row of any room but those that say who they are, by the catalogue.
// Found again and again, some at a time, by the columns with an index; who stays unnamed for as long as the rule
// parties.known says is looked for in the other columns too, some rows at a time, and ended if nothing has named it by
// then, as the transaction that ends it sees (the job end_unnamed_parties).
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
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
  UnnamedParties(store::Database& database, const store::Catalogue& catalogue, const base::Clock& clock);
  ~UnnamedParties();

  // Marks some that nothing names, and ends those marked long enough ago. Answers how many were ended, or 1 while it looks
  // for some in the columns without an index; 0 when there is none to end now.
  [[nodiscard]] std::int64_t end_some(const store::HoldsNow& holds);
  // Looks at all parties from the first, and marks them: what end_some does in many runs.
  void look_at_all();
  // Those of these that no column with an index names.
  [[nodiscard]] std::vector<std::int64_t> unnamed(std::vector<std::int64_t> parties);
  // How many would be ended at that time, of those marked by now.
  [[nodiscard]] std::int64_t would_end(store::Tx& tx, base::Instant at) const;

 private:
  struct Looking;
  [[nodiscard]] bool mark_some();  // false: at the end, and the next begins anew
  [[nodiscard]] std::vector<std::int64_t> marked_before(base::Instant before, const store::HoldsNow& holds);
  [[nodiscard]] bool look_on(Looking& looking);  // false: more is to be read
  [[nodiscard]] bool end_one(std::int64_t party, base::Instant before, const store::HoldsNow& holds);
  store::Database& database_;
  const store::Catalogue& catalogue_;
  const base::Clock& clock_;
  std::atomic<std::int64_t> looked_to_ = 0;
  std::mutex ending_;                 // a job and a command
  std::unique_ptr<Looking> looking_;  // of ending_
};

}  // namespace alting::privacy
