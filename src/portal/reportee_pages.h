// Choosing whom to represent. An address that one was going to waits in `til` and is continued for the chosen party.
#pragma once
#include "forms/catalogue.h"
#include "inbox/inbox.h"
#include "parties/contact_points.h"
#include "portal/page_set.h"

namespace alting::portal {

struct ReporteeUses {
  const forms::AppCatalogue& apps;
  inbox::Inbox& inbox;
  parties::ContactPoints& contacts;
};
[[nodiscard]] PageSet reportee_pages(const ReporteeUses& uses);

}  // namespace alting::portal
