// What someone had typed on a page of a form when the session was over: shown again after the login, saved by nobody yet.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "portal/open_form.h"

namespace alting::portal {

struct Restored {
  // The page's own fingerprints of then: so that what others changed meanwhile is asked about when the page is posted.
  // "" when the answers could not be put back into their fields, and stand in the notice instead.
  std::string seen;
  std::vector<forms::Issue> issues;  // of what was typed
  Html notice;
};

// Puts it into the open form as saving would, and saves nothing. Nothing when nothing is kept for this person and page.
[[nodiscard]] std::optional<Restored> restore_kept(const View& view, OpenForm& form);

}  // namespace alting::portal
