// Two who write in one field: what one typed stays in it, what the other has saved is shown below, and one chooses.
// It works by posting the page, so that scripts are not needed; until the choice is made, each post meets it again.
#pragma once
#include <string>
#include <vector>

#include "portal/field_state.h"
#include "portal/open_form.h"
#include "portal/page_post.h"

namespace alting::portal {

// Puts the conflicts into the fields of `page`, and answers with what has no field there any more. `before`: the draft
// as it was when the post came.
[[nodiscard]] Html tell_conflicts(const View& view, const OpenForm& form, const PagePost& post,
                                  const instances::Draft& before, const forms::PageView& page,
                                  const std::vector<instances::Conflict>& conflicts, FieldState& state);

// Below the field: what is saved, and the two buttons.
[[nodiscard]] Html conflict_choice(const View& view, const std::string& path, const OpenConflict& conflict);

}  // namespace alting::portal
