// What the roles open and where they come from, for everyone: what a refusal and an agency's own pages lead to.
#pragma once
#include "portal/page_set.h"

namespace alting::portal {

[[nodiscard]] PageSet role_pages();

}  // namespace alting::portal
