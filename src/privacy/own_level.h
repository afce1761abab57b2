// How strong a login must be for what takes all that a party has at once: as strong as the strictest of the services it has
// forms or messages of asks for.
#pragma once
#include <vector>

#include "access/access.h"
#include "base/result.h"
#include "store/database.h"
#include "terms/actor.h"
#include "terms/ids.h"
#include "terms/permit.h"

namespace alting::privacy {

// The services that the party has forms or messages of.
[[nodiscard]] std::vector<terms::AppId> services_of_party(store::Database& database, terms::PartyId party);
// `level_too_low` (error.access.level, {level}) where the permit's actor could not open all of it.
[[nodiscard]] base::Status check_own_level(store::Database& database, access::Decider& decider,
                                           const terms::Permit& permit);

}  // namespace alting::privacy
