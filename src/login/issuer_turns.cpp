#include "login/issuer_turns.h"

namespace alting::login {

std::size_t IssuerTurns::held_by(const std::string& name) const {
  const auto found = by_network_.find(name);
  return found == by_network_.end() ? 0 : found->second;
}

std::optional<IssuerTurns::Turn> IssuerTurns::take(Use use, const std::string& network, const std::string& wide) {
  const std::scoped_lock lock(mutex_);
  if (all_ >= limits_.all || (use == Use::start && starts_ >= limits_.starts)) return std::nullopt;
  if (held_by("n" + network) >= limits_.network) return std::nullopt;
  if (wide != network && held_by("w" + wide) >= limits_.wide) return std::nullopt;
  ++all_;
  if (use == Use::start) ++starts_;
  ++by_network_["n" + network];
  ++by_network_["w" + wide];
  return std::optional<Turn>(std::in_place, *this, use, network, wide);
}

void IssuerTurns::give_back(const Turn& turn) {
  const std::scoped_lock lock(mutex_);
  --all_;
  if (turn.use_ == Use::start) --starts_;
  for (const std::string& name : {"n" + turn.network_, "w" + turn.wide_})
    if (const auto found = by_network_.find(name); found != by_network_.end() && --found->second == 0)
      by_network_.erase(found);
}

}  // namespace alting::login
