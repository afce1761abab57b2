// Reading the table of instances: where one is, and under which key. Used by this room only, and never by the agency's
// functions, since drafts stand in it too.
#pragma once
#include <optional>

#include "base/uuid.h"
#include "instances/instance.h"
#include "store/database.h"

namespace alting::instances {

[[nodiscard]] std::optional<Location> find_location(store::Tx& tx, terms::PartyId party, const terms::InstanceId& id);
// The key that what is under work, and the caption, are sealed under.
[[nodiscard]] std::optional<base::Uuid> key_of_instance(store::Tx& tx, terms::PartyId party,
                                                        const terms::InstanceId& id);

}  // namespace alting::instances
