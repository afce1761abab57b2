#include "ledger/background.h"

#include "ledger/room_catalogue.h"
#include "store/database.h"

namespace alting::ledger {
namespace {

const terms::RetentionRule& passing_rule() { return terms::rule_in(room_catalogue(), "ledger.passing"); }
const terms::RetentionRule& lasting_rule() { return terms::rule_in(room_catalogue(), "ledger.lasting"); }

constexpr std::int64_t max_at_once = 20'000;  // rows and keys at once: some seconds

// How many it ended, and keys of such that are erased when all rows under them are empty: nothing is left when it is 0.
std::int64_t expire_entries(Ledger& ledger, const terms::RetentionRule& rule, Retention retention, base::Instant now) {
  const auto before = terms::ended_before(rule, now);
  if (!before) return 0;
  const auto expired = ledger.expire(retention, *before, max_at_once);
  if (!expired) throw store::DatabaseError("entries could not be ended: " + expired.error().detail);
  return expired->entries + expired->keys;
}

}  // namespace

std::vector<store::Job> background_jobs(Ledger& ledger, const base::Clock& clock) {
  return {{.code = "expire_entries",
           .legal_basis = terms::law_of(passing_rule(), clock.now()),
           .every = base::Duration::days(1),
           .run = [&ledger, &clock] { return expire_entries(ledger, passing_rule(), Retention::passing, clock.now()); },
           .until_none_left = true},
          {.code = "expire_lasting_entries",
           .legal_basis = terms::law_of(lasting_rule(), clock.now()),
           .every = base::Duration::days(1),
           .run = [&ledger, &clock] { return expire_entries(ledger, lasting_rule(), Retention::lasting, clock.now()); },
           .until_none_left = true}};
}

}  // namespace alting::ledger
