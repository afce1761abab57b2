#include "access/granting.h"

#include "access/giving.h"
#include "access/place.h"
#include "base/uuid.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"

namespace alting::access {
namespace {

using parties::GraphData;

constexpr std::size_t max_years = 10;  // from today to the last day

base::Error refuse_grant(base::ErrorKind kind, std::string_view code) {
  return base::make_error(kind, std::string(code));
}

// The place, when the party is one of the registers.
std::optional<Place> place_in(const State& state, const GraphData& graph, terms::PartyId party) {
  const auto at = graph.index_of(party);
  if (at == parties::no_index) return std::nullopt;
  return place_of(graph, state, at, state.now());
}

// As the transaction sees it.
bool has_version(const State& state, store::Tx& tx, terms::PartyId party, std::int64_t version) {
  const auto place = place_now(tx, state, party, state.now());
  return place && access_version(tx, counted(*place)) == version;
}

base::Result<DelegationFact> fact_of(const State& state, const GraphData& graph, const terms::Permit& permit,
                                     const Delegations::Grant& grant) {
  DelegationFact fact;
  fact.from = permit.party();
  fact.to = grant.to;
  const Giving giving(graph, state, permit.actor(), permit.party(), state.now());
  fact.by_estate = giving.by_estate();
  if (grant.until) {
    fact.until_on = *grant.until;
    fact.ends_at = end_of_day(fact.until_on);
  }
  if (grant.role) {
    const auto* role = role_table().find(*grant.role);
    if (role == nullptr || !role->altinn || !giving.may_give(role->id))
      return refuse_grant(base::ErrorKind::forbidden, "error.delegation.not_yours_to_give");
    ALTING_CHECK(check_level(permit.actor(), state.level_to_give(role->id)));
    fact.role = role->id;
    return fact;
  }
  const auto* rules = state.find(*grant.app);
  if (rules == nullptr) return refuse_grant(base::ErrorKind::forbidden, "error.delegation.not_yours_to_give");
  fact.basis = giving.basis_of(*rules);
  if (fact.basis.none()) return refuse_grant(base::ErrorKind::forbidden, "error.delegation.not_yours_to_give");
  ALTING_CHECK(check_level(permit.actor(), rules->level()));
  fact.app = *grant.app;
  return fact;
}

// The entry says which access it is.
void describe(ledger::NewEntry& entry, const DelegationFact& fact, const parties::Party& to) {
  entry.set(ledger::parameter::delegation, fact.id.text());
  if (fact.is_role())
    entry.set(ledger::parameter::role, role_table()[fact.role].code);
  else
    entry.set(ledger::parameter::app, fact.app.text());
  entry.set(ledger::parameter::recipient, to.uuid.text());
  entry.set(ledger::parameter::recipient_name, to.name);
  // Both sides see it: what was given, and what is said of the recipient.
  entry.concerns = {{to.id,
                     {ledger::parameter::delegation, ledger::parameter::role, ledger::parameter::app,
                      ledger::parameter::reason, ledger::parameter::until},
                     {ledger::parameter::recipient, ledger::parameter::recipient_name}}};
}

}  // namespace

// "YYYY-MM-DD" sorts as text.
base::Status check_last_day(std::string_view day, base::Instant at) {
  const auto today = base::to_date_oslo(at);
  const auto latest =
      fmt::format("{:04}{}", std::stoi(today.substr(0, 4)) + static_cast<int>(max_years), today.substr(4));
  if (!base::is_date(day) || day < today || day > latest)
    return refuse_grant(base::ErrorKind::invalid, "error.delegation.until");
  return {};
}

base::Result<PreparedGrant> prepare_grant(State& state, const terms::Permit& permit, const Delegations::Grant& grant,
                                          base::Instant at, ToldGiver told) {
  if (permit.action() != terms::Action::delegate)
    return refuse_grant(base::ErrorKind::forbidden, "error.delegation.permit");
  if (grant.role.has_value() == grant.app.has_value())
    return refuse_grant(base::ErrorKind::invalid, "error.delegation.role_or_app");
  // A service may be given to oneself too: what is confidential no role opens, and where one manages alone nobody else
  // could give it.
  if (grant.to == permit.party() || (grant.role && grant.to == permit.actor().party))
    return refuse_grant(base::ErrorKind::invalid, "error.delegation.to_oneself");
  if (grant.until) ALTING_CHECK(check_last_day(*grant.until, at));
  const auto from = state.parts.parties.find(permit.party()), to = state.parts.parties.find(grant.to);
  if (!from || !to) return refuse_grant(base::ErrorKind::not_found, "error.delegation.recipient");
  std::int64_t version = 0;
  ALTING_TRY(fact, state.read([&](const GraphData& graph, const State& known) {
    const auto place = place_in(known, graph, permit.party());
    version = place ? version_of(graph, known, *place) : 0;
    return fact_of(known, graph, permit, grant);
  }));
  fact.id = {base::Uuid::v7(state.parts.random, at)};
  auto entry = ledger::entry_for(ledger::EventKind::access_delegated, permit, at);
  entry.party_name = from->name;
  describe(entry, fact, *to);
  entry.concerns.front().without_actor = told == ToldGiver::business;
  if (!fact.until_on.empty()) entry.set(ledger::parameter::until, fact.until_on);
  return PreparedGrant{std::move(fact), state.parts.ledger.prepare(std::move(entry)), version, told};
}

bool still_stands(const State& state, store::Tx& tx, const PreparedGrant& grant) {
  return has_version(state, tx, grant.fact.from, grant.version);
}

base::Result<PreparedTaking> prepare_taking(State& state, const terms::Permit& permit, RoleId role) {
  PreparedTaking taking{Giving::is_guarded(role), 0};
  if (!taking.guarded) return taking;
  const bool may = state.read([&](const GraphData& graph, const State& known) {
    const auto place = place_in(known, graph, permit.party());
    taking.version = place ? version_of(graph, known, *place) : 0;
    return Giving(graph, known, permit.actor(), permit.party(), known.now()).may_take(role);
  });
  if (!may) return refuse_grant(base::ErrorKind::forbidden, "error.delegation.not_yours_to_take");
  return taking;
}

bool still_stands(const State& state, store::Tx& tx, terms::PartyId party, const PreparedTaking& taking) {
  return !taking.guarded || has_version(state, tx, party, taking.version);
}

void follow_ground(State& state, terms::PartyId party) {
  const auto place =
      state.look([&](const GraphData& graph, const State& known) { return place_in(known, graph, party); });
  if (!place) return;
  for (const auto& one : counted(*place)) state.follow(one);
}

std::optional<terms::DelegationId> given_already(store::Tx& tx, const DelegationFact& fact) {
  for (const auto& row : tx.query("SELECT id, to_party, role, app, basis, until_on, by_estate FROM delegation_given "
                                  "WHERE party = ? AND to_party = ? AND role = ? AND app = ? AND by_estate = ? ORDER "
                                  "BY id",
                                  {fact.from, fact.to, role_text(fact), app_text(fact), fact.by_estate})) {
    store::RowReader columns(row);
    const auto there = next_delegation(columns, fact.from);
    if (there.ends_at >= fact.ends_at && (fact.basis & ~there.basis).none()) return there.id;
  }
  return std::nullopt;
}

void store_grant(State& state, store::Tx& tx, const PreparedGrant& grant, terms::PartyId given_by, base::Instant at) {
  const auto& fact = grant.fact;
  tx.run(
      "INSERT INTO delegation_given (party, id, to_party, role, app, basis, given_by, given_at, until_on, by_estate) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {fact.from, fact.id, fact.to, role_text(fact), app_text(fact), role_table().codes(fact.basis), given_by, at,
       fact.until_on, fact.by_estate});
  const auto told = grant.told == ToldGiver::business ? fact.from : given_by;
  tx.run(
      "INSERT INTO delegation_received (party, id, from_party, role, app, given_by, given_at, until_on) VALUES (?, ?, "
      "?, ?, ?, ?, ?, ?)",
      {fact.to, fact.id, fact.from, role_text(fact), app_text(fact), told, at, fact.until_on});
  raise_version(tx, fact.from);
  state.parts.ledger.append(tx, grant.entry);
}

