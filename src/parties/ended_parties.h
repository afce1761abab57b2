// Ending what is known of a party once nothing names it any more (the rule parties.known). Who finds that out looks at the
// tables of all rooms (privacy/unnamed_parties.h); the rows are this room's.
#pragma once
#include "base/time.h"
#include "store/database.h"
#include "terms/ids.h"

namespace alting::parties {

// Deletes the party, its numbers, what Folkeregisteret said of it and its user number. False, and nothing is deleted, when
// it was made, or the register was asked about it, at that moment or later: somebody is coming back.
[[nodiscard]] bool end_party(store::Tx& tx, terms::PartyId party, base::Instant before);

}  // namespace alting::parties
