// How much of one thing may be held at once: in all, by one person, and by one network without a session. Whoever is
// over is told to come again; the others never notice.
#pragma once
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/metrics.h"
#include "web/asker.h"

namespace alting::web {

enum class Over : std::uint8_t { none, holder, all };

// Counts what was refused, by budget and by who was over it: alting_http_over_budget_total.
class OverBudget {
 public:
  OverBudget(base::Metrics& metrics, std::string_view budget);
  void count(Over over, const Asker& asker) const;

 private:
  base::Counter *person_, *network_, *all_;
};

class Budget {
 public:
  struct Limits {
    std::uint64_t all = 0, person = 0, network = 0;
  };
  Budget(Limits limits, base::Metrics& metrics, std::string_view name) : limits_(limits), over_(metrics, name) {}

  // What one request holds; gives it back when it goes.
  class Share {
   public:
    Share() = default;
    Share(Budget& budget, Asker asker) : budget_(&budget), asker_(std::move(asker)) {}
    Share(Share&& other) noexcept
        : budget_(std::exchange(other.budget_, nullptr)),
          asker_(std::move(other.asker_)),
          held_(std::exchange(other.held_, 0)) {}
    Share& operator=(Share&& other) noexcept;
    ~Share() { release(); }
    // False when that is more than may be held: then nothing more is.
    [[nodiscard]] bool grow(std::uint64_t by);
    void release();

   private:
    Budget* budget_ = nullptr;  // none: nothing is counted
    Asker asker_;
    std::uint64_t held_ = 0;
  };
  [[nodiscard]] Share share(const Asker& asker) { return {*this, asker}; }
  [[nodiscard]] std::uint64_t held() const;

 private:
  [[nodiscard]] Over take(const Asker& asker, std::uint64_t by);
  void give_back(const Asker& asker, std::uint64_t by);
  Limits limits_;
  OverBudget over_;
  mutable std::mutex mutex_;
  std::uint64_t held_ = 0;
  std::unordered_map<std::string, std::uint64_t> by_asker_;  // and by the network around it
};

}  // namespace alting::web
