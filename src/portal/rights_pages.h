// One's rights over one's data as acts: a copy, erasing, correcting at the source, and what somebody else must judge, with
// the state and the clock of each request (personvernforordningen art. 15 to 21). Of oneself, on top of the privacy statement and
// below it; of a business, for who manages its access.
#pragma once
#include "access/restrictions.h"
#include "forms/catalogue.h"
#include "inbox/inbox.h"
#include "notify/orders.h"
#include "portal/page_set.h"
#include "privacy/copies.h"
#include "privacy/disputes.h"
#include "privacy/erasure.h"
#include "privacy/requests.h"
#include "privacy/retention.h"
#include "store/catalogue.h"

namespace alting::portal {

// Datatilsynet's page on complaining to it (art. 77).
inline constexpr std::string_view complaint_address =
    "https://www.datatilsynet.no/om-datatilsynet/kontakt-oss/klage-til-datatilsynet";

struct RightsUses {
  const forms::AppCatalogue& apps;
  const store::Catalogue& catalogue;
  inbox::Inbox& inbox;
  access::Restrictions& restrictions;
  privacy::Retention& retention;
  privacy::Requests& requests;
  privacy::Disputes& disputes;
  privacy::Copies& copies;
  privacy::Erasures& erasures;
  notify::Orders& orders;  // what became of notices about restrictions
  // Days after which what was erased is in no backup any more, as the operator keeps them.
  int backup_days = 0;
};
[[nodiscard]] PageSet rights_pages(const RightsUses& uses);

// For the privacy statement: what who is logged in can do there, else the way to log in.
[[nodiscard]] Html rights_on_top(View& view, const RightsUses& uses);
// And what was ended by the rules, what becomes of backups, of the dead and of businesses that are gone: for everyone.
[[nodiscard]] Html rules_in_force(const View& view, const RightsUses& uses);

}  // namespace alting::portal
