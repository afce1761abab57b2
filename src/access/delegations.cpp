// Giving and taking access. A delegation is two rows, one for each side, an entry in the log, and a raised access
// version of the party, all in one transaction. Memory follows the rows before anyone is answered, also when a post comes
// again or nobody knows what became of a commit: the next request already decides by it.
#include "access/giving.h"
#include "access/granting.h"
#include "access/overdue.h"
#include "access/place.h"
#include "access/state.h"
#include "base/text.h"
#include "store/once.h"
#include "store/unchanged.h"

namespace alting::access {
namespace {

using parties::GraphData;

constexpr std::string_view reason_taken = "withdrawn", reason_ended = "expired", reason_estate_ended = "estate_ended";
constexpr std::array<std::string_view, 3> usual_roles{"UTINN", "A0236", "ADMAI"};

base::Error refuse(base::ErrorKind kind, std::string_view code) { return base::make_error(kind, std::string(code)); }

// What is over, and whom it was between.
struct OverGrant {
  DelegationFact fact;
  parties::Party from, to;
  std::string_view reason;
};
// The columns party, and as next_delegation().
OverGrant read_over(store::Tx& tx, const store::Row& row, std::string_view reason) {
  store::RowReader columns(row);
  const auto party = columns.next<terms::PartyId>();
  auto fact = next_delegation(columns, party);
  auto to = stored_party(tx, fact.to);
  return {std::move(fact), stored_party(tx, party), std::move(to), reason};
}

bool lacks_estate(store::Tx& tx, const State& state, terms::PartyId party) {
  const auto place = place_now(tx, state, party, state.now());
  return place && !place->has_estate;
}

// What an estate's administrator gave for a party that has no estate any more: the next one begins without it.
std::vector<OverGrant> given_by_ended_estates(store::Tx& tx, const State& state) {
  std::vector<OverGrant> found;
  terms::PartyId party;
  std::string id;
  for (;;) {
    const auto rows = tx.query(
        "SELECT party, id, to_party, role, app, basis, until_on, by_estate FROM delegation_given WHERE by_estate = 1 "
        "AND (party, id) > (?, ?) ORDER BY party, id LIMIT ?",
        {party, id, ended_at_once});
    for (const auto& row : rows) {
      auto one = read_over(tx, row, reason_estate_ended);
      party = one.fact.from;
      id = one.fact.id.text();
      if (lacks_estate(tx, state, party)) found.push_back(std::move(one));
    }
    if (rows.size() < ended_at_once || found.size() >= ended_at_once) return found;
  }
}

class DatabaseDelegations final : public Delegations {
 public:
  DatabaseDelegations(State& state, Decider& decider) : state_(state), decider_(decider) {}

  base::Result<Delegation> delegate(const terms::Permit& permit, const Grant& grant, base::Instant at,
                                    std::string_view post_id) override {
    ALTING_TRY(post, read_post(post_id));
    base::Result<Delegation> outcome = refuse(base::ErrorKind::conflict, "error.delegation.not_given");
    const bool settled = store::until_unchanged([&] {
      const auto prepared = prepare_grant(state_, permit, grant, at);
      if (!prepared) {
        outcome = prepared.error();
        return true;
      }
      const auto& fact = prepared->fact;
      const auto act = fmt::format("{} {}/{}/{}{}{}", access_given, permit.party().value, grant.to.value,
                                   role_text(fact), app_text(fact), fact.until_on);
      bool changed = false;  // what the giver holds, since it was made ready
      const auto id = write_access(state_, permit.party(), [&](store::Tx& tx) -> base::Result<std::string> {
        changed = false;
        return store::once(tx, post, key_of(permit.actor()), act, at, [&]() -> base::Result<std::string> {
          ALTING_CHECK(decider_.recheck(tx, permit));  // as every write does
          ALTING_CHECK(spend(tx, permit, at));
          changed = !still_stands(state_, tx, *prepared);
          if (changed) return refuse(base::ErrorKind::conflict, "error.delegation.not_given");
          if (given_already(tx, fact)) return refuse(base::ErrorKind::conflict, "error.delegation.given_already");
          store_grant(state_, tx, *prepared, permit.actor().party, at);
          return fact.id.text();
        });
      });
      if (changed) {
        follow_ground(state_, permit.party());
        return false;
      }
      if (!id) {
        outcome = id.error();
        return true;
      }
      DelegationFact given = fact;
      given.id = terms::DelegationId::parse(*id).value_or(fact.id);  // of the first time, when it came again
      outcome = shown(state_, given, permit.actor().party, at);
      return true;
    });
    if (!settled) return refuse(base::ErrorKind::conflict, "error.delegation.not_given");
    return outcome;
  }

