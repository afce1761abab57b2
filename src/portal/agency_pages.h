// An agency's day: what came in, by deadline, and each matter with its additions and attachments.
// Drafts do not exist here.
#pragma once
#include "forms/catalogue.h"
#include "instances/agency.h"
#include "portal/page_set.h"

namespace alting::portal {

struct AgencyUses {
  const forms::AppCatalogue& apps;
  instances::Agency& agency;
};
[[nodiscard]] PageSet agency_pages(const AgencyUses& uses);

}  // namespace alting::portal
