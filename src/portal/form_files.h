// Files that come with a page of a form.
#pragma once
#include "portal/field_state.h"
#include "portal/form_pages.h"

namespace alting::portal {

// Attaches them. What is refused is told at its field, the first of each; the others are kept. The answer's status: 200
// when none is refused, 503 when one can be sent again in a moment, else 422.
[[nodiscard]] int take_files(FormView& view, const terms::Permit& permit, FieldState& state);

}  // namespace alting::portal
