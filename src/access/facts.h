// The facts a decision rests on: being the person oneself, role facts of the registers, delegations, and key roles in
// organisations that hold them. Collected in one way from two sources: memory (every decision) and the writing
// transaction (when a write decides again).
#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "access/roles.h"
#include "parties/graph.h"
#include "parties/register_facts.h"
#include "store/database.h"
#include "store/row_reader.h"
#include "terms/ids.h"

namespace alting::access {

struct DelegationFact {
  terms::DelegationId id;
  terms::PartyId from, to;
  RoleId role = no_role;  // a role; or
  terms::AppId app;       // one form, with what `basis` permits in it
  RoleSet basis;
  [[nodiscard]] bool is_role() const { return role != no_role; }
};

// One fact about an actor and a party.
struct Held {
  enum class Via : std::uint8_t { self, role, delegation };
  Via via = Via::role;
  RoleId role = no_role;    // what the evidence names; no_role for a single form
  std::uint8_t source = 0;  // of a register fact: place in the source's texts
  RoleSet gives;
  const DelegationFact* delegation = nullptr;
  terms::PartyId through;  // the organisation whose key role counts; 0 when it is direct
};

// All delegations in memory, by both sides, with the access version of each party.
class DelegationIndex {
 public:
  void add(const DelegationFact& fact);
  // What the party has given, as its rows stood at this access version. Rows that are older than what is known are
  // passed over: of two that were read at the same time, the later counts.
  void replace(terms::PartyId from, std::int64_t version, const std::vector<DelegationFact>& given);
  void raise_version(terms::PartyId party, std::int64_t version);
  [[nodiscard]] std::int64_t version(terms::PartyId party) const;
  [[nodiscard]] const std::vector<DelegationFact>& given(terms::PartyId from) const;
  [[nodiscard]] const std::vector<DelegationFact>& received(terms::PartyId to) const;
  [[nodiscard]] std::size_t size() const { return count_; }

 private:
  std::unordered_map<terms::PartyId, std::vector<DelegationFact>> given_, received_;
  std::unordered_map<terms::PartyId, std::int64_t> versions_;
  std::size_t count_ = 0;
};
[[nodiscard]] DelegationIndex load_delegations(store::Database& database);
struct GivenBy {  // by one party, in one reading
  std::int64_t version = 0;
  std::vector<DelegationFact> facts;
};
[[nodiscard]] GivenBy load_given_by(store::Database& database, terms::PartyId party);
[[nodiscard]] RoleId role_of_code(std::string_view code);  // no_role for "" and what is none
// The next columns: id, to_party, role, app, basis.
[[nodiscard]] DelegationFact next_delegation(store::RowReader& row, terms::PartyId from);

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
  [[nodiscard]] std::vector<terms::PartyId> key_organisations(terms::PartyId person) const;
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
  [[nodiscard]] std::vector<terms::PartyId> key_organisations(terms::PartyId person) const;
  [[nodiscard]] const std::string& source(std::uint8_t at) const { return registers_.source(at); }

 private:
  [[nodiscard]] std::vector<const DelegationFact*> delegations(terms::PartyId from, terms::PartyId to);

  store::Tx& tx_;
  parties::RolesInForce registers_;
  std::vector<std::unique_ptr<DelegationFact>> read_;
};

// What `actor` holds for `target`, whose main unit is `parent` when it is a sub-unit: roles and delegations of the main
// unit hold there too. Direct facts come first. A person holds PRIV for themself.
template <class Source>
std::vector<Held> collect(Source& source, terms::PartyId actor, bool is_person, terms::PartyId target,
                          std::optional<terms::PartyId> parent) {
  std::vector<Held> held;
  if (is_person && actor == target) {
    constexpr RoleId self = parties::role_code("PRIV");
    held.push_back({Held::Via::self, self, 0, role_table().gives(self), nullptr, {}});
  }
  std::vector<terms::PartyId> holders{actor};
  if (is_person)
    for (const auto& organisation : source.key_organisations(actor)) holders.push_back(organisation);
  for (const auto& holder : holders) {
    const terms::PartyId through = holder == actor ? terms::PartyId{} : holder;
    for (const auto& in : {target, parent.value_or(target)}) {
      source.each_role(holder, in, [&](RoleId role, std::uint8_t at) {
        held.push_back({Held::Via::role, role, at, role_table().gives(role), nullptr, through});
      });
      source.each_delegation(in, holder, [&](const DelegationFact& fact) {
        held.push_back({Held::Via::delegation, fact.role, 0, fact.is_role() ? role_table().gives(fact.role) : RoleSet{},
                        &fact, through});
      });
      if (!parent) break;
    }
  }
  return held;
}

}  // namespace alting::access
