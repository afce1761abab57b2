// What the pages of access work with.
#pragma once
#include "access/access.h"
#include "access/certificates.h"
#include "forms/catalogue.h"
#include "portal/page_set.h"

namespace alting::portal {

struct AccessUses {
  const forms::AppCatalogue& apps;
  access::Delegations& delegations;
  access::Certificates& certificates;
};
using AccessView = ViewOf<AccessUses>;

}  // namespace alting::portal
