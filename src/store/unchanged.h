// Work whose log entry is made of what was read before: the entry is prepared outside the writing transaction
// (ledger.h), which compares again and does nothing when a row has changed since. Then it is read anew, but not without
// end: whoever touches the rows all the time must not hold a worker of ours.
#pragma once

namespace alting::store {

inline constexpr int max_readings = 10;

// `work` reads, prepares, writes, and answers whether that stands: false when what it read had changed. False when it
// had changed each time; then nothing was done.
template <class Work>
[[nodiscard]] bool until_unchanged(Work&& work) {
  for (int reading = 0; reading < max_readings; ++reading)
    if (work()) return true;
  return false;
}

}  // namespace alting::store
