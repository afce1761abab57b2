// Giving and taking access. A delegation is two rows, one for each side, an entry in the log, and a raised access
// version of the party, all in one transaction. Memory follows the rows before anyone is answered, also when a post comes
// again or nobody knows what became of a commit: the next request already decides by it.
#include "access/state.h"
#include "base/uuid.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "store/once.h"
#include "store/unchanged.h"

namespace alting::access {
namespace {

using parties::GraphData;
using parties::Index;
using parties::no_index;

base::Error refuse(base::ErrorKind kind, std::string_view code) { return base::make_error(kind, std::string(code)); }

void raise_version(store::Tx& tx, terms::PartyId party) {
  tx.run(
      "INSERT INTO party_access (party, version) VALUES (?, 1) ON CONFLICT (party) DO UPDATE SET version = "
      "party_access.version + 1",
      {party});
}

ledger::NewEntry entry_of(ledger::EventKind kind, const terms::Permit& permit, base::Instant at,
                          const DelegationFact& fact, std::string_view party_name, const parties::Party& to) {
  auto entry = ledger::entry_for(kind, permit, at);
  entry.party_name = party_name;
  entry.set(ledger::parameter::delegation, fact.id.text());
  if (fact.is_role())
    entry.set(ledger::parameter::role, role_table()[fact.role].code);
  else
    entry.set(ledger::parameter::app, fact.app.text());
  entry.set(ledger::parameter::recipient, to.uuid.text());
  entry.set(ledger::parameter::recipient_name, to.name);
  // Both sides see it: what was given, and what is said of the recipient.
  entry.concerns = {
      {to.id,
       {ledger::parameter::delegation, ledger::parameter::role, ledger::parameter::app, ledger::parameter::reason},
       {ledger::parameter::recipient, ledger::parameter::recipient_name}}};
  return entry;
}

class DatabaseDelegations final : public Delegations {
 public:
  DatabaseDelegations(State& state, Decider& decider) : state_(state), decider_(decider) {}

  base::Result<Delegation> delegate(const terms::Permit& permit, const Grant& grant, base::Instant at,
                                    std::string_view post_id) override {
    ALTING_TRY(post, read_post(post_id));
    if (permit.action() != terms::Action::delegate)
      return refuse(base::ErrorKind::forbidden, "error.delegation.permit");
    if (grant.role.has_value() == grant.app.has_value())
      return refuse(base::ErrorKind::invalid, "error.delegation.role_or_app");
    if (grant.to == permit.party()) return refuse(base::ErrorKind::invalid, "error.delegation.to_oneself");
    if (grant.to == permit.actor().party) return refuse(base::ErrorKind::invalid, "error.delegation.to_oneself");
    const auto from = find(permit.party()), to = find(grant.to);
    if (!from || !to) return refuse(base::ErrorKind::not_found, "error.delegation.recipient");
    ALTING_TRY(fact, fact_of(permit, grant));
    fact.id = {base::Uuid::v7(state_.parts.random, at)};
    const auto prepared =
        state_.parts.ledger.prepare(entry_of(ledger::EventKind::access_delegated, permit, at, fact, from->name, *to));

    const auto act = fmt::format("{} {}/{}/{}{}", access_given, permit.party().value, grant.to.value, role_text(fact),
                                 app_text(fact));
    auto id = written(permit.party(), [&](store::Tx& tx) -> base::Result<std::string> {
      return store::once(tx, post, actor_key(permit), act, at, [&]() -> base::Result<std::string> {
        ALTING_CHECK(decider_.recheck(tx, permit));  // as every write does
        ALTING_CHECK(spend(tx, permit, at));
        const auto there =
            tx.query_one("SELECT 1 FROM delegation_given WHERE party = ? AND to_party = ? AND role = ? AND app = ?",
                         {permit.party(), grant.to, role_text(fact), app_text(fact)});
        if (there) return refuse(base::ErrorKind::conflict, "error.delegation.given_already");
        insert(tx, permit, fact, at);
        raise_version(tx, permit.party());
        state_.parts.ledger.append(tx, prepared);
        return fact.id.text();
      });
    });
    if (!id) return std::move(id.error());
    DelegationFact given = fact;
    given.id = terms::DelegationId::parse(*id).value_or(fact.id);  // of the first time, when it came again
    return row(given, permit.actor().party, at);
  }

