// What this room tells the outbox.
#pragma once
#include <array>

#include "store/outbox.h"

namespace alting::inbox {

// A batch is to be published at the time the message is due, and told of; or, taken back, to be emptied:
// `{"batch": ...}`.
inline constexpr store::Topic batch_due{.name = "inbox.batch.due"};
// A recipient's message is there to be read: `{"message": ..., "batch": ...}`. Its key is the message (notice_facts).
inline constexpr store::Topic message_published{.name = "inbox.message.published"};
// A recipient answered with a message: `{"answer": ..., "message": ..., "app": "org/app"}`. Its key is the org.
inline constexpr store::Topic message_answered{.name = "inbox.message.answered"};
// Keys one holder loses: `{"holder": "party:<number>", "keys": [...]}`.
inline constexpr store::Topic keys_to_erase{.name = "inbox.keys.erase"};

inline constexpr std::array topics{&batch_due, &message_published, &message_answered, &keys_to_erase};

}  // namespace alting::inbox
