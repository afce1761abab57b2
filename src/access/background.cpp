#include "access/background.h"

namespace alting::access {

std::vector<store::Job> background_jobs(Access& access) {
  return {
      // No decision honours what has ended; this takes the rows away and says so in the log of both.
      {.code = "end_access",
       .legal_basis = "personvernforordningen art. 5 nr. 1 bokstav d og e",
       .every = base::Duration::minutes(15),
       .run = [&access] { return access.end_overdue(); },
       .until_none_left = true},
      // What was said to end that day; who it is about was told before (restrictions.h).
      {.code = "lift_restrictions",
       .legal_basis = "personvernforordningen art. 18 nr. 3",
       .every = base::Duration::minutes(15),
       .run = [&access] { return access.restrictions().lift_due(); },
       .until_none_left = true},
  };
}

}  // namespace alting::access
