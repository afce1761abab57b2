// What `parties` tells others of, by the outbox.
#pragma once
#include <array>

#include "store/outbox.h"

namespace alting::parties {

// An address of an organisation is to be verified. Key: the address; payload: {"id": the code's id}, for
// ContactPoints::code_to_send(). Who does not get it asks for another.
inline constexpr store::Topic address_code{.name = "parties.address.code", .may_be_given_up = true};

inline constexpr std::array topics{&address_code};

}  // namespace alting::parties
