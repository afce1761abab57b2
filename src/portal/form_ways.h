// Where one can go from a page of a form: the bar with Neste, which stays in view, and what stands below it: back to
// where one came from, the pages that are not walked, the other ways through the form. All of it are buttons of the
// page's form, so that what is typed is saved first, without scripts too.
#pragma once
#include <string_view>

#include "portal/open_form.h"

namespace alting::portal {

// What Enter does, and the first button of the bar.
[[nodiscard]] ui::Button way_on(const View& view, OpenForm& form, std::string_view page);
// When it was saved, the deadline, and the way on and back.
[[nodiscard]] Html form_bar(const View& view, OpenForm& form, std::string_view page);
// What stands below it.
[[nodiscard]] Html more_ways(const View& view, OpenForm& form, std::string_view page);

}  // namespace alting::portal
