// How much one caller may ask for: a bucket for each, filled again as time goes by. In the memory of each process, since
// it protects the process; what is dear for good has quotas in the database (store/quota.h).
#pragma once
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.h"

namespace alting::api {

class CallerLimits {
 public:
  // `per_minute` calls, which may all come at once after a quiet minute. `most`: callers that are remembered.
  explicit CallerLimits(std::int64_t per_minute, std::size_t most = 10'000) : per_minute_(per_minute), most_(most) {}
  // Takes one call. Nothing when it may be made; otherwise in how many seconds another may.
  [[nodiscard]] std::optional<std::int64_t> take(std::string_view caller, base::Instant at);

 private:
  // Calls are counted in units of time: one call is `each()` of it, and a full bucket holds a minute.
  struct Bucket {
    std::int64_t left = 0;  // microseconds
    base::Instant at;
  };
  [[nodiscard]] std::int64_t each() const { return minute / per_minute_; }
  void forget_full(base::Instant at);
  static constexpr std::int64_t minute = 60'000'000;
  const std::int64_t per_minute_;
  const std::size_t most_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace alting::api
