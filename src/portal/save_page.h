// What a page of a form posts: as a whole when a button was pressed, field by field while one writes.
#pragma once
#include "portal/form_pages.h"

namespace alting::portal {

// Saves the page, takes its files, and leads to where one goes from there, or shows it again with what is wrong.
[[nodiscard]] Response save_page(FormView& view);
// Saves what the script posts when a field was left: the answer replaces the boxes that look different now.
[[nodiscard]] Response autosave(FormView& view);

}  // namespace alting::portal
