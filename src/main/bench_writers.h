// People who write beside what is measured, for `alting bench`.
#pragma once
#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

#include "main/bench_kit.h"

namespace alting::main {

[[nodiscard]] inline double share_of(std::vector<double> all, double share) {
  std::ranges::sort(all);
  return all.empty() ? 0 : all[static_cast<std::size_t>(share * static_cast<double>(all.size() - 1))];
}

// People who begin a draft now and then, and how many seconds each waits for it.
class OtherWriters {
 public:
  explicit OtherWriters(Installation& installation);
  std::vector<double> stop();
  ~OtherWriters() { (void)stop(); }
  OtherWriters(const OtherWriters&) = delete;
  OtherWriters& operator=(const OtherWriters&) = delete;

 private:
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::vector<double> waits_;
  std::vector<std::thread> threads_;
};

// With nobody beside, for some seconds.
[[nodiscard]] std::vector<double> write_alone(Installation& installation);

}  // namespace alting::main
