// What an agency's staff does about rights over data (personvernforordningen art. 12, 18): what is asked of the agency, with
// the day it is due, answered; what is restricted, and when that ends; and opening one restricted thing all the same, on a
// ground that the law lists, which the party reads in its log.
#pragma once
#include "access/restrictions.h"
#include "forms/catalogue.h"
#include "inbox/sent_messages.h"
#include "instances/agency.h"
#include "notify/orders.h"
#include "portal/page_set.h"
#include "privacy/requests.h"

namespace alting::portal {

struct RestrictionUses {
  const forms::AppCatalogue& apps;
  access::Restrictions& restrictions;
  privacy::Requests& requests;
  instances::Agency& agency;
  inbox::SentMessages& sent;
  notify::Orders& orders;
};
[[nodiscard]] PageSet restriction_pages(const RestrictionUses& uses);

}  // namespace alting::portal
