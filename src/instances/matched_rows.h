// Rows of a repeating group are known by their number alone, and when somebody has removed one meanwhile, a number of
// the page that was posted means another row. Used by this room only.
#pragma once
#include <cstddef>
#include <vector>

#include "forms/posted.h"
#include "instances/fingerprints.h"

namespace alting::instances {

struct MatchedRows {
  forms::Posted posted;  // named by the rows as they are numbered now; actions on rows that are gone are left out
  Seen seen;             // the same
  std::vector<forms::PostedField> lost;  // posted for rows that match none there is now
  std::size_t steps = 0;                 // names and values looked at: what grows with what was posted, and no faster
};

// A row of the page is matched with the row that shows what was seen of it.
[[nodiscard]] MatchedRows match_rows(const Fingerprints& draft, forms::Posted posted, Seen seen);

}  // namespace alting::instances
