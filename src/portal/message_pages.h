// A message that a party has received: its page, its files, the confirmation, the answer, the receipts, archive and
// deletion.
#pragma once
#include "forms/catalogue.h"
#include "inbox/messages.h"
#include "parties/contact_points.h"
#include "portal/page_set.h"

namespace alting::access {
class Restrictions;
}

namespace alting::portal {

struct MessageUses {
  const forms::AppCatalogue& apps;
  inbox::Messages& messages;
  parties::ContactPoints& contacts;
  access::Restrictions* restrictions = nullptr;  // what of it is restricted is said there; none: nothing
};
[[nodiscard]] PageSet message_pages(const MessageUses& uses);

}  // namespace alting::portal
