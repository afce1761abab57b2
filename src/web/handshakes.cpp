#include "web/handshakes.h"

#include <algorithm>

namespace alting::web {
namespace {

std::string wide_name(const Handshakes::From& from) { return from.wide.empty() ? "" : "w" + from.wide; }

}  // namespace

// What has come back to it since it was last asked for is added; a network that is new has all.
Handshakes::Network& Handshakes::renewed(const std::string& name, std::size_t shares, Now now) {
  const auto burst = static_cast<double>(shares * limits_.network);
  Network& one = networks_.try_emplace(name, Network{{}, burst, now}).first->second;
  const double seconds = std::chrono::duration<double>(now - one.at).count();
  one.left = std::min(burst, one.left + std::max(0.0, seconds) * static_cast<double>(shares * limits_.per_second));
  one.at = std::max(one.at, now);
  return one;
}

// False when all places are taken, and by none that has stalled.
bool Handshakes::make_place(const InOrder& of, std::size_t max, Now now, Now::duration stalled) {
  if (of.size() < max) return true;
  if (of.empty()) return false;
  const Ref longest = of.begin()->second;
  if (now - longest->begun_at < stalled) return false;
  take_out_of_progress(longest);
  longest->gives_way();
  return true;
}

bool Handshakes::start(const Ref& one, Now now) {
  if (networks_.size() >= look_again_at_) forget_rested(now);
  Network& near = renewed(one->from.network, 1, now);
  Network* wide = one->from.wide.empty() ? nullptr : &renewed(wide_name(one->from), wide_share, now);
  if (near.left < 1 || (wide != nullptr && wide->left < 1)) return false;
  if (!make_place(near.begun, limits_.network, now, stalled_after)) return false;
  if (wide != nullptr && !make_place(wide->begun, wide_share * limits_.network, now, stalled_after)) return false;
  if (!make_place(in_progress_, limits_.all, now, Now::duration(0))) return false;
  one->stands = One::Stands::begun;
  one->number = ++next_number_;
  one->begun_at = now;
  in_progress_.emplace(one->number, one);
  for (Network* of : {&near, wide}) {
    if (of == nullptr) continue;
    of->left -= 1;
    of->begun.emplace(one->number, one);
  }
  return true;
}

void Handshakes::take_out_of_progress(const Ref& one) {
  one->stands = One::Stands::nowhere;
  in_progress_.erase(one->number);
  for (const std::string& name : {one->from.network, wide_name(one->from)})
    if (const auto found = networks_.find(name); found != networks_.end()) found->second.begun.erase(one->number);
}

void Handshakes::enter_row(const Ref& one) {
  one->stands = One::Stands::waiting;
  one->number = ++next_number_;
  Row& row = rows_[one->from.network];
  auto& of_address = row.waiting[one->from.address];
  if (of_address.empty()) row.turns.push_back(one->from.address);
  of_address.emplace(one->number, one);
}

// The row may be empty afterwards: it is the caller who forgets it.
void Handshakes::leave_row(const Ref& one) {
  one->stands = One::Stands::nowhere;
  const auto row = rows_.find(one->from.network);
  if (row == rows_.end()) return;
  const auto of_address = row->second.waiting.find(one->from.address);
  if (of_address == row->second.waiting.end()) return;
  of_address->second.erase(one->number);
  if (!of_address->second.empty()) return;
  row->second.waiting.erase(of_address);
  std::erase(row->second.turns, one->from.address);
}

bool Handshakes::begin(const Ref& one, Now now) {
  const std::lock_guard lock(mutex_);
  // Nobody passes those who wait already.
  if (!rows_.contains(one->from.network) && start(one, now)) return true;
  enter_row(one);
  return false;
}

bool Handshakes::has_turn(const Ref& one) const {
  const std::lock_guard lock(mutex_);
  return one->stands == One::Stands::begun;
}

void Handshakes::end(const Ref& one) {
  const std::lock_guard lock(mutex_);
  if (one->stands == One::Stands::begun) {
    take_out_of_progress(one);
  } else if (one->stands == One::Stands::waiting) {
    leave_row(one);
    if (const auto row = rows_.find(one->from.network); row != rows_.end() && row->second.waiting.empty())
      rows_.erase(row);
  }
}

void Handshakes::call_row(Row& row, Now now) {
  while (!row.turns.empty()) {
    const Ref first = row.waiting.at(row.turns.front()).begin()->second;
    if (first->is_gone()) {
      leave_row(first);
      first->called();
      continue;
    }
    // Asked before it leaves: who cannot begin keeps its place.
    const auto waited_as = first->number;
    if (!start(first, now)) return;
    auto& of_address = row.waiting.at(first->from.address);
    of_address.erase(waited_as);
    row.turns.pop_front();
    if (of_address.empty())
      row.waiting.erase(first->from.address);
    else
      row.turns.push_back(first->from.address);
    first->called();
  }
}

void Handshakes::call(Now now) {
  const std::lock_guard lock(mutex_);
  for (auto& [network, row] : rows_) call_row(row, now);
  std::erase_if(rows_, [](const auto& row) { return row.second.waiting.empty(); });
}

void Handshakes::call(const std::string& network, Now now) {
  const std::lock_guard lock(mutex_);
  const auto found = rows_.find(network);
  if (found == rows_.end()) return;
  call_row(found->second, now);
  if (found->second.waiting.empty()) rows_.erase(found);
}

std::size_t Handshakes::in_progress() const {
  const std::lock_guard lock(mutex_);
  return in_progress_.size();
}

std::size_t Handshakes::waiting() const {
  const std::lock_guard lock(mutex_);
  std::size_t count = 0;
  for (const auto& [network, row] : rows_)
    for (const auto& [address, those] : row.waiting) count += those.size();
  return count;
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
                [&](const auto& one) { return one.second.begun.empty() && now - one.second.at >= full_after; });
  look_again_at_ = std::max<std::size_t>(1'000, 2 * networks_.size());
}

}  // namespace alting::web
