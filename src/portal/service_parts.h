// What a form's start page is made of: what one should know, and why one may not begin it here.
#pragma once
#include <string_view>

#include "forms/app.h"
#include "portal/view.h"

namespace alting::portal {

// What is posted where one chooses between a new form and an addition to one that was sent.
namespace start_field {
inline constexpr std::string_view choice = "valg";  // the id of what is added to, or one of these:
inline constexpr std::string_view new_form = "ny";
inline constexpr std::string_view addition = "tillegg";  // to what `earlier` says
inline constexpr std::string_view earlier = "tidligere";
}  // namespace start_field

// Its name, whom it is for, and what to have ready.
[[nodiscard]] Html about_service(const View& view, const forms::App& app);
// What one may want to know before starting, below what one came to do.
[[nodiscard]] Html facts_of_service(const View& view, const forms::App& app);
// Why one may not, and who can give it.
[[nodiscard]] Html not_allowed(const View& view, const forms::App& app);
[[nodiscard]] bool is_for_persons(const forms::App& app);
// A form of businesses is not sent by a private person: who came here as one is led to the business, or to who can give
// access to it.
[[nodiscard]] Html for_a_business(const View& view, const forms::App& app);

}  // namespace alting::portal
