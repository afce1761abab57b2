#include "web/handshakes.h"

#include <algorithm>

namespace alting::web {

// What has come back to it since it was last asked for is added; a network that is new has all.
Handshakes::Network& Handshakes::renewed(const std::string& name, std::size_t shares, Now now) {
  const auto burst = static_cast<double>(shares * limits_.network);
  Network& one = networks_.try_emplace(name, Network{0, burst, now}).first->second;
  const double seconds = std::chrono::duration<double>(now - one.at).count();
  one.left = std::min(burst, one.left + seconds * static_cast<double>(shares * limits_.per_second));
  one.at = now;
  return one;
}

Over Handshakes::begin(const From& from, Now now) {
  const std::lock_guard lock(mutex_);
  if (networks_.size() >= look_again_at_) forget_rested(now);
  Network& near = renewed(from.network, 1, now);
  Network* wide = from.wide.empty() ? nullptr : &renewed("w" + from.wide, wide_share, now);
  if (near.in_progress >= limits_.network || near.left < 1) return Over::holder;
  if (wide != nullptr && (wide->in_progress >= wide_share * limits_.network || wide->left < 1)) return Over::holder;
  if (in_progress_ >= limits_.all) return Over::all;
  for (Network* one : {&near, wide}) {
    if (one == nullptr) continue;
    one->left -= 1;
    ++one->in_progress;
  }
  ++in_progress_;
  return Over::none;
}

void Handshakes::end(const From& from) {
  const std::lock_guard lock(mutex_);
  --in_progress_;
  for (const std::string& name : {from.network, "w" + from.wide})
    if (const auto found = networks_.find(name); found != networks_.end()) --found->second.in_progress;
}

std::size_t Handshakes::in_progress() const {
  const std::lock_guard lock(mutex_);
  return in_progress_;
}

std::size_t Handshakes::networks() const {
  const std::lock_guard lock(mutex_);
  return networks_.size();
}

// Those that have all their burst again are as good as new.
void Handshakes::forget_rested(Now now) {
  const auto full_after = std::chrono::duration<double>(
      static_cast<double>(limits_.network) / static_cast<double>(std::max<std::size_t>(1, limits_.per_second)));
  std::erase_if(networks_,
                [&](const auto& one) { return one.second.in_progress == 0 && now - one.second.at >= full_after; });
  look_again_at_ = std::max<std::size_t>(1'000, 2 * networks_.size());
}

void HandshakeRows::enter(Watched& connection, const Handshakes::From& from) {
  rows_.try_emplace(from.network, Row{from, {}}).first->second.waiting.enter(connection);
}

void HandshakeRows::leave(Watched& connection, const Handshakes::From& from) {
  const auto found = rows_.find(from.network);
  if (found == rows_.end()) return;
  found->second.waiting.leave(connection);
  if (found->second.waiting.empty()) rows_.erase(found);
}

void HandshakeRows::call(Row& row, const std::function<bool(const Handshakes::From&)>& begin) {
  for (Watched* first = row.waiting.longest(); first != nullptr; first = row.waiting.longest()) {
    if (!begin(row.from)) return;
    row.waiting.leave(*first);
    first->called = true;
    first->cancel();
  }
}

void HandshakeRows::call(const std::function<bool(const Handshakes::From&)>& begin) {
  for (auto& [network, row] : rows_) call(row, begin);
  std::erase_if(rows_, [](const auto& one) { return one.second.waiting.empty(); });
}

void HandshakeRows::call(const std::string& network, const std::function<bool(const Handshakes::From&)>& begin) {
  const auto found = rows_.find(network);
  if (found == rows_.end()) return;
  call(found->second, begin);
  if (found->second.waiting.empty()) rows_.erase(found);
}

}  // namespace alting::web
