// What the pages of an agency's duties about rights share (restriction_pages.h).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "portal/restriction_pages.h"

namespace alting::portal {

using RestrictionView = ViewOf<RestrictionUses>;

struct RestrictionStaff {
  std::string org, agency_name;
  terms::Scope scope;
  [[nodiscard]] AgencyClaimAddresses addresses() const { return AgencyClaimAddresses(org); }
};
// Errors: the Decider's, for who is not of the staff.
[[nodiscard]] base::Result<RestrictionStaff> restriction_staff(const RestrictionView& view);
// The same for what is of all of the agency's services: a login that opens them all.
[[nodiscard]] base::Result<RestrictionStaff> claims_staff(const RestrictionView& view);

[[nodiscard]] std::string claim_day(const View& view, base::Instant at);
// What a request or a restriction is about, with a way to it: all of the party's ("" as `item`), one form or one message.
[[nodiscard]] Html item_of_claim(const RestrictionView& view, const RestrictionStaff& staff,
                                 const terms::PartyUuid& party, std::string_view item);
// From the agency's queue to the page of all requests; `here`: of one, "" for that page itself.
[[nodiscard]] std::vector<ui::NavLink> claim_crumbs(const View& view, const RestrictionStaff& staff,
                                                    std::string_view here);

// restriction_answers.cpp
[[nodiscard]] Response agency_claim_page(RestrictionView& view);
[[nodiscard]] Response answer_agency_claim(RestrictionView& view);
// restricted_pages.cpp
[[nodiscard]] Response open_restricted_page(RestrictionView& view);
[[nodiscard]] Response open_restricted(RestrictionView& view);
[[nodiscard]] Response open_restricted_message_page(RestrictionView& view);
[[nodiscard]] Response open_restricted_message(RestrictionView& view);

}  // namespace alting::portal
