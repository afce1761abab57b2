// What the pages of a message share (message_pages.h).
#pragma once
#include <string>
#include <vector>

#include "portal/message_pages.h"
#include "portal/message_permit.h"

namespace alting::portal {

using MessageView = ViewOf<MessageUses>;

[[nodiscard]] MessageAddresses message_addresses(const MessageView& view, const inbox::MessageId& id);
// To do this with the message that the address names.
[[nodiscard]] base::Result<AllowedMessage> allow_here(const MessageView& view, terms::Action action);
// From the inbox to the message, or to a page below it.
[[nodiscard]] std::vector<ui::NavLink> message_crumbs(const MessageView& view, const inbox::Message& message,
                                                      std::string_view below = {});

// message_answer.cpp
[[nodiscard]] Response answer_page(MessageView& view);
[[nodiscard]] Response post_answer(MessageView& view);
[[nodiscard]] web::RouteLimits answer_limits();

}  // namespace alting::portal
