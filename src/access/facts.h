// The facts a decision rests on: being the person oneself, role facts of the registers, delegations, and key roles in
// organisations that hold them. Collected in one way from two sources: memory (every decision) and the writing
// transaction (when a write decides again).
#pragma once
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "access/certificates.h"
#include "access/estate.h"
#include "access/roles.h"
#include "base/time.h"
#include "parties/graph.h"
#include "parties/register_facts.h"
#include "store/database.h"
#include "store/row_reader.h"
#include "terms/actor.h"
#include "terms/ids.h"

namespace alting::access {

struct DelegationFact {
  terms::DelegationId id;
  terms::PartyId from, to;
  RoleId role = no_role;  // a role; or
  terms::AppId app;       // one form, with what `basis` permits in it
  RoleSet basis;
  std::string until_on;           // "2027-01-31", the last day it holds; "" when it has none
  base::Instant ends_at = never;  // the moment after that day
  bool by_estate = false;         // given by who administers the estate of `from`
  static constexpr base::Instant never{std::numeric_limits<std::int64_t>::max()};
  [[nodiscard]] bool is_role() const { return role != no_role; }
  [[nodiscard]] bool has_end() const { return ends_at != never; }
  [[nodiscard]] bool holds(base::Instant now) const { return now < ends_at; }
};
// The moment after the day in Oslo; what is no day has ended.
[[nodiscard]] base::Instant end_of_day(std::string_view day);

// The moment of a decision, looked at the clock when it is first asked for: most decisions need none.
class Now {
 public:
  explicit Now(const base::Clock& clock) : clock_(clock) {}
  [[nodiscard]] base::Instant at() const {
    if (!at_) at_ = clock_.now();
    return *at_;
  }

 private:
  const base::Clock& clock_;
  mutable std::optional<base::Instant> at_;
};

// An organisation's certificates (certificates.h): what they may do, and those that were not ended.
struct CertificateFact {
  std::string id;
  base::Instant not_after;
};
struct PartyCertificates {
  bool fills_and_sends = true, sub_units = true;
  std::vector<CertificateFact> known;
  // Whether the one with this id holds its role, for the organisation itself or a sub-unit.
  [[nodiscard]] bool holds(std::string_view id, bool in_sub_unit, base::Instant now) const;
};

// One fact about an actor and a party.
struct Held {
  enum class Via : std::uint8_t { self, role, delegation, certificate };
  Via via = Via::role;
  RoleId role = no_role;    // what the evidence names; no_role for a single form
  std::uint8_t source = 0;  // of a register fact: place in the source's texts
  RoleSet gives;
  const DelegationFact* delegation = nullptr;
  terms::PartyId through;  // the organisation whose key role counts; 0 when it is direct
  terms::PartyId estate;   // held in this estate of the party; 0 when it is held in the party itself
  bool acts = true;        // false: it lets one read, because the party has an estate that acts for it
};

// Everything about a party that a decision needs besides who asks.
struct Place {
  parties::Party party;  // id and uuid only
  parties::PartyKind kind = parties::PartyKind::person;
  std::optional<terms::PartyId> parent;  // of a sub-unit
  bool deleted = false, dead = false;
  bool has_estate = false;              // it, or its main unit (estate.h)
  std::vector<terms::PartyId> estates;  // of it and its main unit; empty too when Enhetsregisteret names none
};

// All delegations in memory, by both sides, with the access version of each party, and its certificates.
class DelegationIndex {
 public:
  void add(const DelegationFact& fact);
  void add(terms::PartyId organisation, PartyCertificates certificates);
  // What the party has given, as its rows stood at this access version. Rows that are older than what is known are
  // passed over: of two that were read at the same time, the later counts.
  void replace(terms::PartyId from, std::int64_t version, const std::vector<DelegationFact>& given,
               PartyCertificates certificates = {});
  void raise_version(terms::PartyId party, std::int64_t version);
  [[nodiscard]] std::int64_t version(terms::PartyId party) const;
  [[nodiscard]] const std::vector<DelegationFact>& given(terms::PartyId from) const;
  [[nodiscard]] const std::vector<DelegationFact>& received(terms::PartyId to) const;
  [[nodiscard]] const PartyCertificates& certificates(terms::PartyId organisation) const;
  // Nothing for one that was ended, or is not known yet.
  [[nodiscard]] std::optional<terms::PartyId> holder_of_certificate(const std::string& id) const;
  [[nodiscard]] std::size_t size() const { return count_; }

