// How wrong a clock may be before a time that it wrote is no longer believed.
#pragma once
#include "base/time.h"

namespace alting::store {

// What is written for so much after the longest time from now that anybody writes (a lease, a job's period, a pause)
// comes of a clock that was wrong, and counts as past. The clocks of processes on one database differ by less.
inline constexpr base::Duration clock_error = base::Duration::minutes(10);

}  // namespace alting::store
