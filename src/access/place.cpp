#include "access/place.h"

#include <fmt/ranges.h>

#include "access/estate.h"

namespace alting::access {

using parties::GraphData;
using parties::Index;
using parties::no_index;

Place place_of(const GraphData& graph, const State& state, Index at, const Now& now) {
  Place place;
  place.party.id = graph.id(at);
  place.party.uuid = graph.uuid(at);
  place.kind = graph.kind(at);
  const Index parent = place.kind == parties::PartyKind::sub_unit ? graph.parent(at) : no_index;
  if (parent != no_index) place.parent = graph.id(parent);
  place.deleted = graph.deleted(at);
  place.dead = graph.dead(at);
  if (!graph.has_estate(at) && (parent == no_index || !graph.has_estate(parent))) return place;
  if (estate_rule(now.at()) == nullptr) return place;
  place.has_estate = true;
  MemoryFacts facts(graph, state.delegations());
  place.estates = estates_of(facts, place.party.id);
  if (place.parent)
    for (const auto& estate : estates_of(facts, *place.parent))
      if (std::find(place.estates.begin(), place.estates.end(), estate) == place.estates.end())
        place.estates.push_back(estate);
  return place;
}

std::optional<Place> place_now(store::Tx& tx, const State& state, terms::PartyId party, const Now& now) {
  auto place = state.look([&](const GraphData& graph, const State& known) -> std::optional<Place> {
    const Index at = graph.index_of(party);
    if (at == no_index) return std::nullopt;
    return place_of(graph, known, at, now);
  });
  if (!place || place->kind == parties::PartyKind::person) return place;
  const auto standing = parties::standing_of(tx, party);
  if (standing) place->deleted = standing->struck_off;
  bool has_estate = standing && standing->has_estate;
  if (place->parent && !has_estate)
    has_estate = parties::standing_of(tx, *place->parent).value_or(parties::Standing{}).has_estate;
  place->estates.clear();
  place->has_estate = has_estate && estate_rule(now.at()) != nullptr;
  if (!place->has_estate) return place;
  TxFacts facts(tx);
  for (const auto& business : {party, place->parent.value_or(party)})
    for (const auto& estate : estates_of(facts, business))
      if (std::find(place->estates.begin(), place->estates.end(), estate) == place->estates.end())
        place->estates.push_back(estate);
  return place;
}

std::vector<terms::PartyId> counted(const Place& place) {
  std::vector<terms::PartyId> all{place.party.id};
  if (place.parent) all.push_back(*place.parent);
  all.insert(all.end(), place.estates.begin(), place.estates.end());
  return all;
}

std::int64_t version_of(const GraphData& graph, const State& state, const Place& place) {
  auto changes = state.delegations().version(place.party.id);
  if (place.parent) changes += state.delegations().version(*place.parent);
  for (const auto& estate : place.estates) changes += state.delegations().version(estate);
  return access_version(graph.switches(), changes);
}

std::vector<terms::PartyId> business_of(const State& state, terms::PartyId party) {
  return state.look([&](const GraphData& graph, const State&) {
    std::vector<terms::PartyId> all{party};
    const Index at = graph.index_of(party);
    if (at == no_index) return all;
    const Index parent = graph.kind(at) == parties::PartyKind::sub_unit ? graph.parent(at) : no_index;
    const Index top = parent == no_index ? at : parent;
    if (top != at) all.push_back(graph.id(top));
    for (const Index unit : graph.children(top))
      if (unit != at) all.push_back(graph.id(unit));
    return all;
  });
}

bool is_reading(terms::Action action) {
  return action == terms::Action::read || action == terms::Action::represent ||
         action == terms::Action::read_activity || action == terms::Action::read_delegations;
}

bool kind_allowed(const AppRules& rules, const GraphData& graph, const Place& place) {
  if (const Index at = graph.index_of(place.party.id); at != no_index && graph.form(at) == "KBO") return rules.estates;
  switch (place.kind) {
    case parties::PartyKind::person: return rules.persons;
    case parties::PartyKind::organisation: return rules.organisations;
    case parties::PartyKind::sub_unit: return rules.sub_units;
  }
  return false;
}

base::Error estate_acts(const GraphData& graph, const Place& place) {
  std::vector<std::string> names = administrators_of(graph, graph.index_of(place.party.id));
  if (names.empty() && place.parent) names = administrators_of(graph, graph.index_of(*place.parent));
  if (names.empty()) return forbidden("error.access.bankrupt_nobody");
  return forbidden("error.access.bankrupt", {{"who", fmt::format("{}", fmt::join(names, ", "))}});
}

}  // namespace alting::access
