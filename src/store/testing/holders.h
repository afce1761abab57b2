// The holders of keys in tests: one party and one agency.
#pragma once
#include "store/vault.h"

namespace alting::store::testing {

inline const Holder party = "party:50001234", agency = "agency:dat";

}  // namespace alting::store::testing
