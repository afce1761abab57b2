// What a restore may not lose here: what was restricted, and lifted, since the backup. The lines that say so are the room's
// that keeps them outside (privacy/outside_lines.h).
#pragma once
#include <cstdint>

#include "access/restrictions.h"

namespace alting::access {

// Two words about one restriction, in any order: of the days that were announced the latest counts, and what was lifted stays
// lifted.
void merge_restriction(Restriction& into, const Restriction& other);
// Puts it into the rows, or what it says into the row that is there. Answers how many rows changed.
std::int64_t put_restriction_back(store::Tx& tx, const Restriction& outside);

}  // namespace alting::access
