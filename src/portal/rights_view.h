// What the pages of one's rights share (rights_pages.h).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "portal/rights_pages.h"

namespace alting::portal {

using RightsView = ViewOf<RightsUses>;

// Of who looks: themselves, or a business whose access they manage.
[[nodiscard]] inline bool is_of_oneself(const View& view) { return view.party->id == view.actor().party; }
// When the person showed who they are, which a session that came by single sign-on may be long after; the beginning of time
// where the issuer does not say. Within privacy::fresh_login of it one may fetch everything, or erase it.
[[nodiscard]] base::Instant logged_in_at(const View& view);
[[nodiscard]] bool is_freshly_logged_in(const View& view);
[[nodiscard]] base::Result<terms::Permit> rights_permit(const View& view, terms::PartyId party);
// From the statement, of a business from its own page, to `here`.
[[nodiscard]] std::vector<ui::NavLink> rights_crumbs(const View& view, std::string_view here);
// "Datatilsynet" for "dat"; who runs the portal for "operator".
[[nodiscard]] std::string controller_name(const View& view, const forms::AppCatalogue& apps, std::string_view code);
[[nodiscard]] std::string day_in_words(const View& view, base::Instant at);
// How each page of a right ends: where Datatilsynet tells of the rights, how one complains, and whom to ask.
[[nodiscard]] Response show_right(View& view, const Page& page, const Html& content);

// rights_copies.cpp
[[nodiscard]] Response copies_page(RightsView& view);
[[nodiscard]] Response ask_copy(RightsView& view);
[[nodiscard]] Response fetch_copy(RightsView& view);
[[nodiscard]] Response delete_copy(RightsView& view);
// rights_erasure.cpp
[[nodiscard]] Response erase_page(RightsView& view);
[[nodiscard]] Response erase_everything(RightsView& view);
[[nodiscard]] Response certificate_file(RightsView& view);
// rights_correction.cpp
[[nodiscard]] Response correction_page(RightsView& view);
[[nodiscard]] Response mark_disputed(RightsView& view);
// rights_claims.cpp
[[nodiscard]] Response claim_page(RightsView& view);
[[nodiscard]] Response make_claim(RightsView& view);
[[nodiscard]] Response withdraw_claim(RightsView& view);
// What was asked for, with its clock, and what is restricted; "" of nothing. Of the party that `at` is.
[[nodiscard]] Html claims_section(View& view, const RightsUses& uses, const terms::Permit& permit,
                                  const PartyAddresses& at);

}  // namespace alting::portal
