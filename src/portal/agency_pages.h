// An agency's day: what came in, by deadline, and each matter with its additions and attachments.
// Drafts do not exist here.
#pragma once
#include "events/subscriptions.h"
#include "forms/catalogue.h"
#include "instances/agency.h"
#include "portal/page_set.h"
#include "privacy/disputes.h"

namespace alting::access {
class Restrictions;
}

namespace alting::portal {

struct AgencyUses {
  const forms::AppCatalogue& apps;
  instances::Agency& agency;
  events::Subscriptions* subscriptions = nullptr;  // what of them nothing reaches is said above the list; none: nothing
  privacy::Disputes* disputes = nullptr;           // what the party of a matter disputes is said there; none: nothing
  access::Restrictions* restrictions = nullptr;    // what of them the reader has opened is said there; none: nothing
};
[[nodiscard]] PageSet agency_pages(const AgencyUses& uses);

}  // namespace alting::portal
