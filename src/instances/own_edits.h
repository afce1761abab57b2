// Of what a page posted, what this person touched; and what somebody else has changed since the page was made. Used by
// this room only.
#pragma once
#include <vector>

#include "forms/posted.h"
#include "forms/reading.h"
#include "instances/draft.h"
#include "instances/fingerprints.h"

namespace alting::instances {

struct OwnEdits {
  forms::Posted posted;             // to be applied, named by the rows as they are numbered now
  std::vector<forms::Path> theirs;  // changed by somebody else
  std::vector<Conflict> conflicts;
};

// `reading` is of what is stored now, `seen` of what the page showed.
[[nodiscard]] OwnEdits own_edits(forms::Reading& reading, const forms::Posted& posted, const Seen& seen);

}  // namespace alting::instances
