#include "login/background.h"

namespace alting::login {

std::vector<store::Job> background_jobs(store::Database& database, ledger::Ledger& ledger, const base::Clock& clock,
                                        const SessionLimits& limits) {
  return {
      // Who never came back is logged out by time; the activity log says so, as of everyone else.
      {.code = "end_sessions",
       .legal_basis = "personvernforordningen art. 32 nr. 1 bokstav b",
       .every = base::Duration::hours(1),
       .run = [&database, &ledger, &clock, limits] { return close_overdue(database, ledger, clock.now(), limits); }},
  };
}

}  // namespace alting::login
