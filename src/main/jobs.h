// The closed list of background jobs. Each has its legal basis, runs once an hour, and says in the log what it did.
#pragma once
#include <condition_variable>
#include <mutex>
#include <thread>

#include "main/installation.h"
#include "store/outbox.h"

namespace alting::main {

struct Job {
  std::string_view code;
  std::string_view legal_basis;
  std::int64_t (*run)(Installation& installation);  // how many it treated
};
[[nodiscard]] std::span<const Job> all_jobs();

class Jobs {
 public:
  explicit Jobs(Installation& installation);
  ~Jobs() { stop(); }
  void start();
  void stop();
  void run_all();  // now, on the caller's thread

 private:
  void run();
  Installation& installation_;
  store::OutboxDeliverer deliverer_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace alting::main
