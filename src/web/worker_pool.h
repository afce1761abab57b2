// Threads that run handlers. The queue is bounded: what does not fit is refused at once, so that a burst makes quick
// 503s and not a long wait.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace alting::web {

class WorkerPool {
 public:
  WorkerPool(unsigned threads, std::size_t max_queue);
  ~WorkerPool();
  // False when the queue is full or the pool is stopping. Jobs must not throw.
  [[nodiscard]] bool submit(std::function<void()> job);
  [[nodiscard]] std::size_t queued() const;
  [[nodiscard]] std::size_t busy() const;
  void stop();  // runs what is queued, then joins

 private:
  void run();
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  std::size_t max_queue_;
  std::size_t busy_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace alting::web
