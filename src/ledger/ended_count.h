// How many entries a rule would end, for the plan of what goes (privacy/retention.h): those in the activity log of their
// parties that were written down before the moment. Reads through the activity log: for who plans, and no request.
#pragma once
#include <cstdint>

#include "base/time.h"
#include "ledger/event_kind.h"
#include "store/database.h"

namespace alting::ledger {

[[nodiscard]] std::int64_t count_before(store::Tx& tx, Retention retention, base::Instant before);

}  // namespace alting::ledger
