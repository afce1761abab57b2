// Which agencies have got something of a party: what was sent to them, and what they sent (personvernforordningen art. 19).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "store/database.h"
#include "terms/ids.h"

namespace alting::inbox {

// `item`: the id of a form or of a message; "": of anything. In the order of their codes.
[[nodiscard]] std::vector<std::string> agencies_with_data(store::Tx& tx, terms::PartyId party, std::string_view item);

}  // namespace alting::inbox
