// What stands beside a form's pages and its overview: the steps, the clock, when it was saved and by whom.
#pragma once
#include <string>
#include <string_view>

#include "portal/open_form.h"

namespace alting::portal {

[[nodiscard]] std::string saved_words(const View& view, const instances::Draft& draft);
// The clock of a notice not sent yet; an addition's is over, its notice was judged when it came.
[[nodiscard]] Html deadline_box(const View& view, OpenForm& form);
// `current`: the page where one is, or "" on the overview.
[[nodiscard]] Html steps(const View& view, OpenForm& form, std::string_view current);

}  // namespace alting::portal
