#include "ledger/background.h"

#include "ledger/room_catalogue.h"
#include "store/database.h"

namespace alting::ledger {
namespace {

const terms::RetentionRule& passing_rule() { return terms::rule_in(room_catalogue(), "ledger.passing"); }
const terms::RetentionRule& lasting_rule() { return terms::rule_in(room_catalogue(), "ledger.lasting"); }

constexpr std::int64_t max_at_once = 20'000;  // rows and keys at once: some seconds

// How many it ended, and keys of such that are erased when all rows under them are empty: nothing is left when it is 0.
std::int64_t expire_entries(Ledger& ledger, const terms::RetentionRule& rule, Retention retention, base::Instant now,
                            const store::HoldsNow& holds) {
  const auto before = terms::ended_before(rule, now);
  if (!before) return 0;
  CountExpired count;
  if (holds)
    count = [&](store::Tx& tx, std::int64_t entries) { holds(tx).count(tx, rule.id, "ledger_entry", entries); };
  const auto expired = ledger.expire(retention, *before, max_at_once, count);
  if (!expired) throw store::DatabaseError("entries could not be ended: " + expired.error().detail);
  return expired->entries + expired->keys;
}

}  // namespace

std::vector<store::Job> background_jobs(Ledger& ledger, const base::Clock& clock, const store::HoldsNow& holds) {
  const auto job = [&](std::string_view code, const terms::RetentionRule& rule, Retention retention) {
    return store::Job{.code = code,
                      .legal_basis = terms::law_of(rule, clock.now()),
                      .every = base::Duration::days(1),
                      .run = [&ledger, &clock, &rule, retention,
                              holds] { return expire_entries(ledger, rule, retention, clock.now(), holds); },
                      .until_none_left = true,
                      .counts_itself = static_cast<bool>(holds)};
  };
  return {job("expire_entries", passing_rule(), Retention::passing),
          job("expire_lasting_entries", lasting_rule(), Retention::lasting)};
}

}  // namespace alting::ledger
