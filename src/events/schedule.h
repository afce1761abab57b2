// When what could not be delivered is tried again.
#pragma once
#include <algorithm>
#include <array>

#include "base/time.h"

namespace alting::events {

// After the first failure, the second, ...: as Altinn does it. When the last is over it is given up.
inline constexpr std::array retry_pauses{
    base::Duration::seconds(10), base::Duration::seconds(30), base::Duration::minutes(1), base::Duration::minutes(5),
    base::Duration::minutes(10), base::Duration::minutes(30), base::Duration::hours(1),   base::Duration::hours(3),
    base::Duration::hours(6),    base::Duration::hours(12),   base::Duration::hours(12),  base::Duration::hours(12)};
inline constexpr base::Duration longest_retry_pause = base::Duration::hours(12);

// An end point is asked so often whether it wants what it will be sent.
inline constexpr std::int64_t most_validations = 6;  // the pauses between them are the first of retry_pauses

// Of a lane whose end point failed so many times in a row: one event at a time tries whether it is back, and the others
// wait without being tried.
[[nodiscard]] constexpr base::Duration pause_of_lane(std::int64_t failures) {
  const auto doubled = std::int64_t{10} << std::clamp<std::int64_t>(failures - 1, 0, 5);
  return base::Duration::seconds(std::min<std::int64_t>(doubled, 300));
}
inline constexpr base::Duration longest_lane_pause =
    base::Duration::hours(1);  // as an end point asked for (Retry-After)

inline constexpr std::int64_t failures_until_told = 5;  // some minutes: then its owner is told
inline constexpr base::Duration failing_until_suspended = base::Duration::hours(46);  // as long as an event is tried

}  // namespace alting::events
