// For the pages that one sees right after the login: that mail to one's address came back.
#pragma once
#include "parties/contact_points.h"
#include "portal/view.h"

namespace alting::portal {

// Nothing where all is well.
[[nodiscard]] Html bounce_banner(const View& view, parties::ContactPoints& contacts);

}  // namespace alting::portal
