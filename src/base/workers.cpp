#include "base/workers.h"

#include "base/log.h"

namespace alting::base {

void Workers::add(std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  if (ended_) stopping_ = ended_ = false;
  if (!stopping_) threads_.emplace_back(std::move(work));
}

void Workers::repeat(std::string fault, Pause pause, std::function<Pause()> round) {
  add([this, fault = std::move(fault), pause, round = std::move(round)] {
    for (;;) {
      // As a function that answers: of a variable that is set before a try and again in it, GCC 12 takes the first value
      // for overwritten also when the call that was to set it threw.
      const auto next = [&] {
        try {
          return round();
        } catch (const std::exception& error) {
          log(LogLevel::error, fault, {{"error", std::string_view(error.what())}});
          return pause;
        }
      }();
      if (!wait(next)) return;
    }
  });
}

bool Workers::wait(Pause time) {
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, time, [&] { return stopping_.load(); });
}

void Workers::stop() {
  const std::lock_guard one(one_stop_);
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    ended_ = false;
    threads.swap(threads_);
  }
  wake_.notify_all();
  for (auto& thread : threads) thread.join();
  const std::lock_guard lock(mutex_);
  ended_ = true;
}

}  // namespace alting::base
