#include "base/workers.h"

#include <gtest/gtest.h>

#include <latch>
#include <semaphore>

namespace alting::base {
namespace {

using namespace std::chrono_literals;
constexpr auto long_time = 10min;  // no test comes to its end

TEST(Workers, each_run_beside_the_others) {
  constexpr int threads = 3;
  std::latch all(threads);  // nobody passes unless all are there
  Workers workers;
  for (int i = 0; i < threads; ++i) workers.add([&] { all.arrive_and_wait(); });
  all.wait();
}

TEST(Workers, that_are_stopped_are_woken_finish_what_they_have_in_hand_and_begin_nothing_more) {
  std::binary_semaphore begun(0), go_on(0);
  std::atomic<int> rounds = 0;
  std::atomic<bool> went_on = true;
  Workers workers;
  workers.add([&] { went_on = workers.wait(long_time); });
  workers.repeat("test.fault", 0ms, [&] {
    begun.release();
    go_on.acquire();
    ++rounds;
    return 0ms;
  });
  begun.acquire();
  EXPECT_FALSE(workers.stopping());
  std::thread stopper([&] { workers.stop(); });
  while (!workers.stopping()) std::this_thread::yield();
  EXPECT_EQ(rounds, 0) << "it is in hand";
  go_on.release();
  stopper.join();
  EXPECT_EQ(rounds, 1);
  EXPECT_FALSE(went_on);
  EXPECT_TRUE(workers.stopping()) << "until something is added";
  EXPECT_FALSE(workers.wait(long_time));
}

TEST(Workers, run_at_once_and_then_after_each_pause_that_a_round_asks_for) {
  std::atomic<int> rounds = 0;
  std::latch third(3);
  Workers workers;
  workers.repeat("test.fault", long_time, [&]() -> Workers::Pause {
    if (++rounds > 3) return long_time;
    third.count_down();
    return rounds < 3 ? Workers::Pause(1) : Workers::Pause(long_time);
  });
  third.wait();
  workers.stop();
  EXPECT_EQ(rounds, 3);
}

TEST(Workers, go_on_after_a_fault_when_they_have_waited) {
  std::latch third(3);
  std::atomic<int> rounds = 0;
  Workers workers;
  workers.repeat("test.fault", 1ms, [&]() -> Workers::Pause {
    if (++rounds <= 3) third.count_down();
    if (rounds < 3) throw std::runtime_error("the database is away");
    return long_time;
  });
  third.wait();
  workers.stop();
  EXPECT_EQ(rounds, 3);
}

TEST(Workers, that_were_stopped_start_again) {
  Workers workers;
  for (int i = 0; i < 3; ++i) {
    std::latch ran(1);
    std::atomic<bool> went_on = false;
    workers.add([&] {
      went_on = workers.wait(0ms);
      ran.count_down();
    });
    ran.wait();
    EXPECT_FALSE(workers.stopping());
    workers.stop();
    EXPECT_TRUE(went_on);
  }
  workers.stop();  // nothing is left to stop
}

TEST(Workers, are_not_begun_while_a_stop_is_under_way_and_every_stop_waits) {
  std::binary_semaphore go_on(0);
  std::atomic<bool> late = false, ended = false;
  Workers workers;
  workers.add([&] {
    (void)workers.wait(long_time);
    go_on.acquire();
    ended = true;
  });
  std::thread one([&] { workers.stop(); });
  while (!workers.stopping()) std::this_thread::yield();
  workers.add([&] { late = true; });
  std::thread other([&] {
    workers.stop();
    EXPECT_TRUE(ended);
  });
  go_on.release();
  one.join();
  other.join();
  EXPECT_FALSE(late);
}

}  // namespace
}  // namespace alting::base
