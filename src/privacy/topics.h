// What this room tells the outbox.
#pragma once
#include <array>

#include "store/outbox.h"

namespace alting::privacy {

// A hold was placed, renewed or lifted: `{"hold": ...}`. Its key is the hold.
inline constexpr store::Topic hold_changed{.name = "privacy.hold.changed"};

inline constexpr std::array topics{&hold_changed};

}  // namespace alting::privacy
