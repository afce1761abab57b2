// What pages of an agency's staff answer in place of what is restricted, and what stands over it where it is read all the
// same (restricted_pages.cpp).
#pragma once
#include <string_view>

#include "portal/view.h"

namespace alting::access {
class Restrictions;
}
namespace alting::forms {
class AppCatalogue;
}

namespace alting::portal {

// What that means, and the way to open it all the same. `open`: the page of that; other errors are told as they are.
[[nodiscard]] Response refuse_or_lead_on(View& view, const base::Error& error, std::string_view open);
// To the employee who opened this form or message of the party: on which ground, until when. Nothing where it is free.
[[nodiscard]] Html opened_note(const View& view, access::Restrictions* restrictions, std::string_view org,
                               terms::PartyId party, std::string_view item);
// To the party whose address this is, and its people: that the agency, or who runs the portal, may not use this form (with
// its additions) or message, since when, why, and when that ends. Nothing where it may.
[[nodiscard]] Html restricted_note(const View& view, const forms::AppCatalogue& apps,
                                   access::Restrictions* restrictions, std::string_view org, std::string_view item);

}  // namespace alting::portal
