#include "base/random.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <set>
#include <thread>
#include <vector>

namespace alting::base {
namespace {

TEST(Random, TheSystemGivesNothingTwice) {
  SystemRandom random;
  std::mutex mutex;
  std::set<Bytes> seen;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) {
        Bytes drawn = random.bytes(16);
        const std::lock_guard lock(mutex);
        EXPECT_TRUE(seen.insert(std::move(drawn)).second);
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(random.bytes(100'000).size(), 100'000U);
  EXPECT_TRUE(random.bytes(0).empty());
}

TEST(Random, TheSameSeedGivesTheSameOctets) {
  SeededRandom a(7), b(7), c(8);
  const Bytes first = a.bytes(100);
  EXPECT_EQ(first, b.bytes(100));
  EXPECT_NE(first, c.bytes(100));
}

TEST(Random, BelowStaysBelow) {
  EXPECT_TRUE(rc::check([](std::uint64_t seed, std::uint64_t limit) {
    RC_PRE(limit > 0U);
    SeededRandom random(seed);
    RC_ASSERT(random.below(limit) < limit);
  }));
  SeededRandom random(1);
  std::array<int, 3> count{};
  for (int i = 0; i < 30'000; ++i) ++count[random.below(3)];
  for (int n : count) EXPECT_NEAR(n, 10'000, 500);
}

}  // namespace
}  // namespace alting::base
