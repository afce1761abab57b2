// What the test issuer remembers for a while: each entry has an end, and there is a limit to how many there are.
#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"

namespace alting::login::test_issuer {

template <class T>
class TimedMap {
 public:
  explicit TimedMap(std::size_t limit = 10'000) : limit_(limit) {}

  // False when the key is there already, or the map is full of living entries.
  bool add(std::string key, T value, base::Instant now, base::Instant end) {
    const std::scoped_lock lock(mutex_);
    if (entries_.size() >= limit_)
      std::erase_if(entries_, [&](const auto& entry) { return entry.second.second <= now; });
    if (entries_.size() >= limit_) return false;
    const auto found = entries_.find(key);
    if (found != entries_.end() && found->second.second > now) return false;
    entries_.insert_or_assign(std::move(key), std::pair(std::move(value), end));
    return true;
  }
  [[nodiscard]] std::optional<T> find(std::string_view key, base::Instant now) {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end() || found->second.second <= now) return std::nullopt;
    return found->second.first;
  }
  // Finds and forgets: of two that ask at the same time, one gets it.
  [[nodiscard]] std::optional<T> take(std::string_view key, base::Instant now) {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end()) return std::nullopt;
    auto entry = std::move(found->second);
    entries_.erase(found);
    if (entry.second <= now) return std::nullopt;
    return std::move(entry.first);
  }
  // Changes a living entry in place; false when there is none.
  template <class F>
  bool change(std::string_view key, base::Instant now, F&& change) {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end() || found->second.second <= now) return false;
    change(found->second.first);
    return true;
  }

 private:
  std::mutex mutex_;
  std::size_t limit_;
  std::map<std::string, std::pair<T, base::Instant>, std::less<>> entries_;
};

}  // namespace alting::login::test_issuer
