// Who may act for us, and for whom may I act: give and take, asking and answering.
#pragma once
#include "portal/access_view.h"

namespace alting::portal {

[[nodiscard]] PageSet access_pages(const AccessUses& uses);

}  // namespace alting::portal
