#include "web/budget.h"

namespace alting::web {

OverBudget::OverBudget(base::Metrics& metrics, std::string_view budget) {
  const auto counter = [&](std::string_view by) {
    return &metrics.counter("alting_http_over_budget_total", "Refused: more than a share, or than there is in all.",
                            {{"budget", std::string(budget)}, {"holder", std::string(by)}});
  };
  person_ = counter("person");
  network_ = counter("network");
  all_ = counter("all");
}

void OverBudget::count(Over over, const Asker& asker) const {
  if (over == Over::none) return;
  (over == Over::all ? all_ : asker.person ? person_ : network_)->add();
}

Over Budget::take(const Asker& asker, std::uint64_t by) {
  Over over = Over::none;
  {
    const std::lock_guard lock(mutex_);
    const auto with = [&](const std::string& key) {
      const auto found = by_asker_.find(key);
      return (found == by_asker_.end() ? 0 : found->second) + by;
    };
    if (with(asker.key) > (asker.person ? limits_.person : limits_.network) ||
        (!asker.wide.empty() && with(asker.wide) > wide_share * limits_.network))
      over = Over::holder;
    else if (held_ + by > limits_.all)
      over = Over::all;
    else {
      by_asker_[asker.key] += by;
      if (!asker.wide.empty()) by_asker_[asker.wide] += by;
      held_ += by;
    }
  }
  over_.count(over, asker);
  return over;
}

void Budget::give_back(const Asker& asker, std::uint64_t by) {
  const std::lock_guard lock(mutex_);
  held_ -= by;
  for (const std::string& key : {asker.key, asker.wide}) {
    const auto found = by_asker_.find(key);
    if (found == by_asker_.end()) continue;
    found->second -= by;
    if (found->second == 0) by_asker_.erase(found);
  }
}

std::uint64_t Budget::held() const {
  const std::lock_guard lock(mutex_);
  return held_;
}

Budget::Share& Budget::Share::operator=(Share&& other) noexcept {
  if (this == &other) return *this;
  release();
  budget_ = std::exchange(other.budget_, nullptr);
  asker_ = std::move(other.asker_);
  held_ = std::exchange(other.held_, 0);
  return *this;
}

bool Budget::Share::grow(std::uint64_t by) {
  if (budget_ == nullptr || by == 0) return true;
  if (budget_->take(asker_, by) != Over::none) return false;
  held_ += by;
  return true;
}

void Budget::Share::release() {
  if (budget_ != nullptr && held_ > 0) budget_->give_back(asker_, std::exchange(held_, 0));
}

}  // namespace alting::web
