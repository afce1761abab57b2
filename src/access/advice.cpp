#include "access/advice.h"

#include <set>

#include "access/facts.h"
#include "access/place.h"

namespace alting::access {
namespace {

using parties::GraphData;
using parties::Index;
using parties::no_index;

// Holders are counted once, however many roles they hold.
class WhoManages {
 public:
  WhoManages(const GraphData& graph, Decider::Advice& into) : graph_(graph), into_(into) {}

  // Those whom Enhetsregisteret names; of a business that has an estate only the estate's administrator.
  void named_in(terms::PartyId party, bool only_administrator) {
    const Index at = graph_.index_of(party);
    if (at == no_index) return;
    for (const auto& edge : graph_.held_in(at)) {
      if ((role_table().gives(edge.role) & managers()).none()) continue;
      if (only_administrator && edge.role != administrator_role) continue;
      if (!std::string_view(graph_.source(edge.source)).starts_with("enhetsregisteret")) continue;
      if (!seen_.insert(graph_.id(edge.other)).second) continue;
      if (into_.ask.size() < max_asked)
        into_.ask.emplace_back(graph_.name(edge.other));
      else
        ++into_.others;
    }
  }
  // Those to whom it was given.
  void given_by(const State& state, terms::PartyId party, bool has_estate, const Now& now) {
    for (const auto& fact : state.delegations().given(party)) {
      if (!fact.is_role() || (role_table().gives(fact.role) & managers()).none()) continue;
      if (!fact.holds(now.at()) || fact.by_estate != has_estate) continue;
      if (seen_.insert(fact.to).second) ++into_.others;
    }
  }

 private:
  static constexpr std::size_t max_asked = 10;
  static const RoleSet& managers() {
    static const RoleSet roles = role_table().set_of("ADMAI HADM");
    return roles;
  }
  const GraphData& graph_;
  Decider::Advice& into_;
  std::set<terms::PartyId> seen_;
};

}  // namespace

Decider::Advice advice_on(const GraphData& graph, const State& state, const terms::Actor& actor, terms::PartyId party,
                          const Now& now) {
  Decider::Advice advice;
  const Index at = graph.index_of(party);
  if (at == no_index) return advice;
  const auto place = place_of(graph, state, at, now);
  MemoryFacts facts(graph, state.delegations());
  advice.register_may_be_outdated = collect(facts, actor, state.certificate_role(), place, now).empty();
  if (place.kind == parties::PartyKind::person) {
    advice.ask.emplace_back(graph.name(at));
    return advice;
  }
  advice.bankrupt = place.has_estate;
  WhoManages managers(graph, advice);
  for (const auto& estate : place.estates) managers.named_in(estate, false);
  if (place.parent) managers.named_in(*place.parent, place.has_estate);
  managers.named_in(party, place.has_estate);
  for (const auto& estate : place.estates) managers.given_by(state, estate, false, now);
  if (place.parent) managers.given_by(state, *place.parent, place.has_estate, now);
  managers.given_by(state, party, place.has_estate, now);
  return advice;
}

}  // namespace alting::access
