// Which commits have begun and not ended, so that one can wait for those that began before a moment.
//
// On PostgreSQL many commits run at once, each on its caller's thread. An erasure takes keys out of use and then erases
// them; a commit that had sealed an entry under such a key just before must be seen first, or its entry would be lost.
#pragma once
#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace alting::ledger {

class CommitsUnderWay {
 public:
  // For the calling thread, which has at most one commit at a time.
  void begin() {
    const std::lock_guard lock(mutex_);
    under_way_[std::this_thread::get_id()] = ++last_;
  }
  void end() {
    {
      const std::lock_guard lock(mutex_);
      under_way_.erase(std::this_thread::get_id());
    }
    ended_.notify_all();
  }
  // Until all that began before this call have ended; those that begin later are not waited for.
  void await_those_begun() {
    std::unique_lock lock(mutex_);
    const auto until = last_;
    ended_.wait(lock, [&] {
      return std::none_of(under_way_.begin(), under_way_.end(), [&](const auto& one) { return one.second <= until; });
    });
  }

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  std::uint64_t last_ = 0;
  std::unordered_map<std::thread::id, std::uint64_t> under_way_;
};

}  // namespace alting::ledger
