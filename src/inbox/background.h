// What `inbox` does by itself, and delivers of its own topics (main/rooms.cpp lists them).
#pragma once
#include <vector>

#include "inbox/ended_messages.h"
#include "inbox/message_sending.h"
#include "inbox/messages.h"
#include "store/holds.h"
#include "store/job.h"
#include "store/outbox.h"

namespace alting::inbox {

// What they are given must outlive them.
[[nodiscard]] std::vector<store::Job> background_jobs(MessageSending& sending, Messages& messages, EndedMessages& ended,
                                                      store::HoldsNow holds = {});
[[nodiscard]] std::vector<store::Subscription> subscriptions(MessageSending& sending, store::Vault& vault,
                                                             base::Random& random, const base::Clock& clock);

}  // namespace alting::inbox
