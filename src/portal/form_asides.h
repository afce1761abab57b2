// What stands around a form's pages and its overview: the steps, the clock, when it was saved and by whom.
#pragma once
#include <string>
#include <string_view>

#include "portal/open_form.h"

namespace alting::portal {

[[nodiscard]] std::string saved_words(const View& view, const instances::Draft& draft);
// The clock of a notice not sent yet; an addition's is over, its notice was judged when it came.
[[nodiscard]] Html deadline_box(const View& view, OpenForm& form);
// The same in one line, for where one writes: of several the one that comes first.
[[nodiscard]] Html deadline_in_line(const View& view, OpenForm& form);
// Beside the page. `current`: the page where one is, or "" on the overview.
[[nodiscard]] Html steps(const View& view, OpenForm& form, std::string_view current);
// Above it, where there is no room beside: "Side 4 av 15", which opens the list.
[[nodiscard]] Html steps_menu(const View& view, OpenForm& form, std::string_view current);

}  // namespace alting::portal
