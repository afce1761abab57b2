#include "web/fair_queue.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <future>
#include <set>

#include "web/worker_pool.h"

namespace alting::web {
namespace {

const Asker anne{"panne", true}, bo{"pbo", true}, net{"n10.0.0.0", false};

Task task_of(const Asker& asker, std::function<void()> run = [] {}) {
  return {.asker = asker, .run = std::move(run), .drop = [] {}};
}

Over push(FairQueue& queue, const Asker& asker) {
  Task task = task_of(asker);
  return queue.push(task);
}

TEST(FairQueue, gives_nobody_more_turns_at_once_than_their_own) {
  FairQueue queue({.running = 2, .waiting = 3}, {.running = 1, .waiting = 1}, 100);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(push(queue, anne), Over::none);
  EXPECT_EQ(push(queue, anne), Over::holder);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(push(queue, net), Over::none);
  EXPECT_EQ(push(queue, net), Over::holder);
  int of_anne = 0, of_net = 0;
  while (auto task = queue.pop()) ++(task->asker.person ? of_anne : of_net);
  EXPECT_EQ(of_anne, 2);
  EXPECT_EQ(of_net, 1);
  queue.done(anne);
  EXPECT_EQ(queue.pop()->asker.key, anne.key);
  EXPECT_FALSE(queue.pop());
}

TEST(FairQueue, a_hundred_waiting_of_one_are_no_wait_for_another) {
  FairQueue queue({.running = 4, .waiting = 100}, {.running = 4, .waiting = 100}, 1'000);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(push(queue, anne), Over::none);
  ASSERT_EQ(push(queue, bo), Over::none);
  std::vector<std::string> first;
  for (int i = 0; i < 2; ++i) first.push_back(queue.pop()->asker.key);
  EXPECT_EQ(first.back(), bo.key);
}

TEST(FairQueue, networks_of_one_wide_network_have_a_few_shares_together_and_each_gets_its_turn) {
  FairQueue queue({4, 100}, {.running = 1, .waiting = 2}, 1'000);
  const auto within = [](int i) { return Asker{fmt::format("n2001:db8:1:{}::", i), false, "w2001:db8:1::"}; };
  for (int i = 0; i < 10; ++i) ASSERT_EQ(push(queue, within(i)), Over::none);
  ASSERT_EQ(push(queue, bo), Over::none);
  std::vector<Asker> running;
  bool of_bo = false;
  while (auto task = queue.pop()) {
    of_bo |= task->asker.person;
    if (!task->asker.person) running.push_back(task->asker);
  }
  EXPECT_EQ(running.size(), wide_share);
  EXPECT_TRUE(of_bo);
  std::set<std::string> served;
  while (!running.empty()) {
    served.insert(running.back().key);
    queue.done(running.back());
    running.pop_back();
    if (auto task = queue.pop()) running.push_back(task->asker);
  }
  EXPECT_EQ(served.size(), 10u);
  EXPECT_EQ(queue.waiting(), 0u);
}

TEST(FairQueue, takes_out_what_waits_within_a_wide_network) {
  FairQueue queue({4, 100}, {.running = 1, .waiting = 2}, 1'000);
  const auto within = [](int i) { return Asker{fmt::format("n{}", i), false, "w"}; };
  for (int i = 0; i < 10; ++i) ASSERT_EQ(push(queue, within(i)), Over::none);
  std::vector<Asker> running;
  while (auto task = queue.pop()) running.push_back(task->asker);
  EXPECT_EQ(queue.take_out(true).size(), 10 - wide_share);
  for (const Asker& asker : running) queue.done(asker);
  EXPECT_FALSE(queue.pop());
  // Twelve may wait or run, whoever they are of.
  std::size_t taken = 0;
  for (int i = 0; i < 50; ++i) taken += push(queue, within(100 + i)) == Over::none;
  EXPECT_EQ(taken, 3 * wide_share);
}

TEST(FairQueue, who_is_parked_gets_the_turn_of_one_that_was_dropped) {
  FairQueue queue({4, 100}, {.running = 1, .waiting = 2}, 1'000);
  const auto within = [](std::size_t i) { return Asker{fmt::format("n{}", i), false, "w"}; };
  for (std::size_t i = 0; i < wide_share; ++i) ASSERT_EQ(push(queue, within(i)), Over::none);
  auto gone = std::make_shared<std::atomic<bool>>(false);
  Task dropped = task_of(within(wide_share));
  dropped.gone = gone;
  ASSERT_EQ(queue.push(dropped), Over::none);
  ASSERT_EQ(push(queue, within(wide_share + 1)), Over::none);
  std::vector<Asker> running;
  while (auto task = queue.pop()) running.push_back(task->asker);
  ASSERT_EQ(running.size(), wide_share);
  queue.done(running.front());  // the first that is parked is woken, and goes before it has its turn
  gone->store(true);
  EXPECT_EQ(queue.take_out(false).size(), 1u);
  const auto next = queue.pop();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->asker.key, within(wide_share + 1).key);
}

TEST(FairQueue, says_when_there_is_no_room_for_anyone) {
  FairQueue queue({.running = 4, .waiting = 100}, {.running = 4, .waiting = 100}, 2);
  EXPECT_EQ(push(queue, anne), Over::none);
  EXPECT_EQ(push(queue, bo), Over::none);
  EXPECT_EQ(push(queue, net), Over::all);
  EXPECT_EQ(queue.waiting(), 2u);
}

TEST(FairQueue, takes_out_what_nobody_waits_for) {
  FairQueue queue({.running = 4, .waiting = 100}, {.running = 4, .waiting = 100}, 100);
  auto gone = std::make_shared<std::atomic<bool>>(true);
  Task left = task_of(anne);
  left.gone = gone;
  ASSERT_EQ(queue.push(left), Over::none);
  ASSERT_EQ(push(queue, bo), Over::none);
  EXPECT_EQ(queue.take_out(false).size(), 1u);
  EXPECT_EQ(queue.pop()->asker.key, bo.key);
  EXPECT_FALSE(queue.pop());
  EXPECT_EQ(queue.waiting(), 0u);
}

TEST(WorkerPool, drops_what_has_not_begun_when_it_stops) {
  WorkerPool pool(1, FairQueue({1, 100}, {1, 100}, 100));
  std::promise<void> began, may_end;
  std::atomic<int> ran{0}, dropped{0};
  ASSERT_EQ(pool.submit(task_of(anne,
                                [&] {
                                  began.set_value();
                                  may_end.get_future().wait();
                                  ++ran;
                                })),
            Over::none);
  began.get_future().wait();
  for (int i = 0; i < 50; ++i) {
    Task task = task_of(bo, [&] { ++ran; });
    task.drop = [&] { ++dropped; };
    ASSERT_EQ(pool.submit(std::move(task)), Over::none);
  }
  pool.drop_waiting();
  EXPECT_EQ(dropped, 50);
  EXPECT_EQ(pool.submit(task_of(bo)), Over::all);
  may_end.set_value();
  pool.stop();
  EXPECT_EQ(ran, 1);
}

TEST(WorkerPool, runs_all_that_it_took_whatever_the_turns) {
  std::atomic<int> ran{0};
  {
    WorkerPool pool(4, FairQueue({2, 10'000}, {1, 10'000}, 30'000));
    for (int i = 0; i < 9'000; ++i)
      ASSERT_EQ(pool.submit(task_of(i % 3 == 0 ? anne : i % 3 == 1 ? bo : net, [&] { ++ran; })), Over::none);
    while (pool.queued() + pool.busy() > 0) std::this_thread::yield();
  }
  EXPECT_EQ(ran, 9'000);
}

}  // namespace
}  // namespace alting::web
