#include "privacy/background.h"

namespace alting::privacy {

std::vector<store::Job> background_jobs(Privacy& privacy) {
  std::vector<store::Job> jobs;
  // What is known of parties that nothing names any more.
  jobs.push_back(
      {.code = "end_unnamed_parties",
       .legal_basis = "personvernforordningen art. 5 nr. 1 bokstav e",
       .every = base::Duration::hours(6),
       .run = [&privacy, holds = privacy.retention.holds_now()] { return privacy.unnamed_parties.end_some(holds); },
       .until_none_left = true});
  for (auto& job : estate_jobs(privacy.estates)) jobs.push_back(std::move(job));
  jobs.push_back(privacy.copies.ending());
  jobs.push_back(privacy.requests.ending(privacy.retention.holds_now()));
  // Erasures that a kill, or their size, left behind.
  jobs.push_back({.code = "carry_out_erasures",
                  .legal_basis = "personvernforordningen art. 17",
                  .every = base::Duration::minutes(1),
                  .run = [&erasures = privacy.erasures] { return erasures.carry_out(); },
                  .until_none_left = true});
  return jobs;
}

}  // namespace alting::privacy
