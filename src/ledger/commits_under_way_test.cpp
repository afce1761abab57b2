#include "ledger/commits_under_way.h"

#include <gtest/gtest.h>

#include <future>
#include <latch>

namespace alting::ledger {
namespace {

using namespace std::chrono_literals;

// A commit on a thread of its own, under way until told to end.
class Commit {
 public:
  explicit Commit(CommitsUnderWay& commits) {
    thread_ = std::jthread([this, &commits] {
      commits.begin();
      begun_.count_down();
      over_.wait();
      commits.end();
    });
    begun_.wait();
  }
  ~Commit() { end(); }
  Commit(const Commit&) = delete;
  Commit& operator=(const Commit&) = delete;
  void end() {
    if (std::exchange(ended_, true)) return;
    over_.count_down();
    thread_.join();
  }

 private:
  std::latch begun_{1}, over_{1};
  bool ended_ = false;
  std::jthread thread_;
};

TEST(CommitsUnderWay, are_waited_for_when_they_began_before) {
  CommitsUnderWay commits;
  Commit first(commits), second(commits);
  auto waiting = std::async(std::launch::async, [&] { commits.await_those_begun(); });
  first.end();
  EXPECT_EQ(waiting.wait_for(50ms), std::future_status::timeout);
  second.end();
  EXPECT_EQ(waiting.wait_for(10s), std::future_status::ready);
}

TEST(CommitsUnderWay, are_not_waited_for_when_they_begin_later) {
  CommitsUnderWay commits;
  Commit first(commits);
  std::latch about_to_wait(1);
  auto waiting = std::async(std::launch::async, [&] {
    about_to_wait.count_down();
    commits.await_those_begun();
  });
  about_to_wait.wait();
  std::this_thread::sleep_for(50ms);
  Commit later(commits);
  first.end();
  EXPECT_EQ(waiting.wait_for(10s), std::future_status::ready);
}

TEST(CommitsUnderWay, none_means_no_wait) {
  CommitsUnderWay commits;
  commits.begin();
  commits.end();
  commits.await_those_begun();
}

}  // namespace
}  // namespace alting::ledger
