// What the job end_access does (make_access.h): each takes some hundred at most and answers how many.
#pragma once
#include <cstdint>
#include <string_view>

#include "access/state.h"

namespace alting::access {

inline constexpr std::int64_t ended_at_once = 200;

std::int64_t end_delegations(State& state, Decider& decider);  // whose last day is over
std::int64_t end_requests(State& state, Decider& decider);     // that nobody answered in time

// What began before this moment is over by the rule of retention.toml.
[[nodiscard]] base::Instant oldest_open(std::string_view rule, base::Instant now);

}  // namespace alting::access
