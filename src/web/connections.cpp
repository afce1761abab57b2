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

std::chrono::duration<double> Pace::behind(Steady::time_point now, std::uint64_t rate) const {
  const std::chrono::duration<double> taken = before_ + (since_ ? now - *since_ : Steady::duration(0));
  return taken - std::chrono::duration<double>(static_cast<double>(octets_) / static_cast<double>(rate));
}

void InOrder::enter(Watched& connection) {
  leave(connection);
  connection.waits_since = Steady::now();
  places_.emplace(&connection, in_order_.insert(in_order_.end(), &connection));
  size_ = places_.size();
}

void InOrder::leave(Watched& connection) {
  const auto found = places_.find(&connection);
  if (found == places_.end()) return;
  in_order_.erase(found->second);
  places_.erase(found);
  size_ = places_.size();
}

std::vector<Watched*> InOrder::first(std::size_t limit) const {
  std::vector<Watched*> found;
  for (Watched* connection : in_order_) {
    if (found.size() >= limit) break;
    if (!connection->timed_out && !connection->at_work) found.push_back(connection);
  }
  return found;
}

Watched* InOrder::longest() const {
  const auto found = first(1);
  return found.empty() ? nullptr : found.front();
}

void Transfers::enter(Watched& connection, bool of_person) {
  leave(connection);
  (of_person ? persons_ : strangers_).enter(connection);
}

void Transfers::leave(Watched& connection) {
  strangers_.leave(connection);
  persons_.leave(connection);
}

Watched* Transfers::slowest(Steady::time_point now, bool of_person) const {
  const auto first = (of_person ? persons_ : strangers_).first(looked_at);
  const auto slowest =
      std::ranges::max_element(first, {}, [&](const Watched* one) { return one->behind(now, fair_rate); });
  return slowest == first.end() ? nullptr : *slowest;
}

Watched* who_gives_way(const InOrder& awaiting, const Transfers& transfers, Steady::time_point now, GivesWay step) {
  constexpr auto just_come = std::chrono::seconds(2);
  if (step == GivesWay::person) return transfers.slowest(now, true);
  Watched* idle = awaiting.longest();
  const auto waited = idle == nullptr ? Steady::duration(0) : now - idle->waits_since;
  if (step == GivesWay::rested) return waited >= just_come ? idle : nullptr;
  Watched* stranger = transfers.slowest(now, false);
  const std::chrono::duration<double> behind =
      stranger == nullptr ? just_come : stranger->behind(now, Transfers::fair_rate);
  if (step == GivesWay::slow_stranger) return behind > just_come ? stranger : nullptr;
  if (idle == nullptr) return stranger;
  return stranger != nullptr && waited < just_come && behind > waited ? stranger : idle;
}

bool may_give_way(const InOrder& awaiting, const Transfers& transfers, GivesWay step) {
  switch (step) {
    case GivesWay::rested: return awaiting.size() != 0;
    case GivesWay::slow_stranger: return transfers.size(false) != 0;
    case GivesWay::idle_or_stranger: return awaiting.size() != 0 || transfers.size(false) != 0;
    case GivesWay::person: return transfers.size(true) != 0;
  }
  return true;
}

ConnectionCount::ConnectionCount(std::size_t max, std::size_t max_per_address, std::vector<std::string> free_peers)
    : max_(max), max_per_address_(max_per_address), free_peers_(std::move(free_peers)) {}

bool ConnectionCount::admit(const std::string& peer) {
  std::lock_guard lock(mutex_);
  if (count_ >= max_) return false;
  std::size_t& of_peer = by_address_[peer];
  if (!may_have_more(peer, of_peer)) return false;
  ++of_peer;
  ++count_;
  return true;
}

bool ConnectionCount::may_have_more(const std::string& peer, std::size_t has) const {
  return has < max_per_address_ || std::ranges::find(free_peers_, peer) != free_peers_.end();
}

bool ConnectionCount::is_over_its_own(const std::string& peer) const {
  std::lock_guard lock(mutex_);
  const auto found = by_address_.find(peer);
  return found != by_address_.end() && !may_have_more(peer, found->second);
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
  return count_ * 10 >= max_ * 8;
}

bool ConnectionCount::is_full() const {
  std::lock_guard lock(mutex_);
  return count_ * 10 >= max_ * 9;
}

bool ConnectionCount::wait_for_none(std::chrono::microseconds time) {
  std::unique_lock lock(mutex_);
  return none_.wait_for(lock, time, [this] { return count_ == 0; });
}

}  // namespace alting::web
