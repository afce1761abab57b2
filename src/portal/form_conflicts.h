// Two who write in one field: what one typed stays in it, what the other has saved is shown below, and one chooses.
// It works by posting the page, so that scripts are not needed; until the choice is made, each post meets it again.
#pragma once
#include "portal/form_work.h"

namespace alting::portal {

// What a page posted of the form itself, after the choice a button made ("keep-mine:PATH", "keep-stored:PATH").
struct Posted {
  std::vector<std::pair<std::string, std::string>> fields;
  std::map<std::string, std::string> seen;
  std::string chosen;  // the path that was chosen for; "" when none was
};
[[nodiscard]] Posted read_posted(const Request& request);

// Puts the conflicts into the fields of `page`, and answers with what has no field there any more. `before`: the draft
// as it was when the post came.
[[nodiscard]] Html tell_conflicts(const View& view, const Work& now, const instances::Draft& before,
                                  const forms::PageView& page,
                                  const std::vector<instances::SaveOutcome::Conflict>& conflicts, FieldState& state);

// Below the field: what is saved, and the two buttons.
[[nodiscard]] Html conflict_choice(const View& view, const std::string& path, const OpenConflict& conflict);

}  // namespace alting::portal
