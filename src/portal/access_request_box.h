// What one can do who may not use a service for a business: who can give access to it, and "Be om tilgang", which asks
// for exactly that form, for that business. Where a request stands already, it says how it stands.
#pragma once
#include <optional>
#include <string_view>

#include "access/requests.h"
#include "portal/view.h"

namespace alting::portal {

// What lets one fill in and send: the one role that is asked for, where no form is known.
inline constexpr std::string_view role_to_send = "UTINN";

// In place of a start button (service page) or of a page that is refused: a box with a heading of level 2. It names the
// business, who can give access (by name only those with a role in Enhetsregisteret), and that the register may be
// outdated; then the button, or the state of what one has asked for. Without a form, as on the inbox, it asks for the
// role to fill in and send. Of a private person it says nothing but that one may not.
[[nodiscard]] Html access_request_box(View& view, const parties::Party& party, const std::optional<terms::AppId>& app);

// Of a request that is kept and not sent: to send it, and to delete it. `back`: where that leads, "": one's own requests.
[[nodiscard]] Html send_kept_request(View& view, const access::OwnRequest& kept, std::string_view back = {});
[[nodiscard]] Html delete_kept_request(View& view, const access::OwnRequest& kept, std::string_view back = {});

// For who came to a form of businesses as a private person, or misses the business in the list: its organisation number
// leads to a page with the box above. A form with one field.
[[nodiscard]] Html find_business_to_ask(View& view, const std::optional<terms::AppId>& app);

}  // namespace alting::portal
