// Filling in a form: its pages and what they post; its overview, sending it and throwing it away.
#pragma once
#include "instances/attachments.h"
#include "instances/instance_permits.h"
#include "instances/sending.h"
#include "portal/open_form.h"
#include "portal/page_set.h"

namespace alting::portal {

struct FormUses {
  instances::Drafts& drafts;
  instances::InstancePermits& permits;
  instances::Attachments& attachments;
};
using FormView = ViewOf<FormUses>;
[[nodiscard]] PageSet form_pages(const FormUses& uses);

struct OverviewUses {
  instances::Drafts& drafts;
  instances::InstancePermits& permits;
  instances::Attachments& attachments;
  instances::Sending& sending;
};
[[nodiscard]] PageSet overview_pages(const OverviewUses& uses);

}  // namespace alting::portal
