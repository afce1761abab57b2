// The decision itself: which facts an actor has about a party (roles in the registers, delegations, both through an
// organisation's key role), and which of them a rule of the form's policy names. The same code decides over the facts in
// memory and over the rows as a transaction sees them.
#pragma once
#include <cstdint>
#include <string_view>

#include "access/access.h"
#include "access/facts.h"
#include "access/place.h"
#include "access/state.h"

namespace alting::access {

inline constexpr std::string_view sent_task = "EndEvent_1";        // Target::task of what was sent
inline constexpr std::string_view by_certificate = "certificate";  // kind of evidence

// Where and when it is decided, and whether a rule that holds in some state of the form is enough.
struct Circumstances {
  const Place& place;
  std::int64_t version = 0;
  const Now& now;
  bool any_state = false;
};

// What roles an action on the party itself needs; everyone who may act for the party may `represent` it and look at its
// inbox.
[[nodiscard]] const RoleSet& roles_for(terms::Action action);

// On what the actor may do it, for the permit; or why they may not.
[[nodiscard]] base::Result<terms::Evidence> find_evidence(MemoryFacts& facts, const parties::GraphData& graph,
                                                          const State& state, const terms::Actor& actor,
                                                          terms::Action action, const Target& target,
                                                          const Circumstances& here);
[[nodiscard]] base::Result<terms::Evidence> find_evidence(TxFacts& facts, const parties::GraphData& graph,
                                                          const State& state, const terms::Actor& actor,
                                                          terms::Action action, const Target& target,
                                                          const Circumstances& here);

}  // namespace alting::access
