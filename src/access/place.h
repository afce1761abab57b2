// A party as decisions see it, from memory or as a transaction does, and which access versions its permits stand on.
#pragma once
#include <optional>
#include <vector>

#include "access/facts.h"
#include "access/state.h"

namespace alting::access {

[[nodiscard]] Place place_of(const parties::GraphData& graph, const State& state, parties::Index at, const Now& now);
// As the transaction sees it: memory may be a moment behind a register switch. Nothing when there is no such party.
[[nodiscard]] std::optional<Place> place_now(store::Tx& tx, const State& state, terms::PartyId party, const Now& now);

// The parties whose changes count: itself, its main unit, its estates.
[[nodiscard]] std::vector<terms::PartyId> counted(const Place& place);
[[nodiscard]] std::int64_t version_of(const parties::GraphData& graph, const State& state, const Place& place);

// The business that a party is of: its main unit and all sub-units of that, itself among them.
[[nodiscard]] std::vector<terms::PartyId> business_of(const State& state, terms::PartyId party);

// Reading changes nothing and gives nobody anything: what is sent, the log and who has access may be seen.
[[nodiscard]] bool is_reading(terms::Action action);

// Whether the form is for parties of this kind.
[[nodiscard]] bool kind_allowed(const AppRules& rules, const parties::GraphData& graph, const Place& place);

// Why the estate acts and not the one who asks; who it is stands in the public register.
[[nodiscard]] base::Error estate_acts(const parties::GraphData& graph, const Place& place);

}  // namespace alting::access
