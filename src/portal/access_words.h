// Roles, single forms and requests for access, in words.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/requests.h"
#include "forms/catalogue.h"
#include "portal/view.h"

namespace alting::portal {

// What is given or asked for: a role, or else the right to one form.
[[nodiscard]] std::string access_in_words(const View& view, const forms::AppCatalogue& apps,
                                          const std::optional<std::string>& role,
                                          const std::optional<terms::AppId>& form);
// What that opens, in a line; "" when nothing is known of it.
[[nodiscard]] std::string opens_in_words(const View& view, const std::optional<std::string>& role);
// What the receiver sees with it, and may delete, a line each, by the rules that decide: the forms, the activity log, what
// others opened.
[[nodiscard]] std::vector<std::string> sees_in_words(const View& view, const std::optional<std::string>& role,
                                                     const std::optional<terms::AppId>& form);
// All that a form alone opens, in a sentence or two: it is given with one click.
[[nodiscard]] std::string form_opens_in_words(const View& view, const terms::AppId& form);
// The text with this id; on one's own page as a private person the one that says "du", "<id>.person".
[[nodiscard]] std::string said_of_party(const View& view, std::string_view id, const base::Texts::Params& params = {});
// "til og med 31. desember 2026", or that it holds until it is taken back.
[[nodiscard]] std::string until_in_words(const View& view, const std::optional<std::string>& until);
// How a request stands, as a tag; and why, beside it.
[[nodiscard]] Html request_state(const View& view, access::RequestState state, std::string_view reason);
// "Kari Nordmann, født 1991".
[[nodiscard]] std::string with_birth_year(const View& view, std::string_view name, std::string_view year);

}  // namespace alting::portal