  base::Status withdraw(const terms::Permit& permit, const terms::DelegationId& id, base::Instant at,
                        std::string_view post_id) override {
    ALTING_TRY(post, read_post(post_id));
    if (permit.action() != terms::Action::delegate)
      return refuse(base::ErrorKind::forbidden, "error.delegation.permit");
    const auto from = state_.parts.parties.find(permit.party());
    const auto act = fmt::format("{} {}", access_withdrawn, id.text());
    base::Status outcome;
    const bool settled = store::until_unchanged([&] {
      const auto held = state_.parts.database.read([&](store::Tx& tx) { return held_under(tx, permit.party(), id); });
      std::optional<ledger::PreparedEntry> prepared;
      PreparedTaking taking;
      if (held) {
        const auto may = prepare_taking(state_, permit, held->fact.role);
        if (!may) {
          outcome = may.error();
          return true;
        }
        taking = *may;
        prepared = state_.parts.ledger.prepare(
            withdrawn_entry(permit, at, from ? from->name : "", held->fact, held->recipient, reason_taken));
      }
      bool changed = false;  // since it was read: then the entry says something else than what would be taken
      bool moved = false;    // what the taker holds, since it was asked
      auto done = write_access(state_, permit.party(), [&](store::Tx& tx) -> base::Result<std::string> {
        changed = moved = false;
        return store::once(tx, post, key_of(permit.actor()), act, at, [&]() -> base::Result<std::string> {
          ALTING_CHECK(decider_.recheck(tx, permit));  // as every write does
          ALTING_CHECK(spend(tx, permit, at));
          const auto now = held_under(tx, permit.party(), id);
          changed = now && (!held || !now->is(*held));
          moved = now && !changed && !still_stands(state_, tx, permit.party(), taking);
          if (!now || changed || moved) return refuse(base::ErrorKind::not_found, "error.delegation.unknown");
          (void)take_away(tx, permit.party(), now->fact.to, id);
          state_.parts.ledger.append(tx, *prepared);
          return id.text();
        });
      });
      outcome = done ? base::Status() : base::Status(std::unexpected(std::move(done.error())));
      if (moved) follow_ground(state_, permit.party());
      return !changed && !moved;
    });
    // It stands: that there was none to take would be untrue.
    if (!settled) return refuse(base::ErrorKind::conflict, "error.delegation.changed");
    return outcome;
  }

  base::Status renounce(const terms::Actor& actor, const terms::DelegationId& id, base::Instant at,
                        std::string_view post_id) override {
    ALTING_TRY(post, read_post(post_id));
    if (!actor.is_person()) return forbidden("error.access.needs_person");
    ALTING_CHECK(check_level(actor, terms::AssuranceLevel::substantial));
    ALTING_TRY(myself, decider_.decide(actor, terms::Action::represent, {.party = actor.party}));
    const auto act = fmt::format("{} {}", access_renounced, id.text());
    const auto held = state_.parts.database.read([&](store::Tx& tx) -> std::optional<Received> {
      const auto row =
          tx.query_one("SELECT from_party FROM delegation_received WHERE party = ? AND id = ?", {actor.party, id});
      if (!row) return std::nullopt;
      const auto from = store::read_one<terms::PartyId>(*row);
      auto given = held_under(tx, from, id);
      if (!given) return std::nullopt;
      return Received{*std::move(given), stored_party(tx, from)};
    });
    std::optional<ledger::PreparedEntry> prepared;
    if (held)
      prepared =
          state_.parts.ledger.prepare(renounced_entry(myself, at, held->from, held->given.fact, held->given.recipient));
    const auto follows = held ? held->from.id : actor.party;
    auto done = write_access(state_, follows, [&](store::Tx& tx) -> base::Result<std::string> {
      return store::once(tx, post, key_of(actor), act, at, [&]() -> base::Result<std::string> {
        ALTING_CHECK(decider_.recheck(tx, myself));  // as every write does
        ALTING_CHECK(state_.parts.quotas.spend(tx, store::Spending::entries, at, actor.party, actor.party));
        // A delegation is never changed, only taken away: what was read is what goes.
        if (!held || !take_away(tx, held->from.id, actor.party, id))
          return refuse(base::ErrorKind::not_found, "error.delegation.unknown");
        state_.parts.ledger.append(tx, *prepared);
        return id.text();
      });
    });
    return done ? base::Status() : base::Status(std::unexpected(std::move(done.error())));
  }

