// Who may act for us, whom may I act for; give and take.
#pragma once
#include "access/access.h"
#include "forms/catalogue.h"
#include "portal/page_set.h"

namespace alting::portal {

struct AccessUses {
  const forms::AppCatalogue& apps;
  access::Delegations& delegations;
};
[[nodiscard]] PageSet access_pages(const AccessUses& uses);

}  // namespace alting::portal
