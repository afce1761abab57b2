#include "privacy/room_plans.h"

#include "ledger/ended_count.h"
#include "store/row_reader.h"

namespace alting::privacy {
namespace {

using Count = std::function<std::int64_t(store::Tx&, base::Instant)>;

// What began before the moment that the rule gives.
Count by_rule(const store::Catalogue& catalogue, std::string_view rule,
              std::function<std::int64_t(store::Tx&, base::Instant before)> count) {
  return [&catalogue, rule, count = std::move(count)](store::Tx& tx, base::Instant at) -> std::int64_t {
    const auto before = terms::ended_before(catalogue.rule(rule), at);
    return before ? count(tx, *before) : 0;
  };
}

Count of_log(const store::Catalogue& catalogue, std::string_view rule, ledger::Retention retention) {
  return by_rule(catalogue, rule, [retention](store::Tx& tx, base::Instant before) {
    return ledger::count_before(tx, retention, before);
  });
}

// Whole matters: an addition goes with the notice.
std::int64_t deleted_forms(store::Tx& tx, base::Instant before) {
  return store::read_one<std::int64_t>(
      *tx.query_one("SELECT COUNT(*) FROM instance WHERE removed_at < ? AND parent_id IS NULL", {before}));
}

std::int64_t deleted_messages(store::Tx& tx, base::Instant before) {
  return store::read_one<std::int64_t>(
      *tx.query_one("SELECT COUNT(*) FROM message WHERE goes_at IS NOT NULL AND removed_at < ?", {before}));
}

}  // namespace

std::vector<RoomPlan> room_plans(const PrivacyNeeds& needs, const UnnamedParties& unnamed) {
  const auto& catalogue = needs.catalogue;
  std::vector<RoomPlan> plans{
      {"instances.agency_copy", "submission",
       [&agency = needs.instances.agency_retention](store::Tx& tx, base::Instant at) {
         return agency.would_end(tx, at);
       }},
      {"instances.deleted", "instance", by_rule(catalogue, "instances.deleted", deleted_forms)},
      {"instances.deleted", "message", by_rule(catalogue, "instances.deleted", deleted_messages)},
      {"inbox.sent", "message_batch",
       [&ended = needs.messages.ended](store::Tx& tx, base::Instant at) { return ended.would_end(tx, at); }},
      {"ledger.passing", "ledger_activity", of_log(catalogue, "ledger.passing", ledger::Retention::passing)},
      {"ledger.lasting", "ledger_activity", of_log(catalogue, "ledger.lasting", ledger::Retention::lasting)},
      {rule_of_known_parties, "party",
       [&unnamed](store::Tx& tx, base::Instant at) { return unnamed.would_end(tx, at); }},
  };
  for (auto& plan : estate_plans(catalogue)) plans.push_back(std::move(plan));
  return plans;
}

}  // namespace alting::privacy
