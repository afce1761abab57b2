// An agency's staff write to people and businesses, see beforehand who can be told of it by e-mail and who cannot, and
// afterwards how each message fared: available, told, opened, confirmed, answered. Answers are read here too.
#pragma once
#include "forms/catalogue.h"
#include "inbox/message_sending.h"
#include "inbox/sent_messages.h"
#include "notify/orders.h"
#include "notify/reaching.h"
#include "portal/page_set.h"

namespace alting::access {
class Restrictions;
}

namespace alting::portal {

struct MessageSendingUses {
  const forms::AppCatalogue& apps;
  inbox::MessageSending& sending;
  inbox::SentMessages& sent;
  notify::Orders& orders;
  notify::Reaching& reaching;
  access::Restrictions* restrictions = nullptr;  // what the reader has opened is said there; none: nothing
};
[[nodiscard]] PageSet message_sending_pages(const MessageSendingUses& uses);

}  // namespace alting::portal