 private:
  std::unordered_map<terms::PartyId, std::vector<DelegationFact>> given_, received_;
  std::unordered_map<terms::PartyId, PartyCertificates> certificates_;
  std::unordered_map<std::string, terms::PartyId> certificate_holders_;
  std::unordered_map<terms::PartyId, std::int64_t> versions_;
  std::size_t count_ = 0;
};
[[nodiscard]] DelegationIndex load_delegations(store::Database& database);
struct GivenBy {  // by one party, in one reading
  std::int64_t version = 0;
  std::vector<DelegationFact> facts;
  PartyCertificates certificates;
};
[[nodiscard]] GivenBy load_given_by(store::Database& database, terms::PartyId party);
[[nodiscard]] RoleId role_of_code(std::string_view code);  // no_role for "" and what is none
// As the transaction sees them.
[[nodiscard]] PartyCertificates certificates_of(store::Tx& tx, terms::PartyId organisation);
// The next columns: id, to_party, role, app, basis, until_on, by_estate.
[[nodiscard]] DelegationFact next_delegation(store::RowReader& row, terms::PartyId from);

inline constexpr RoleId debtor_role = parties::role_code("KDEB"), administrator_role = parties::role_code("BOBE"),
                        owner_role = parties::role_code("INNH");

class MemoryFacts {
 public:
  MemoryFacts(const parties::GraphData& graph, const DelegationIndex& delegations)
      : graph_(graph), delegations_(delegations) {}
  template <class F>
  void each_role(terms::PartyId holder, terms::PartyId in, F&& take) const {
    const auto a = graph_.index_of(holder), b = graph_.index_of(in);
    if (a == parties::no_index || b == parties::no_index) return;
    const auto held = graph_.held_by(a), given = graph_.held_in(b);
    const bool from_holder = held.size() < given.size();
    for (const auto& edge : from_holder ? held : given)
      if (edge.other == (from_holder ? b : a)) take(edge.role, edge.source);
  }
  template <class F>
  void each_delegation(terms::PartyId from, terms::PartyId to, F&& take) const {
    const auto &given = delegations_.given(from), &received = delegations_.received(to);
    const bool by_giver = given.size() < received.size();
    for (const auto& fact : by_giver ? given : received)
      if (by_giver ? fact.to == to : fact.from == from) take(fact);
  }
  template <class F>
  void each_estate(terms::PartyId debtor, F&& take) const {
    const auto at = graph_.index_of(debtor);
    if (at == parties::no_index) return;
    for (const auto& edge : graph_.held_by(at))
      if (edge.role == debtor_role && !graph_.deleted(edge.other)) take(graph_.id(edge.other));
  }
  template <class F>
  void each_owner(terms::PartyId business, F&& take) const {
    const auto at = graph_.index_of(business);
    if (at == parties::no_index) return;
    for (const auto& edge : graph_.held_in(at))
      if (edge.role == owner_role) take(graph_.id(edge.other));
  }
  // Those in which the person holds a key role. Of one that has an estate only the estate's administrator acts.
  [[nodiscard]] std::vector<terms::PartyId> key_organisations(terms::PartyId person) const;
  // Whether this certificate of an organisation that is not struck off holds its role.
  [[nodiscard]] bool certificate_holds(terms::PartyId organisation, std::string_view id, bool in_sub_unit,
                                       base::Instant now) const;
  [[nodiscard]] const std::string& source(std::uint8_t at) const { return graph_.source(at); }

