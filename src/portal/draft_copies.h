// Copies of a draft for its own people: to print, to take along as JSON, as PDF. Each says that nothing was sent.
#pragma once
#include "instances/drafts.h"
#include "instances/instance_permits.h"
#include "portal/page_set.h"

namespace alting::portal {

struct DraftCopyUses {
  instances::Drafts& drafts;
  instances::InstancePermits& permits;
};
[[nodiscard]] PageSet draft_copies(const DraftCopyUses& uses);

}  // namespace alting::portal
