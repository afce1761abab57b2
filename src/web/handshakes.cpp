#include "web/handshakes.h"

#include <algorithm>

namespace alting::web {

bool Handshakes::begin(const std::string& network, Now now) {
  const std::lock_guard lock(mutex_);
  if (in_progress_ >= limits_.all) return false;
  if (networks_.size() >= look_again_at_) forget_rested(now);
  const auto burst = static_cast<double>(limits_.burst);
  Network& one = networks_.try_emplace(network, Network{0, burst, now}).first->second;
  const double seconds = std::chrono::duration<double>(now - one.at).count();
  one.left = std::min(burst, one.left + seconds * static_cast<double>(limits_.per_second));
  one.at = now;
  if (one.in_progress >= limits_.network || one.left < 1) return false;
  one.left -= 1;
  ++one.in_progress;
  ++in_progress_;
  return true;
}

void Handshakes::end(const std::string& network) {
  const std::lock_guard lock(mutex_);
  --in_progress_;
  if (const auto found = networks_.find(network); found != networks_.end()) --found->second.in_progress;
}

std::size_t Handshakes::networks() const {
  const std::lock_guard lock(mutex_);
  return networks_.size();
}

// Those that have all their burst again are as good as new.
void Handshakes::forget_rested(Now now) {
  const auto full_after = std::chrono::duration<double>(
      static_cast<double>(limits_.burst) / static_cast<double>(std::max<std::size_t>(1, limits_.per_second)));
  std::erase_if(networks_,
                [&](const auto& one) { return one.second.in_progress == 0 && now - one.second.at >= full_after; });
  look_again_at_ = std::max<std::size_t>(1'000, 2 * networks_.size());
}

}  // namespace alting::web
