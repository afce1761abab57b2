// What pages of an agency's staff answer in place of what is restricted (restricted_pages.cpp).
#pragma once
#include <string_view>

#include "portal/view.h"

namespace alting::portal {

// What that means, and the way to open it all the same. `open`: the page of that; other errors are told as they are.
[[nodiscard]] Response refuse_or_lead_on(View& view, const base::Error& error, std::string_view open);

}  // namespace alting::portal
