// Messages of the outbox that name keys (topics.h). Used by this room only.
#pragma once
#include <vector>

#include "base/json.h"
#include "base/uuid.h"

namespace alting::instances {

// Payloads that name these keys, as many in each as it takes.
[[nodiscard]] std::vector<base::Json> key_messages(const std::vector<base::Uuid>& keys);
[[nodiscard]] std::vector<base::Uuid> keys_of_message(const base::Json& message);

}  // namespace alting::instances
