// Threads that do something again and again until they are stopped: jobs, deliveries, what each process looks after.
//
//   workers.repeat("job.database", interval, [this] { run_due(); return until_next(); });
//   ...
//   workers.stop();
//
// A stop lets each finish what it has in hand, begins nothing more, and wakes whoever waits. What takes long asks
// stopping() on its way. What was stopped can be started again.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace alting::base {

class Workers {
 public:
  using Pause = std::chrono::milliseconds;

  Workers() = default;
  ~Workers() { stop(); }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // A thread more, which runs `work` once. It should end soon after wait() answers false, for a stop waits for it; it
  // must not throw. The first after a stop has ended starts anew; one while a stop is under way is none.
  void add(std::function<void()> work);
  // A thread more, which runs `round` at once, and then again after each pause that it answers. A std::exception from it
  // is logged as an error, under the name `fault`, and the next round comes after `pause`.
  void repeat(std::string fault, Pause pause, std::function<Pause()> round);
  // For the threads: waits so long, or until a stop. Whether to go on.
  [[nodiscard]] bool wait(Pause time);
  // From when a stop is asked for until a thread is added after it.
  [[nodiscard]] bool stopping() const { return stopping_; }
  // Returns when all threads have ended, also when another stops them already. Not from one of the threads.
  void stop();

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<bool> stopping_ = false;  // written with mutex_
  std::vector<std::thread> threads_;    // of mutex_; a stop takes them out
  bool ended_ = false;                  // of mutex_: a stop was, and nothing is left of before
  std::mutex one_stop_;                 // held by a stop, from first to last
};

}  // namespace alting::base
