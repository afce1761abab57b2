// How an agency's own systems and its suppliers' come in: their keys, which suppliers there are, what they are told of
// and where, what went where, and what does not reach them. Seen by the agency's staff, changed by those of them who
// manage the agency's access.
#pragma once
#include "events/subscriptions.h"
#include "forms/catalogue.h"
#include "login/clients.h"
#include "portal/page_set.h"

namespace alting::portal {

struct InterfaceUses {
  const forms::AppCatalogue& apps;
  events::Subscriptions& subscriptions;
  login::Clients& clients;
};
[[nodiscard]] PageSet interface_pages(const InterfaceUses& uses);

}  // namespace alting::portal