  std::vector<Delegation> given_by(const terms::Permit& permit) override {
    if (permit.action() != terms::Action::delegate && permit.action() != terms::Action::read_delegations) return {};
    auto given = list(
        "SELECT id, to_party, role, app, given_by, given_at, until_on, by_estate FROM delegation_given WHERE party = ? "
        "AND (until_on = '' OR until_on >= ?) ORDER BY given_at DESC, id LIMIT 2000",
        permit.party(), true);
    if (permit.action() != terms::Action::delegate) return given;
    state_.read([&](const GraphData& graph, const State& state) {
      const Giving giving(graph, state, permit.actor(), permit.party(), state.now());
      for (auto& one : given) one.may_take = giving.may_take(one.role ? role_of_code(*one.role) : no_role);
    });
    return given;
  }
  std::vector<Delegation> received_by(const terms::Actor& actor) override {
    if (!actor.is_person()) return {};  // a certificate holds nothing of what its organisation was given
    return list(
        "SELECT r.id, r.from_party, r.role, r.app, r.given_by, r.given_at, r.until_on, COALESCE(g.by_estate, 0) FROM "
        "delegation_received r LEFT JOIN delegation_given g ON g.party = r.from_party AND g.id = r.id WHERE r.party = "
        "? AND (r.until_on = '' OR r.until_on >= ?) ORDER BY r.given_at DESC, r.id LIMIT 2000",
        actor.party, false);
  }

  Offer offer(const terms::Permit& permit) override {
    Offer offer;
    if (permit.action() != terms::Action::delegate) return offer;
    state_.read([&](const GraphData& graph, const State& state) {
      const Giving giving(graph, state, permit.actor(), permit.party(), state.now());
      for (const auto code : usual_roles)
        if (giving.may_give(role_table().find(code)->id)) offer.roles.emplace_back(code);
      offer.usual = offer.roles.size();
      std::vector<const RoleInfo*> others;
      for (const RoleId role : role_table().altinn_roles())
        if (const auto& info = role_table()[role]; std::ranges::find(usual_roles, info.code) == usual_roles.end())
          if (giving.may_give(role)) others.push_back(&info);
      std::ranges::sort(others, {}, [](const RoleInfo* info) { return base::sort_key(info->nb); });
      for (const auto* info : others) offer.roles.push_back(info->code);
      for (const auto& rules : state.apps())
        if (giving.may_give(rules)) offer.apps.push_back(rules.app);
    });
    return offer;
  }

 private:
  base::Status spend(store::Tx& tx, const terms::Permit& permit, base::Instant at) const {
    return state_.parts.quotas.spend(tx, store::Spending::entries, at, permit.actor().party, permit.party());
  }

