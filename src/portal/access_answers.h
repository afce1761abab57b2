// Answering who asks for access: give exactly what was asked, refuse, block and unblock.
#pragma once
#include "portal/access_view.h"

namespace alting::portal {

// What one says yes to, before one does; and the other answers.
[[nodiscard]] Response request_page(AccessView& view);
[[nodiscard]] Response approve_request(AccessView& view);
[[nodiscard]] Response refuse_request(AccessView& view);
[[nodiscard]] Response block_asker(AccessView& view);
[[nodiscard]] Response unblock_asker(AccessView& view);

}  // namespace alting::portal
