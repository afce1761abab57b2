// How many uploads of one person are under way at once in this process. A limit of fairness: nothing that is stored
// depends on it, so that several processes need not agree.
#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "terms/ids.h"

namespace alting::instances {

class UploadSlots {
 public:
  class Slot {
   public:
    Slot(UploadSlots& of, terms::PartyId person) : of_(&of), person_(person) {}
    Slot(Slot&& other) noexcept : of_(std::exchange(other.of_, nullptr)), person_(other.person_) {}
    Slot& operator=(Slot&&) = delete;
    ~Slot() {
      if (of_) of_->give_back(person_);
    }

   private:
    UploadSlots* of_;
    terms::PartyId person_;
  };

  explicit UploadSlots(int each) : each_(each) {}
  // Nothing when the person has as many under way as one may.
  [[nodiscard]] std::optional<Slot> take(terms::PartyId person) {
    const std::lock_guard lock(mutex_);
    int& taken = taken_[person];
    if (taken >= each_) return std::nullopt;
    ++taken;
    return Slot(*this, person);
  }

 private:
  void give_back(terms::PartyId person) {
    const std::lock_guard lock(mutex_);
    if (--taken_[person] == 0) taken_.erase(person);
  }
  const int each_;
  std::mutex mutex_;
  std::map<terms::PartyId, int> taken_;
};

}  // namespace alting::instances
