// What a hold keeps from the hands of those whose it is: a form or a message that a legal claim or an open matter needs.
// Made for the rooms that delete (instances/kept_deleted.h).
#pragma once
#include <optional>
#include <string_view>

#include "base/time.h"
#include "store/database.h"
#include "terms/ids.h"

namespace alting::privacy {

// Until when this one of the party's is held: by a hold on the party or on the item, whichever rule of forms and messages it
// names, or on everything. One of a rule alone stops what that rule ends by age, and nobody's own deleting. Nothing: none holds it.
[[nodiscard]] std::optional<base::Instant> held_item(store::Tx& tx, base::Instant now, terms::PartyId party,
                                                     std::string_view item);

}  // namespace alting::privacy
