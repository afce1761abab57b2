// The inbox: under work, sent, archive.
#pragma once
#include "forms/catalogue.h"
#include "inbox/inbox.h"
#include "portal/page_set.h"

namespace alting::portal {

struct InboxUses {
  const forms::AppCatalogue& apps;
  inbox::Inbox& inbox;
};
[[nodiscard]] PageSet inbox_pages(const InboxUses& uses);

}  // namespace alting::portal
