// The inbox, of one party or of all that one acts for: under work, sent, received, archive, deleted; and what one does
// with many of its rows at once.
#pragma once
#include "portal/inbox_many.h"
#include "portal/page_set.h"

namespace alting::portal {

[[nodiscard]] PageSet inbox_pages(const InboxUses& uses);

}  // namespace alting::portal
