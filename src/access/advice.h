// Who can give access for a party, as someone without it may learn: names that stand in the public register, and a number
// of others.
#pragma once
#include "access/access.h"
#include "access/state.h"

namespace alting::access {

// `may` is left to the decider.
[[nodiscard]] Decider::Advice advice_on(const parties::GraphData& graph, const State& state, const terms::Actor& actor,
                                        terms::PartyId party, const Now& now);

}  // namespace alting::access
