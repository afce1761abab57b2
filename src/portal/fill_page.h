// A page of a form as it is shown: its fields, its buttons, and what stands around them.
#pragma once
#include "portal/field_state.h"
#include "portal/form_kept.h"
#include "portal/form_pages.h"

namespace alting::portal {

[[nodiscard]] Response show_page(FormView& view);
// Again after a post, with what is to be said of it.
[[nodiscard]] Response show_again(FormView& view, OpenForm& form, const std::string& page, const FieldState& state,
                                  const Html& notices, int status);

// Until when faults are told: what is missing only to who came from the overview.
[[nodiscard]] forms::When told_when(const View& view);
// Empty answers stop nobody, but one is told before one goes on.
[[nodiscard]] Html missing_words(const View& view, OpenForm& form, const forms::PageView& page);

}  // namespace alting::portal
