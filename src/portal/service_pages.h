// The catalogue of forms, and the start page of each: who it is for, what to have ready, new or an addition.
#pragma once
#include "forms/catalogue.h"
#include "inbox/inbox.h"
#include "inbox/messages.h"
#include "instances/drafts.h"
#include "instances/matters.h"
#include "portal/page_set.h"

namespace alting::portal {

struct ServiceUses {
  const forms::AppCatalogue& apps;
  instances::Drafts& drafts;
  instances::Matters& matters;
  inbox::Inbox& inbox;
  inbox::Messages& messages;  // that a form may answer
};
[[nodiscard]] PageSet service_pages(const ServiceUses& uses);

}  // namespace alting::portal
