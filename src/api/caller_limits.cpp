#include "api/caller_limits.h"

#include <algorithm>

namespace alting::api {

std::optional<std::int64_t> CallerLimits::take(std::string_view caller, base::Instant at) {
  const std::scoped_lock lock(mutex_);
  if (buckets_.size() >= most_ && !buckets_.contains(std::string(caller))) forget_full(at);
  auto& bucket = buckets_.try_emplace(std::string(caller), Bucket{minute, at}).first->second;
  // Calls that overtook each other come a moment back, and a clock that was set back by more: neither gives anything.
  const auto since = (at - bucket.at).micros;
  bucket.left = std::min(minute, bucket.left + std::max<std::int64_t>(0, since));
  if (since > 0 || since < -minute) bucket.at = at;
  if (bucket.left >= each()) {
    bucket.left -= each();
    return std::nullopt;
  }
  constexpr std::int64_t second = 1'000'000;
  return std::max<std::int64_t>(1, (each() - bucket.left + second - 1) / second);
}

void CallerLimits::forget_full(base::Instant at) {
  // Who rested for a minute has a full bucket again, and is as unknown as before. When nobody did, all begin anew: a limit
  // that is too mild for a moment, and memory that does not grow.
  std::erase_if(buckets_, [&](const auto& one) { return one.second.left + (at - one.second.at).micros >= minute; });
  if (buckets_.size() >= most_) buckets_.clear();
}

}  // namespace alting::api
