// An addition under work, when other additions to the same notice were sent since it was begun. Used by this room only.
#pragma once
#include "forms/app.h"
#include "instances/draft.h"
#include "instances/submission.h"

namespace alting::instances {

// Moves what was changed in the draft onto what holds now.
void rebase_supplement(Draft& draft, const forms::App& app, const Matter& now);

}  // namespace alting::instances