 private:
  const parties::GraphData& graph_;
  const DelegationIndex& delegations_;
};

// The same from the rows, as this transaction sees them.
class TxFacts {
 public:
  explicit TxFacts(store::Tx& tx) : tx_(tx), registers_(tx) {}
  template <class F>
  void each_role(terms::PartyId holder, terms::PartyId in, F&& take) const {
    for (const auto& one : registers_.held(holder, in)) take(one.role, one.source);
  }
  template <class F>
  void each_delegation(terms::PartyId from, terms::PartyId to, F&& take) {
    for (const auto* fact : delegations(from, to)) take(*fact);
  }
  template <class F>
  void each_estate(terms::PartyId debtor, F&& take) const {
    for (const auto& held : registers_.held_by(debtor))
      if (held.role == debtor_role && !parties::standing_of(tx_, held.in).value_or(parties::Standing{}).struck_off)
        take(held.in);
  }
  template <class F>
  void each_owner(terms::PartyId business, F&& take) const {
    for (const auto& held : registers_.held_in(business))
      if (held.role == owner_role && !parties::is_dead(tx_, held.holder)) take(held.holder);
  }
  [[nodiscard]] std::vector<terms::PartyId> key_organisations(terms::PartyId person) const;
  [[nodiscard]] bool certificate_holds(terms::PartyId organisation, std::string_view id, bool in_sub_unit,
                                       base::Instant now) const;
  [[nodiscard]] const std::string& source(std::uint8_t at) const { return registers_.source(at); }

 private:
  [[nodiscard]] std::vector<const DelegationFact*> delegations(terms::PartyId from, terms::PartyId to);

  store::Tx& tx_;
  parties::RolesInForce registers_;
  std::vector<std::unique_ptr<DelegationFact>> read_;
};

// What an organisation that came with its certificate holds: the one role that certificates may have, in itself and in
// its sub-units, and nothing that it was given or that a register says of it. Never what administers access.
template <class Source>
std::vector<Held> collect_by_certificate(Source& source, const terms::Actor& actor, RoleId role, const Place& place,
                                         const Now& now) {
  const bool own = actor.party == place.party.id;
  if (role == no_role || (!own && place.parent != actor.party) || (own && place.deleted)) return {};
  if (!source.certificate_holds(actor.party, certificate_of(actor), !own, now.at())) return {};
  const auto gives = role_table().gives(role) & ~role_table().administrators();
  return {{Held::Via::certificate, role, 0, gives, nullptr, {}, {}, !place.has_estate}};
}

// What `actor` holds for the party now. Roles and delegations of the main unit hold in a sub-unit too, and those of an
// estate in the business whose estate it is; direct facts come first. A person holds PRIV for themself. A system holds
// nothing: it reads for an agency, or not at all (agency_staff.cpp).
template <class Source>
std::vector<Held> collect(Source& source, const terms::Actor& who, RoleId certificate_role, const Place& place,
                          const Now& now) {
  if (who.kind == terms::ActorKind::organisation)
    return collect_by_certificate(source, who, certificate_role, place, now);
  if (!who.is_person()) return {};
  const auto actor = who.party;
  std::vector<Held> held;
  const auto& table = role_table();
  const auto target = place.party.id;
  if (actor == target) {
    constexpr RoleId self = parties::role_code("PRIV");
    held.push_back({Held::Via::self, self, 0, table.gives(self), nullptr, {}, {}, true});
  }
  std::vector<terms::PartyId> holders{actor};
  for (const auto& organisation : source.key_organisations(actor)) holders.push_back(organisation);
  const std::size_t own = place.parent ? 2 : 1, all = own + place.estates.size();
  for (const auto& holder : holders) {
    const terms::PartyId through = holder == actor ? terms::PartyId{} : holder;
    for (std::size_t i = 0; i < all; ++i) {  // itself, its main unit, its estates
      const auto in = i == 0 ? target : i < own ? *place.parent : place.estates[i - own];
      const bool is_own = i < own;
      const auto estate = is_own ? terms::PartyId{} : in;
      source.each_role(holder, in, [&](RoleId role, std::uint8_t at) {
        const bool acts = !is_own || !place.has_estate || role == administrator_role;
        const auto gives =
            role == successor_role ? gives_in(role, is_own && place.deleted, now.at()) : table.gives(role);
        held.push_back({Held::Via::role, role, at, gives, nullptr, through, estate, acts});
      });
      source.each_delegation(in, holder, [&](const DelegationFact& fact) {
        // What an estate's administrator gave for the business itself goes when there is no estate any more.
        if ((fact.has_end() && !fact.holds(now.at())) || (is_own && fact.by_estate && !place.has_estate)) return;
        const bool acts = !is_own || !place.has_estate || fact.by_estate;
        held.push_back({Held::Via::delegation, fact.role, 0, fact.is_role() ? table.gives(fact.role) : RoleSet{}, &fact,
                        through, estate, acts});
      });
    }
  }
  return held;
}

}  // namespace alting::access
