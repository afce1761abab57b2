// Asking a business for access, and taking the question back; giving up what one was given.
#pragma once
#include "access/access.h"
#include "forms/catalogue.h"
#include "portal/page_set.h"

namespace alting::portal {

struct RequestUses {
  const forms::AppCatalogue& apps;
  access::Delegations& delegations;
};
[[nodiscard]] PageSet request_pages(const RequestUses& uses);

}  // namespace alting::portal