bool take_away(store::Tx& tx, terms::PartyId from, terms::PartyId to, const terms::DelegationId& id) {
  if (tx.run("DELETE FROM delegation_given WHERE party = ? AND id = ?", {from, id}) == 0) return false;
  tx.run("DELETE FROM delegation_received WHERE party = ? AND id = ?", {to, id});
  raise_version(tx, from);
  return true;
}

void raise_version(store::Tx& tx, terms::PartyId party) {
  // Of all parties together, so that other processes find what changed since they last looked.
  tx.run(
      "INSERT INTO party_access (party, version) VALUES (0, 1) ON CONFLICT (party) DO UPDATE SET version = "
      "party_access.version + 1");
  const auto change = store::read_one<std::int64_t>(tx, "SELECT version FROM party_access WHERE party = 0");
  tx.run(
      "INSERT INTO party_access (party, version, change) VALUES (?, 1, ?) ON CONFLICT (party) DO UPDATE SET version = "
      "party_access.version + 1, change = excluded.change",
      {party, change});
}

ledger::NewEntry withdrawn_entry(const terms::Permit& permit, base::Instant at, std::string_view from_name,
                                 const DelegationFact& fact, const parties::Party& to, std::string_view reason) {
  auto entry = ledger::entry_for(ledger::EventKind::access_withdrawn, permit, at);
  entry.party_name = from_name;
  describe(entry, fact, to);
  entry.set(ledger::parameter::reason, reason);
  return entry;
}

