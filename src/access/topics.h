// What this room tells the outbox.
#pragma once
#include <array>

#include "store/outbox.h"

namespace alting::access {

// Something was restricted, will be lifted, or was: `{"restriction": ..., "what": "imposed"}`. Its key is the restriction
// (find_restriction in restrictions.h).
inline constexpr store::Topic restriction_changed{.name = "access.restriction.changed"};

inline constexpr std::array topics{&restriction_changed};

}  // namespace alting::access
