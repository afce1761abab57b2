#include "web/connections.h"

#include <algorithm>

namespace alting::web {
namespace {

constexpr auto rate_grace = std::chrono::seconds(10);
constexpr std::uint64_t lowest_rate = 1'000;  // octets a second

}  // namespace

bool Watched::too_slow(Steady::time_point now) const {
  if (!content_since || now < *content_since + rate_grace) return false;
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - *content_since).count();
  return content_octets < lowest_rate * static_cast<std::uint64_t>(seconds);
}

ConnectionCount::ConnectionCount(std::size_t most, std::size_t most_per_address, std::vector<std::string> free_peers)
    : most_(most), most_per_address_(most_per_address), free_peers_(std::move(free_peers)) {}

bool ConnectionCount::admit(const std::string& peer) {
  std::lock_guard lock(mutex_);
  if (count_ >= most_) return false;
  std::size_t& of_peer = by_address_[peer];
  if (of_peer >= most_per_address_ && std::ranges::find(free_peers_, peer) == free_peers_.end()) return false;
  ++of_peer;
  ++count_;
  return true;
}

void ConnectionCount::leave(const std::string& peer) {
  std::lock_guard lock(mutex_);
  if (auto found = by_address_.find(peer); found != by_address_.end() && --found->second == 0) by_address_.erase(found);
  if (--count_ == 0) none_.notify_all();
}

std::size_t ConnectionCount::count() const {
  std::lock_guard lock(mutex_);
  return count_;
}

bool ConnectionCount::wait_for_none(std::chrono::microseconds time) {
  std::unique_lock lock(mutex_);
  return none_.wait_for(lock, time, [this] { return count_ == 0; });
}

}  // namespace alting::web
