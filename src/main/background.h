// What runs while a server does, without anybody asking: the jobs, the outbox's deliveries, reading what is
// counted, and following what other processes changed. What they are, the rooms say (rooms.h).
#pragma once
#include "base/workers.h"
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
  Installation& installation_;
  store::JobRunner jobs_;
  store::OutboxDeliverer deliverer_;
  base::Workers workers_;
};

}  // namespace alting::main
