// What this room tells the outbox.
#pragma once
#include <array>

#include "store/outbox.h"

namespace alting::instances {

// Keys that are to be erased everywhere, and keys of what was sent, for the agency: `{"keys": [...]}`, of the latter also
// "party" and "org".
inline constexpr store::Topic keys_to_erase{.name = "instances.keys.erase"};
// Keys that one holder loses, and no other: `{"holder": "party:<number>", "keys": [...]}`.
inline constexpr store::Topic keys_of_holder_to_erase{.name = "instances.keys.erase_for"};
inline constexpr store::Topic keys_to_share{.name = "instances.keys.share"};
// A form was sent, named as Altinn names it: `{"party": ..., "instance": ..., "app": ...}`, and `"urgent": true` of what
// must be looked at at once. Its key is the org, so that what is sent to one agency comes in the order of commits.
inline constexpr store::Topic process_completed{.name = "app.instance.process.completed"};

// Somebody of the party let something go for good, a form, a draft or a message: `{"party": ...}`. Its key is the party.
inline constexpr store::Topic let_go{.name = "instances.let_go"};

inline constexpr std::array topics{&keys_to_erase, &keys_of_holder_to_erase, &keys_to_share, &process_completed,
                                   &let_go};

}  // namespace alting::instances
