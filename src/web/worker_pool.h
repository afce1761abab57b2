// Threads that run handlers. The queue is bounded and shared out by who asked (fair_queue.h): what does not fit is
// refused at once, so that a burst makes quick 503s and not a long wait.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

#include "web/fair_queue.h"

namespace alting::web {

class WorkerPool {
 public:
  WorkerPool(unsigned threads, FairQueue queue);
  ~WorkerPool();
  // Otherwise than `none`, nothing was taken. A task whose asker has gone before its turn is dropped, not run.
  [[nodiscard]] Over submit(Task task);
  void drop_gone();     // those that nobody waits for any more
  void drop_waiting();  // all that has not begun, and whatever comes from now on
  [[nodiscard]] std::size_t queued() const;
  [[nodiscard]] std::size_t busy() const;
  void stop();  // drops what waits, then joins

 private:
  void run();
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  FairQueue queue_;
  std::size_t busy_ = 0;
  bool closed_ = false, stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace alting::web
