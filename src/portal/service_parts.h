// What a form's start page is made of: what counts most, how one begins, what to have ready, and why one may not begin.
#pragma once
#include <string_view>

#include "forms/app.h"
#include "portal/view.h"

namespace alting::portal {

// What is posted where one chooses between a new form and an addition to one that was sent.
namespace start_field {
inline constexpr std::string_view choice = "valg";       // the id of what is added to, or one of these:
inline constexpr std::string_view new_form = "ny";       // "ny:kort": this way
inline constexpr std::string_view addition = "tillegg";  // to what `earlier` says
inline constexpr std::string_view earlier = "tidligere";
inline constexpr std::string_view way = "vei";  // the code of the button that begins a new form
}  // namespace start_field

// A new form, or an addition to what was sent; as it was posted.
struct StartChoice {
  bool is_new = false;
  std::string way = {};      // "": the default one
  std::string adds_to = {};  // the id, as it was posted
};
[[nodiscard]] StartChoice read_start_choice(const Request& request);
// The value of a choice of a new form that goes this way.
[[nodiscard]] std::string new_form_by(std::string_view way);

// Its name, what counts most before one begins, and whom it is for.
[[nodiscard]] Html service_head(const View& view, const forms::App& app);
// One button that begins it, or one for each way through it; to stand in a form.
[[nodiscard]] Html start_buttons(const View& view, const forms::App& app);
// "Send det viktigste nå (om lag 5 minutter)".
[[nodiscard]] std::string way_label(const View& view, const forms::WayTexts& way);
// What one may want to know before starting, below what one came to do: what to have ready, how long it takes, who gets
// it, and how to reach the agency when the portal is down.
[[nodiscard]] Html facts_of_service(const View& view, const forms::App& app);
[[nodiscard]] bool is_for_persons(const forms::App& app);
// A form of businesses is not sent by a private person: who came here as one is led to the business, or to who can give
// access to it.
[[nodiscard]] Html for_a_business(View& view, const forms::App& app);

}  // namespace alting::portal