ledger::NewEntry renounced_entry(const terms::Permit& permit, base::Instant at, const parties::Party& from,
                                 const DelegationFact& fact, const parties::Party& to) {
  auto entry = ledger::entry_for(ledger::EventKind::access_renounced, permit, at);
  entry.party = from.id;
  entry.party_uuid = from.uuid;
  entry.party_name = from.name;
  describe(entry, fact, to);
  return entry;
}

parties::Party stored_party(store::Tx& tx, terms::PartyId id) {
  parties::Party party;
  party.id = id;
  if (auto stored = parties::name_of(tx, id)) {
    party.uuid = stored->uuid;
    party.name = std::move(stored->name);
  }
  return party;
}

std::string role_text(const DelegationFact& fact) { return fact.is_role() ? role_table()[fact.role].code : ""; }
std::string app_text(const DelegationFact& fact) { return fact.is_role() ? "" : fact.app.text(); }

Delegation shown(State& state, const DelegationFact& fact, terms::PartyId given_by, base::Instant at) {
  Delegation out;
  out.id = fact.id;
  out.from = fact.from;
  out.to = fact.to;
  if (fact.is_role())
    out.role = role_table()[fact.role].code;
  else
    out.app = fact.app;
  out.given_at = at;
  if (!fact.until_on.empty()) out.until = fact.until_on;
  const auto name = [&](terms::PartyId id) {
    const auto party = state.parts.parties.find(id);
    return party ? party->name : std::string();
  };
  out.from_name = name(fact.from);
  out.to_name = name(fact.to);
  out.given_by_name = name(given_by);
  return out;
}

std::string key_of(const terms::Actor& actor) { return fmt::format("party:{}", actor.party.value); }

base::Result<base::Uuid> read_post(std::string_view post_id) {
  const auto id = base::Uuid::parse(post_id);
  if (!id) return base::make_error(base::ErrorKind::invalid, "error.post_id", "the form's one-time id is missing");
  return *id;
}

}  // namespace alting::access
