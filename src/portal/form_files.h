// Files that come with a page of a form.
#pragma once
#include "instances/attachments.h"
#include "portal/field_state.h"
#include "portal/view.h"

namespace alting::portal {

// Attaches those of the request. What is refused is told at its field, the first of each; the others are kept. The answer's status: 200
// when none is refused, 503 when one can be sent again in a moment, else 422.
[[nodiscard]] int take_files(const View& view, instances::Attachments& attachments, const terms::Permit& permit,
                             FieldState& state);
// Takes the one away that the pressed button names; nothing when none was.
[[nodiscard]] base::Status take_away_file(instances::Attachments& attachments, const terms::Permit& permit,
                                          std::string_view element);

}  // namespace alting::portal
