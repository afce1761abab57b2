// What runs while a server does, without anybody asking: the jobs, the outbox's deliveries, and following what other
// processes changed. What they are, the rooms say (rooms.h).
#pragma once
#include <condition_variable>
#include <mutex>
#include <thread>

#include "main/installation.h"
#include "store/job_runner.h"
#include "store/outbox_deliverer.h"

namespace alting::main {

class Background {
 public:
  // std::logic_error when the lists of rooms.cpp do not fit together.
  explicit Background(Installation& installation);
  ~Background() { stop(); }
  void start();
  void stop();

 private:
  void follow();
  Installation& installation_;
  store::JobRunner jobs_;
  store::OutboxDeliverer deliverer_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread follower_;
};

}  // namespace alting::main
