// What one does with rows of the inbox that were chosen together: of one party, or of all that one acts for. Each is
// decided by itself, as if it were alone, and the answer says which were not done, and why. A copy of them is one archive.
#pragma once
#include <string>
#include <string_view>

#include "portal/inbox_view.h"

namespace alting::portal {

namespace many_field {
inline constexpr std::string_view act = "gjor";           // the button: what is done
inline constexpr std::string_view confirmed = "bekreft";  // "ja": that it cannot be had back was read
inline constexpr std::string_view folder = "mappe";       // where one came from
// The one-time id of what is done to this row, in the page that asks.
[[nodiscard]] std::string once_of(std::string_view id);
}  // namespace many_field
// What Enter at a row's box presses.
inline constexpr std::string_view nothing_act = "nothing";

enum class ManyAct : std::uint8_t { archive, take_back, discard, remove, copy };
[[nodiscard]] std::string_view to_text(ManyAct act);

// The post of the chosen rows: a page that asks before what cannot be had back, an archive to save, or a page that says
// what was done.
[[nodiscard]] Response with_chosen(InboxView& view);

}  // namespace alting::portal
