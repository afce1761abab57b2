#include "main/page_sets.h"

#include "portal/access_pages.h"
#include "portal/activity_pages.h"
#include "portal/agency_pages.h"
#include "portal/form_pages.h"
#include "portal/inbox_pages.h"
#include "portal/matter_pages.h"
#include "portal/open_pages.h"
#include "portal/profile_pages.h"
#include "portal/reportee_pages.h"
#include "portal/service_pages.h"
#include "portal/verify_pages.h"

namespace alting::main {

std::vector<portal::PageSet> page_sets(Installation& from) {
  const auto refresh = [&from] { from.refresh_apps(); };
  return {
      portal::open_pages({.apps = *from.apps, .ledger = *from.ledger}),
      portal::reportee_pages({.apps = *from.apps}),
      portal::inbox_pages({.apps = *from.apps, .inbox = *from.inbox}),
      portal::service_pages(
          {.apps = *from.apps, .instances = *from.instances, .inbox = *from.inbox, .refresh_apps = refresh}),
      portal::form_pages({.apps = *from.apps, .instances = *from.instances, .refresh_apps = refresh}),
      portal::overview_pages({.apps = *from.apps, .instances = *from.instances, .refresh_apps = refresh}),
      portal::matter_pages({.apps = *from.apps, .instances = *from.instances, .ledger = *from.ledger}),
      portal::access_pages({.apps = *from.apps, .delegations = from.access->delegations()}),
      portal::activity_pages({.apps = *from.apps, .ledger = *from.ledger}),
      portal::profile_pages(),
      portal::verify_pages({.ledger = *from.ledger}),
      portal::agency_pages({.apps = *from.apps, .instances = *from.instances}),
  };
}

}  // namespace alting::main
