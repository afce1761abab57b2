// A lock for what is read a million times for each change: each reading thread has a slot of its own, so readers do not
// pass a cache line around, and a waiting writer is not starved. A change takes all slots.
#pragma once
#include <array>
#include <atomic>
#include <mutex>

namespace alting::parties {

class ReaderLock {
 public:
  template <class F>
  decltype(auto) read(F&& work) const {
    std::lock_guard hold(slots_[my_slot()].mutex);
    return std::forward<F>(work)();
  }
  template <class F>
  decltype(auto) change(F&& work) {
    std::lock_guard one(change_);
    const All hold(slots_);
    return std::forward<F>(work)();
  }

 private:
  struct alignas(64) Slot {
    std::mutex mutex;
  };
  using Slots = std::array<Slot, 32>;
  struct All {
    explicit All(Slots& all) : slots(all) {
      for (auto& slot : slots) slot.mutex.lock();
    }
    ~All() {
      for (auto& slot : slots) slot.mutex.unlock();
    }
    All(const All&) = delete;
    All& operator=(const All&) = delete;
    Slots& slots;
  };
  static std::size_t my_slot() {
    static std::atomic<std::size_t> next{0};
    thread_local const std::size_t slot = next.fetch_add(1, std::memory_order_relaxed) % std::tuple_size_v<Slots>;
    return slot;
  }
  mutable Slots slots_;
  std::mutex change_;
};

}  // namespace alting::parties
