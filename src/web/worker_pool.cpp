#include "web/worker_pool.h"

namespace alting::web {

WorkerPool::WorkerPool(unsigned threads, FairQueue queue) : queue_(std::move(queue)) {
  for (unsigned i = 0; i < std::max(1u, threads); ++i) threads_.emplace_back([this] { run(); });
}

WorkerPool::~WorkerPool() { stop(); }

Over WorkerPool::submit(Task task) {
  Over over = Over::all;
  {
    std::lock_guard lock(mutex_);
    if (!closed_) over = queue_.push(task);
  }
  if (over == Over::none) wake_.notify_one();
  return over;
}

void WorkerPool::drop_gone() {
  std::vector<Task> dropped;
  {
    std::lock_guard lock(mutex_);
    dropped = queue_.take_out(false);
  }
  for (Task& task : dropped) task.drop();
}

void WorkerPool::drop_waiting() {
  std::vector<Task> dropped;
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    dropped = queue_.take_out(true);
  }
  for (Task& task : dropped) task.drop();
}

std::size_t WorkerPool::queued() const {
  std::lock_guard lock(mutex_);
  return queue_.waiting();
}

std::size_t WorkerPool::busy() const {
  std::lock_guard lock(mutex_);
  return busy_;
}

void WorkerPool::stop() {
  drop_waiting();
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_)
    if (thread.joinable()) thread.join();
}

void WorkerPool::run() {
  std::unique_lock lock(mutex_);
  std::optional<Task> task;
  while (true) {
    wake_.wait(lock, [&] { return stopping_ || (task = queue_.pop()).has_value(); });
    if (!task) return;
    ++busy_;
    lock.unlock();
    const Asker asker = task->asker;
    if (task->is_wanted())
      task->run();
    else
      task->drop();
    task.reset();  // what it held goes before the lock is taken again
    lock.lock();
    --busy_;
    queue_.done(asker);  // this thread looks for the next itself: whoever has a turn now is not forgotten
  }
}

}  // namespace alting::web
