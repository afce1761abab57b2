#include "privacy/room_plans.h"

#include "ledger/ended_count.h"
#include "store/catalogue_rows.h"
#include "store/row_reader.h"

namespace alting::privacy {
namespace {

using Count = std::function<std::int64_t(store::Tx&, base::Instant)>;
using Held = std::function<std::int64_t(store::Tx&, base::Instant, const store::Holds&)>;

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

// Rows whose column says when they go, of those that `also` is true of. `by_rows`: the job leaves those that are held.
RoomPlan plan_of_rows(const store::Catalogue& catalogue, std::string_view rule, std::string_view table, bool by_rows,
                      std::string_view also = "") {
  const auto count = [&catalogue, rule, table, also](store::Tx& tx, base::Instant at, const store::Holds& holds) {
    const auto& dated = catalogue.rule(rule);
    const auto before = terms::ended_before(dated, at);
    return before ? store::count_before(tx, catalogue.table(table), dated, *before, holds, also)
                  : store::CountedBefore{};
  };
  RoomPlan plan{rule, table, [count](store::Tx& tx, base::Instant at) { return count(tx, at, {}).all; }};
  if (by_rows)
    plan.held = [count](store::Tx& tx, base::Instant at, const store::Holds& holds) {
      return count(tx, at, holds).held;
    };
  return plan;
}

// Of each party that has something held: those of its rows, told by their ids, that are.
Held held_of(const store::Catalogue& catalogue, std::string_view rule,
             std::function<std::vector<std::string>(store::Tx&, base::Instant before, terms::PartyId)> ids) {
  return [&catalogue, rule, ids = std::move(ids)](store::Tx& tx, base::Instant at,
                                                  const store::Holds& holds) -> std::int64_t {
    const auto before = terms::ended_before(catalogue.rule(rule), at);
    std::int64_t held = 0;
    if (!before) return held;
    for (const auto party : holds.parties(rule))
      for (const auto& id : ids(tx, *before, party))
        if (holds.holds(rule, party, id)) ++held;
    return held;
  };
}

std::vector<std::string> texts_in(const std::vector<store::Row>& rows) {
  std::vector<std::string> texts;
  for (const auto& row : rows) texts.push_back(store::read_one<std::string>(row));
  return texts;
}

std::vector<std::string> deleted_forms_of(store::Tx& tx, base::Instant before, terms::PartyId party) {
  return texts_in(tx.query(
      "SELECT instance_id FROM instance WHERE party_id = ? AND removed_at < ? AND parent_id IS NULL", {party, before}));
}

std::vector<std::string> deleted_messages_of(store::Tx& tx, base::Instant before, terms::PartyId party) {
  return texts_in(tx.query(
      "SELECT message_id FROM message WHERE party_id = ? AND goes_at IS NOT NULL AND removed_at < ?", {party, before}));
}

// A party has one row, which is told by no id.
std::vector<std::string> unnamed_ones_of(store::Tx& tx, base::Instant before, terms::PartyId party) {
  const auto found =
      tx.query_one("SELECT party_id FROM party_unnamed WHERE party_id = ? AND unnamed_since < ?", {party, before});
  return found ? std::vector<std::string>{""} : std::vector<std::string>();
}

}  // namespace

std::vector<RoomPlan> room_plans(const PrivacyNeeds& needs, const UnnamedParties& unnamed) {
  const auto& catalogue = needs.catalogue;
  std::vector<RoomPlan> plans{
      {"instances.agency_copy", "submission",
       [&agency = needs.instances.agency_retention](store::Tx& tx, base::Instant at) {
         return agency.would_end(tx, at);
       },
       [&agency = needs.instances.agency_retention](store::Tx& tx, base::Instant at, const store::Holds& holds) {
         return agency.would_stay(tx, at, holds);
       }},
      {"instances.deleted", "instance", by_rule(catalogue, "instances.deleted", deleted_forms),
       held_of(catalogue, "instances.deleted", deleted_forms_of)},
      {"instances.deleted", "message", by_rule(catalogue, "instances.deleted", deleted_messages),
       held_of(catalogue, "instances.deleted", deleted_messages_of)},
      plan_of_rows(catalogue, "privacy.copy", "privacy_copy", false),
      plan_of_rows(catalogue, "privacy.request", "rights_request", true),
      plan_of_rows(catalogue, "notify.address", "notify_attempt", true, " AND address_hash IS NOT NULL"),
      plan_of_rows(catalogue, "parties.own_address_unverified", "own_address", true, " AND verified_at IS NULL"),
      plan_of_rows(catalogue, "access.request.open", "access_request", false, " AND state IN (0, 1)"),
      {"inbox.sent", "message_batch",
       [&ended = needs.messages.ended](store::Tx& tx, base::Instant at) { return ended.would_end(tx, at); },
       [&ended = needs.messages.ended](store::Tx& tx, base::Instant at, const store::Holds& holds) {
         return ended.would_stay(tx, at, holds);
       }},
      {"ledger.passing", "ledger_activity", of_log(catalogue, "ledger.passing", ledger::Retention::passing)},
      {"ledger.lasting", "ledger_activity", of_log(catalogue, "ledger.lasting", ledger::Retention::lasting)},
      {rule_of_known_parties, "party",
       [&unnamed](store::Tx& tx, base::Instant at) { return unnamed.would_end(tx, at); },
       held_of(catalogue, rule_of_known_parties, unnamed_ones_of)},
  };
  for (auto& plan : estate_plans(catalogue)) plans.push_back(std::move(plan));
  return plans;
}

}  // namespace alting::privacy
