#include "login/background.h"

#include "login/kept_posts.h"

namespace alting::login {

std::vector<store::Job> background_jobs(store::Database& database, ledger::Ledger& ledger, const base::Clock& clock,
                                        const SessionLimits& limits) {
  const auto hourly = base::Duration::hours(1);
  return {
      // Who never came back is logged out by time; the activity log says so, as of everyone else.
      {.code = "end_sessions",
       .legal_basis = "personvernforordningen art. 32 nr. 1 bokstav b",
       .every = hourly,
       .run = [&database, &ledger, &clock, limits] { return close_overdue(database, ledger, clock.now(), limits); }},
      // What was typed when a session was over, and nobody came back for.
      {.code = "forget_kept_posts",
       .legal_basis = "personvernforordningen art. 5 nr. 1 bokstav e",
       .every = hourly,
       .run = [&database, &clock] { return forget_kept_posts(database, clock.now()); }},
  };
}

}  // namespace alting::login
