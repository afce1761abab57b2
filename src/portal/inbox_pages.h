// The inbox: under work, sent, archive; and what one does with many of its rows at once.
#pragma once
#include "portal/inbox_many.h"
#include "portal/page_set.h"

namespace alting::portal {

[[nodiscard]] PageSet inbox_pages(const InboxUses& uses);

}  // namespace alting::portal