  base::Status withdraw(const terms::Permit& permit, const terms::DelegationId& id, base::Instant at,
                        std::string_view post_id) override {
    ALTING_TRY(post, read_post(post_id));
    if (permit.action() != terms::Action::delegate)
      return refuse(base::ErrorKind::forbidden, "error.delegation.permit");
    const auto from = find(permit.party());
    const auto act = fmt::format("{} {}", access_withdrawn, id.text());
    base::Status outcome;
    const bool settled = store::until_unchanged([&] {
      const auto held = state_.parts.database.read([&](store::Tx& tx) { return held_under(tx, permit.party(), id); });
      std::optional<ledger::PreparedEntry> prepared;
      if (held) {
        auto entry = entry_of(ledger::EventKind::access_withdrawn, permit, at, held->fact, from ? from->name : "",
                              held->recipient);
        entry.set(ledger::parameter::reason, "withdrawn");
        prepared = state_.parts.ledger.prepare(std::move(entry));
      }
      bool changed = false;  // since it was read: then the entry says something else than what would be taken
      auto done = written(permit.party(), [&](store::Tx& tx) -> base::Result<std::string> {
        changed = false;
        return store::once(tx, post, actor_key(permit), act, at, [&]() -> base::Result<std::string> {
          ALTING_CHECK(decider_.recheck(tx, permit));  // as every write does
          ALTING_CHECK(spend(tx, permit, at));
          const auto now = held_under(tx, permit.party(), id);
          changed = now && (!held || !now->is(*held));
          if (!now || changed) return refuse(base::ErrorKind::not_found, "error.delegation.unknown");
          tx.run("DELETE FROM delegation_given WHERE party = ? AND id = ?", {permit.party(), id});
          tx.run("DELETE FROM delegation_received WHERE party = ? AND id = ?", {now->fact.to, id});
          raise_version(tx, permit.party());
          state_.parts.ledger.append(tx, *prepared);
          return id.text();
        });
      });
      outcome = done ? base::Status() : base::Status(std::unexpected(std::move(done.error())));
      return !changed;
    });
    // It stands: that there was none to take would be untrue.
    if (!settled) return refuse(base::ErrorKind::conflict, "error.delegation.changed");
    return outcome;
  }

  std::vector<Delegation> given_by(const terms::Permit& permit) override {
    if (permit.action() != terms::Action::delegate && permit.action() != terms::Action::read_delegations) return {};
    return list(
        "SELECT id, to_party, role, app, given_by, given_at FROM delegation_given WHERE party = ? ORDER BY given_at "
        "DESC, id LIMIT 2000",
        permit.party(), true);
  }
  std::vector<Delegation> received_by(const terms::Actor& actor) override {
    return list(
        "SELECT id, from_party, role, app, given_by, given_at FROM delegation_received WHERE party = ? ORDER BY "
        "given_at DESC, id LIMIT 2000",
        actor.party, false);
  }

  Offer offer(const terms::Permit& permit) override {
    Offer offer;
    if (permit.action() != terms::Action::delegate) return offer;
    state_.read([&](const GraphData& graph, const State& state) {
      const auto held = held_roles(graph, state, permit);
      for (const RoleId role : role_table().altinn_roles())
        if (may_give(graph, permit, held, role)) offer.roles.push_back(role_table()[role].code);
      for (const auto& rules : state.apps())
        if (may_start(rules, held)) offer.apps.push_back(rules.app);
    });
    return offer;
  }

 private:
  // A write of what the party has given, and memory after it. A refusal changed nothing; of all else the rows say what
  // it did, also when the write did not come back.
  template <class F>
  base::Result<std::string> written(terms::PartyId party, F&& work) {
    base::Result<std::string> done;
    try {
      done = state_.parts.database.write(std::forward<F>(work));
    } catch (...) {
      state_.follow(party);
      throw;
    }
    if (done) state_.follow(party);
    return done;
  }

  static std::string actor_key(const terms::Permit& permit) {
    return fmt::format("party:{}", permit.actor().party.value);
  }
  base::Status spend(store::Tx& tx, const terms::Permit& permit, base::Instant at) const {
    return state_.parts.quotas.spend(tx, store::Spending::entries, at, permit.actor().party, permit.party());
  }
  static std::string role_text(const DelegationFact& fact) {
    return fact.is_role() ? role_table()[fact.role].code : "";
  }
  static std::string app_text(const DelegationFact& fact) { return fact.is_role() ? "" : fact.app.text(); }

  static base::Result<base::Uuid> read_post(std::string_view text) {
    const auto id = base::Uuid::parse(text);
    if (!id) return base::make_error(base::ErrorKind::invalid, "error.post_id", "the form's one-time id is missing");
    return *id;
  }

  std::optional<parties::Party> find(terms::PartyId id) const { return state_.parts.parties.find(id); }

  // A delegation that is in force, and what the log says of who has it.
  struct Held {
    DelegationFact fact;
    parties::Party recipient;
    [[nodiscard]] bool is(const Held& other) const {
      return fact.to == other.fact.to && role_text(fact) == role_text(other.fact) &&
             app_text(fact) == app_text(other.fact) && recipient.uuid == other.recipient.uuid &&
             recipient.name == other.recipient.name;
    }
  };
  static std::optional<Held> held_under(store::Tx& tx, terms::PartyId party, const terms::DelegationId& id) {
    const auto row = tx.query_one(
        "SELECT id, to_party, role, app, basis FROM delegation_given WHERE party = ? AND id = ?", {party, id});
    if (!row) return std::nullopt;
    store::RowReader from(*row);
    auto fact = next_delegation(from, party);
    auto recipient = recipient_of(tx, fact.to);
    return Held{std::move(fact), std::move(recipient)};
  }

