#include "store/background.h"

#include "store/retention_jobs.h"
#include "store/sweep.h"

namespace alting::store {

std::vector<Job> background_jobs(Database& database, Vault& vault, const Catalogue& catalogue, const base::Clock& clock,
                                 base::Metrics& metrics, const SweepOptions& sweeping, const HoldsNow& holds) {
  constexpr std::int64_t wraps_at_once = 50'000;  // of a keystore: a second or so
  auto jobs = retention_jobs(database, vault, catalogue, clock, holds);
  for (auto& job : sweeping_jobs(database, vault, catalogue, clock, metrics, sweeping)) jobs.push_back(std::move(job));
  // The keys that wrap change each month, so that no copy of the keystore opens for much longer than it is kept
  // (key_ring.h).
  jobs.push_back({.code = "turn_key_epochs",
                  .legal_basis = "personvernforordningen art. 17, art. 32 nr. 1 bokstav a",
                  .every = base::Duration::hours(1),
                  .run = [&vault] { return vault.turn_keys(wraps_at_once); },
                  .until_none_left = true});
  return jobs;
}

}  // namespace alting::store
