// Reading the table of attachments. Used by this room only.
#pragma once
#include <vector>

#include "instances/instance.h"
#include "store/database.h"

namespace alting::instances {

// Of one instance, in the order they came.
[[nodiscard]] std::vector<Attachment> attachments_of(store::Tx& tx, terms::PartyId party, const terms::InstanceId& id);
[[nodiscard]] std::vector<base::Uuid> keys_of(const std::vector<Attachment>& attachments);

}  // namespace alting::instances
