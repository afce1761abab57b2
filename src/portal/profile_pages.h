// What is known about me, from which register, and how to correct it; where I am logged in.
#pragma once
#include "portal/page_set.h"

namespace alting::portal {

[[nodiscard]] PageSet profile_pages();

}  // namespace alting::portal
