// An agency's day: what came in, by deadline, and each matter with its additions and attachments.
// Drafts do not exist here.
#pragma once
#include "forms/forms.h"
#include "instances/instances.h"
#include "portal/page_set.h"

namespace alting::portal {

struct AgencyUses {
  const forms::AppCatalogue& apps;
  instances::Instances& instances;
};
[[nodiscard]] PageSet agency_pages(const AgencyUses& uses);

}  // namespace alting::portal