  // A recipient who has gone from the registers is still named by what is stored.
  static parties::Party recipient_of(store::Tx& tx, terms::PartyId id) {
    parties::Party party;
    party.id = id;
    if (auto stored = parties::name_of(tx, id)) {
      party.uuid = stored->uuid;
      party.name = std::move(stored->name);
    }
    return party;
  }

  static RoleSet held_roles(const GraphData& graph, const State& state, const terms::Permit& permit) {
    RoleSet roles;
    const Index at = graph.index_of(permit.party());
    if (at == no_index) return roles;
    std::optional<terms::PartyId> parent;
    if (graph.kind(at) == parties::PartyKind::sub_unit && graph.parent(at) != no_index)
      parent = graph.id(graph.parent(at));
    MemoryFacts facts(graph, state.delegations());
    for (const auto& one :
         collect(facts, permit.actor().party, permit.actor().kind == terms::ActorKind::person, permit.party(), parent))
      roles |= one.gives;
    return roles;
  }

  // One with Tilgangsstyring passes on what they hold; a Hovedadministrator also what they do not hold.
  static bool may_give(const GraphData& graph, const terms::Permit& permit, const RoleSet& held, RoleId role) {
    const auto& info = role_table()[role];
    const Index at = graph.index_of(permit.party());
    if (at == no_index) return false;
    const bool person = graph.kind(at) == parties::PartyKind::person;
    if (person ? !info.for_persons : !info.for_organisations) return false;
    static const RoleSet main_administrator = role_table().set_of("HADM");
    return held.test(role) || (!person && (held & main_administrator).any());
  }
  static bool may_start(const AppRules& rules, const RoleSet& held) {
    return rules.policy.evaluate(terms::Action::instantiate, context_for(held, "")).decision == xacml::Decision::permit;
  }

  base::Result<DelegationFact> fact_of(const terms::Permit& permit, const Grant& grant) const {
    return state_.read([&](const GraphData& graph, const State& state) -> base::Result<DelegationFact> {
      DelegationFact fact;
      fact.from = permit.party();
      fact.to = grant.to;
      const auto held = held_roles(graph, state, permit);
      if (grant.role) {
        const auto* role = role_table().find(*grant.role);
        if (role == nullptr || !role->altinn || !may_give(graph, permit, held, role->id))
          return refuse(base::ErrorKind::forbidden, "error.delegation.not_yours_to_give");
        ALTING_CHECK(check_level(permit.actor(), state.level_to_give(role->id)));
        fact.role = role->id;
        return fact;
      }
      const auto* rules = state.find(*grant.app);
      if (rules == nullptr || !may_start(*rules, held))
        return refuse(base::ErrorKind::forbidden, "error.delegation.not_yours_to_give");
      ALTING_CHECK(check_level(permit.actor(), rules->level()));
      fact.app = *grant.app;
      fact.basis = held & rules->policy.roles_named();
      return fact;
    });
  }

  static void insert(store::Tx& tx, const terms::Permit& permit, const DelegationFact& fact, base::Instant at) {
    tx.run(
        "INSERT INTO delegation_given (party, id, to_party, role, app, basis, given_by, given_at) VALUES (?, ?, ?, ?, "
        "?, ?, ?, ?)",
        {fact.from, fact.id, fact.to, role_text(fact), app_text(fact), role_table().codes(fact.basis),
         permit.actor().party, at});
    tx.run(
        "INSERT INTO delegation_received (party, id, from_party, role, app, given_by, given_at) VALUES (?, ?, ?, ?, ?, "
        "?, ?)",
        {fact.to, fact.id, fact.from, role_text(fact), app_text(fact), permit.actor().party, at});
  }

  Delegation row(const DelegationFact& fact, terms::PartyId given_by, base::Instant at) const {
    Delegation out;
    out.id = fact.id;
    out.from = fact.from;
    out.to = fact.to;
    if (fact.is_role())
      out.role = role_table()[fact.role].code;
    else
      out.app = fact.app;
    out.given_at = at;
    const auto name = [&](terms::PartyId id) {
      const auto party = find(id);
      return party ? party->name : std::string();
    };
    out.from_name = name(fact.from);
    out.to_name = name(fact.to);
    out.given_by_name = name(given_by);
    return out;
  }

  std::vector<Delegation> list(std::string_view sql, terms::PartyId party, bool given) const {
    const auto rows = state_.parts.database.read([&](store::Tx& tx) { return tx.query(sql, {party}); });
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
      out.push_back(row(fact, given_by, columns.next<base::Instant>()));
    }
    return out;
  }

  State& state_;
  Decider& decider_;
};

}  // namespace

std::unique_ptr<Delegations> make_delegations(State& state, Decider& decider) {
  return std::make_unique<DatabaseDelegations>(state, decider);
}

}  // namespace alting::access
