// What the pages of one message begin with: where it is, and whether this person may.
#pragma once
#include <optional>

#include "inbox/messages.h"
#include "portal/view.h"

namespace alting::portal {

struct AllowedMessage {
  terms::Permit permit;
  inbox::MessagePlace place;
};
// Who may not read it is told that it does not exist: `not_found` "messages.error.not_found"; else the Decider's.
[[nodiscard]] base::Result<AllowedMessage> allow_message(const View& view, inbox::Messages& messages,
                                                         terms::PartyId party,
                                                         const std::optional<inbox::MessageId>& id,
                                                         terms::Action action);

}  // namespace alting::portal
