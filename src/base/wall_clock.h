// Which moments a clock on a wall in Oslo shows a time at. When summer time begins an hour is skipped, and when it ends
// one comes twice: who reads a typed time asks which is meant, and decides nothing.
#pragma once
#include <vector>

#include "base/time.h"

namespace alting::base {

// One moment nearly always; none for a time that is skipped or cannot be; two, the earlier (summer time) first, for one
// that comes twice.
[[nodiscard]] std::vector<Instant> moments_in_oslo(int year, int month, int day, int hour, int minute, int second = 0);

}  // namespace alting::base