  // A delegation that is in force, and what the log says of who has it.
  struct HeldUnder {
    DelegationFact fact;
    parties::Party recipient;
    [[nodiscard]] bool is(const HeldUnder& other) const {
      return fact.to == other.fact.to && role_text(fact) == role_text(other.fact) &&
             app_text(fact) == app_text(other.fact) && recipient.uuid == other.recipient.uuid &&
             recipient.name == other.recipient.name;
    }
  };
  struct Received {
    HeldUnder given;
    parties::Party from;
  };
  static std::optional<HeldUnder> held_under(store::Tx& tx, terms::PartyId party, const terms::DelegationId& id) {
    const auto row = tx.query_one(
        "SELECT id, to_party, role, app, basis, until_on, by_estate FROM delegation_given WHERE party = ? AND id = ?",
        {party, id});
    if (!row) return std::nullopt;
    store::RowReader from(*row);
    auto fact = next_delegation(from, party);
    auto recipient = stored_party(tx, fact.to);
    return HeldUnder{std::move(fact), std::move(recipient)};
  }

  std::vector<Delegation> list(std::string_view sql, terms::PartyId party, bool given) const {
    const auto today = base::to_date_oslo(state_.parts.clock.now());
    const auto rows = state_.parts.database.read([&](store::Tx& tx) { return tx.query(sql, {party, today}); });
    std::vector<Delegation> out;
    for (const auto& one : rows) {
      store::RowReader columns(one);
      DelegationFact fact;
      fact.id = columns.next<terms::DelegationId>();
      const auto other = columns.next<terms::PartyId>();
      fact.from = given ? party : other;
      fact.to = given ? other : party;
      fact.role = role_of_code(columns.next<std::string>());
      fact.app = terms::AppId::parse(columns.next<std::string>()).value_or(terms::AppId{});
      const auto given_by = columns.next<terms::PartyId>();
      const auto given_at = columns.next<base::Instant>();
      fact.until_on = columns.next<std::string>();
      fact.by_estate = columns.next<bool>();
      if (fact.by_estate && !has_estate(fact.from)) continue;
      out.push_back(shown(state_, fact, given_by, given_at));
    }
    return out;
  }

  bool has_estate(terms::PartyId party) const {
    return state_.read([&](const GraphData& graph, const State& known) {
      const auto at = graph.index_of(party);
      return at != parties::no_index && place_of(graph, known, at, known.now()).has_estate;
    });
  }

  State& state_;
  Decider& decider_;
};

}  // namespace

std::unique_ptr<Delegations> make_delegations(State& state, Decider& decider) {
  return std::make_unique<DatabaseDelegations>(state, decider);
}

// One transaction for each: another process may do the same at the same time, and finds nothing left.
std::int64_t end_delegations(State& state, Decider& decider) {
  const auto now = state.parts.clock.now();
  auto over = state.parts.database.read([&](store::Tx& tx) {
    std::vector<OverGrant> found;
    for (const auto& row : tx.query(
             "SELECT party, id, to_party, role, app, basis, until_on, by_estate FROM delegation_given WHERE until_on > "
             "'' AND until_on < ? ORDER BY until_on LIMIT ?",
             {base::to_date_oslo(now), ended_at_once}))
      found.push_back(read_over(tx, row, reason_ended));
    return found;
  });
  for (auto& one : state.parts.database.read([&](store::Tx& tx) { return given_by_ended_estates(tx, state); }))
    over.push_back(std::move(one));
  std::int64_t count = 0;
  for (const auto& one : over) {
    const auto permit = decider.permit_for_job(JobKind::access_end, terms::Action::delegate, {.party = one.fact.from});
    std::optional<ledger::PreparedEntry> prepared;
    if (permit)  // a party that has gone has no log to look at
      prepared = state.parts.ledger.prepare(withdrawn_entry(*permit, now, one.from.name, one.fact, one.to, one.reason));
    const auto done = write_access(state, one.fact.from, [&](store::Tx& tx) -> base::Result<std::string> {
      if (one.reason == reason_estate_ended && !lacks_estate(tx, state, one.fact.from)) return std::string();
      if (!take_away(tx, one.fact.from, one.fact.to, one.fact.id)) return std::string();
      if (prepared) state.parts.ledger.append(tx, *prepared);
      return one.fact.id.text();
    });
    count += done && !done->empty() ? 1 : 0;
  }
  return count;
}

}  // namespace alting::access
