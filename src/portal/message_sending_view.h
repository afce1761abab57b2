// What the pages of an agency's messages share (message_sending_pages.h): who asks, and how a message fared, in words.
#pragma once
#include <string>

#include "portal/message_sending_pages.h"

namespace alting::portal {

using MessageSendingView = ViewOf<MessageSendingUses>;

struct SendingStaff {
  std::string org, agency_name;
  terms::Scope scope;  // agency_follow
  [[nodiscard]] SentMessageAddresses addresses() const { return SentMessageAddresses(org); }
  // From the agency's queue to the page of this title.
  [[nodiscard]] std::vector<ui::NavLink> crumbs(const View& view, std::string_view title) const;
};
// Errors: the Decider's, for who is not of the staff.
[[nodiscard]] base::Result<SendingStaff> sending_staff(const MessageSendingView& view);
// To see what was sent at once; `not_found` for what is not there or another agency's.
[[nodiscard]] base::Result<terms::Permit> permit_to_follow(const MessageSendingView& view, const SendingStaff& staff,
                                                           const inbox::BatchId& batch);
[[nodiscard]] std::string service_title(const MessageSendingView& view, const terms::AppId& service);

// message_writing.cpp, sent_message_pages.cpp.
[[nodiscard]] Response write_message_page(MessageSendingView& view);
[[nodiscard]] Response post_message(MessageSendingView& view);
[[nodiscard]] Response sent_batch_page(MessageSendingView& view);
[[nodiscard]] Response recall_batch(MessageSendingView& view);
[[nodiscard]] Response sent_recipient_page(MessageSendingView& view);
[[nodiscard]] Response sent_file(MessageSendingView& view);
[[nodiscard]] Response answer_file(MessageSendingView& view);

}  // namespace alting::portal
