#include "portal/measurements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>

namespace alting::portal {
namespace {

using namespace std::chrono_literals;

class MeasurementsTest : public ::testing::Test {
 protected:
  base::ManualClock clock{base::Instant{1'764'000'000'000'000}};
  std::atomic<int> asked = 0;
};

TEST_F(MeasurementsTest, say_of_each_part_what_it_answered_and_when) {
  Measurements parts({{"database", [] { return Health::up; }}, {"outbox", [] { return Health::delayed; }}}, clock);
  const auto found = parts.now();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, "database");
  EXPECT_EQ(found[0].health, Health::up);
  EXPECT_EQ(found[0].at, clock.now());
  EXPECT_EQ(found[1].health, Health::delayed);
}

TEST_F(MeasurementsTest, call_a_part_down_that_throws) {
  Measurements parts({{"database", []() -> Health { throw std::runtime_error("gone"); }}}, clock);
  EXPECT_EQ(parts.now().front().health, Health::down);
}

TEST_F(MeasurementsTest, ask_again_only_when_what_is_known_is_old) {
  Measurements parts({{"database",
                       [this] {
                         ++asked;
                         return Health::up;
                       }}},
                     clock, {.keep = base::Duration::seconds(10)});
  (void)parts.now();
  (void)parts.now();
  EXPECT_EQ(asked, 1);
  clock.advance(base::Duration::seconds(11));
  EXPECT_EQ(parts.now().front().at, clock.now());
  EXPECT_EQ(asked, 2);
}

TEST_F(MeasurementsTest, wait_no_longer_than_they_say_and_ask_a_part_that_hangs_once) {
  std::promise<void> let_go;
  auto gone_on = let_go.get_future().share();
  Measurements parts({{"database",
                       [this, gone_on] {
                         ++asked;
                         gone_on.wait();
                         return Health::up;
                       }},
                      {"blobs", [] { return Health::up; }}},
                     clock, {.patience = 20ms});
  for (int i = 0; i < 3; ++i) {
    const auto found = parts.now();
    EXPECT_EQ(found[0].health, Health::down);
    EXPECT_EQ(found[1].health, Health::up) << "one that hangs holds up no other";
  }
  EXPECT_LE(asked, 1);
  let_go.set_value();
}

TEST_F(MeasurementsTest, wait_once_for_a_part_that_hangs_and_call_it_down_at_once_after_that) {
  std::promise<void> let_go;
  auto gone_on = let_go.get_future().share();
  Measurements parts({{"database",
                       [gone_on] {
                         gone_on.wait();
                         return Health::up;
                       }}},
                     clock, {.patience = 300ms});
  EXPECT_EQ(parts.now().front().health, Health::down);
  const auto before = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(parts.now().front().health, Health::down);
  EXPECT_LT(std::chrono::steady_clock::now() - before, 3s) << "twenty that wait would need six seconds";
  let_go.set_value();
}

}  // namespace
}  // namespace alting::portal
