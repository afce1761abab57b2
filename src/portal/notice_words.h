// Whether the recipient of a message was told of it, for who sent it: the channel, when, what the carrier said. No address.
#pragma once
#include "notify/orders.h"
#include "portal/view.h"

namespace alting::portal {

// In a cell of a table.
[[nodiscard]] Html notice_tag(const View& view, const notify::NoticeState& state);
// With the time and the carrier's words.
[[nodiscard]] Html notice_in_full(const View& view, const notify::NoticeState& state);

}  // namespace alting::portal
