#include "login/issuer_turns.h"

namespace alting::login {

IssuerTurns::Held IssuerTurns::held_by(const std::string& name) const {
  const auto found = by_network_.find(name);
  return found == by_network_.end() ? Held{} : found->second;
}

std::optional<IssuerTurns::Turn> IssuerTurns::take(Use use, const std::string& network, const std::string& wide) {
  const std::scoped_lock lock(mutex_);
  if (all_ >= limits_.all || (use == Use::start && starts_ >= limits_.starts)) return std::nullopt;
  const auto is_full = [&](const Held& held, std::size_t most, std::size_t max_starts) {
    return held.all >= most || (use == Use::start && held.starts >= max_starts);
  };
  if (is_full(held_by("n" + network), limits_.network, limits_.network_starts)) return std::nullopt;
  if (wide != network && is_full(held_by("w" + wide), limits_.wide, limits_.wide_starts)) return std::nullopt;
  ++all_;
  if (use == Use::start) ++starts_;
  for (const std::string& name : {"n" + network, "w" + wide}) {
    auto& held = by_network_[name];
    ++held.all;
    if (use == Use::start) ++held.starts;
  }
  return std::optional<Turn>(std::in_place, *this, use, network, wide);
}

void IssuerTurns::give_back(const Turn& turn) {
  const std::scoped_lock lock(mutex_);
  --all_;
  if (turn.use_ == Use::start) --starts_;
  for (const std::string& name : {"n" + turn.network_, "w" + turn.wide_})
    if (const auto found = by_network_.find(name); found != by_network_.end()) {
      if (turn.use_ == Use::start) --found->second.starts;
      if (--found->second.all == 0) by_network_.erase(found);
    }
}

}  // namespace alting::login
