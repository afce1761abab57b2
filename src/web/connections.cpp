#include "web/connections.h"

#include <algorithm>

namespace alting::web {

void Pace::pause(Steady::time_point now) {
  if (since_) before_ += now - *since_;
  since_.reset();
}

bool Pace::too_slow(Steady::time_point now, Steady::duration grace, std::uint64_t least) const {
  if (!since_) return false;
  const auto taken = before_ + (now - *since_);
  if (taken < grace) return false;
  const auto seconds = std::chrono::duration<double>(taken).count();
  return static_cast<double>(octets_) < static_cast<double>(least) * seconds;
}

void Awaiting::enter(Watched& connection) {
  leave(connection);
  places_.emplace(&connection, in_order_.insert(in_order_.end(), &connection));
}

void Awaiting::leave(Watched& connection) {
  const auto found = places_.find(&connection);
  if (found == places_.end()) return;
  in_order_.erase(found->second);
  places_.erase(found);
}

Watched* Awaiting::longest() const {
  for (Watched* connection : in_order_)
    if (!connection->timed_out) return connection;
  return nullptr;
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

bool ConnectionCount::is_crowded() const {
  std::lock_guard lock(mutex_);
  return count_ * 10 >= most_ * 8;
}

bool ConnectionCount::wait_for_none(std::chrono::microseconds time) {
  std::unique_lock lock(mutex_);
  return none_.wait_for(lock, time, [this] { return count_ == 0; });
}

}  // namespace alting::web
