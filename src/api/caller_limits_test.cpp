#include "api/caller_limits.h"

#include <gtest/gtest.h>

namespace alting::api {
namespace {

using base::Duration;
using base::Instant;

constexpr Instant begin{1'795'000'000'000'000};

TEST(CallerLimits, let_a_minutes_calls_come_at_once_and_then_tell_when_the_next_may) {
  CallerLimits limits(6);
  for (int i = 0; i < 6; ++i) EXPECT_FALSE(limits.take("a", begin)) << i;
  EXPECT_EQ(limits.take("a", begin), 10);
  EXPECT_EQ(limits.take("a", begin + Duration::milliseconds(7'500)), 3);  // of 2.5 s: whole seconds, never too few
  EXPECT_FALSE(limits.take("a", begin + Duration::seconds(10)));
  EXPECT_TRUE(limits.take("a", begin + Duration::seconds(10)));
}

TEST(CallerLimits, refill_as_time_goes_by_and_never_beyond_a_minute) {
  CallerLimits limits(60);
  for (int i = 0; i < 60; ++i) ASSERT_FALSE(limits.take("a", begin));
  const auto later = begin + Duration::hours(5);
  for (int i = 0; i < 60; ++i) ASSERT_FALSE(limits.take("a", later)) << i;
  EXPECT_TRUE(limits.take("a", later));
}

TEST(CallerLimits, of_one_caller_are_no_others) {
  CallerLimits limits(1);
  EXPECT_FALSE(limits.take("a", begin));
  EXPECT_TRUE(limits.take("a", begin));
  EXPECT_FALSE(limits.take("b", begin));
}

TEST(CallerLimits, that_say_when_are_right_about_it) {
  for (const std::int64_t per_minute : {1, 7, 60, 1'200, 1'000'000}) {
    CallerLimits limits(per_minute);
    auto wait = limits.take("a", begin);
    while (!wait) wait = limits.take("a", begin);
    EXPECT_GE(*wait, 1) << per_minute;
    EXPECT_FALSE(limits.take("a", begin + Duration::seconds(*wait))) << per_minute;
  }
}

TEST(CallerLimits, give_nothing_for_a_clock_that_was_set_back_and_take_nothing) {
  CallerLimits limits(1);
  EXPECT_FALSE(limits.take("a", begin));
  EXPECT_TRUE(limits.take("a", begin - Duration::hours(1)));
  EXPECT_FALSE(limits.take("a", begin - Duration::hours(1) + Duration::minutes(1)));
}

TEST(CallerLimits, remember_no_more_callers_than_they_may) {
  CallerLimits limits(1, 3);
  for (const auto* caller : {"a", "b", "c"}) EXPECT_FALSE(limits.take(caller, begin));
  EXPECT_TRUE(limits.take("a", begin));  // still known
  // All are within their minute: the fourth makes all begin anew.
  EXPECT_FALSE(limits.take("d", begin));
  EXPECT_FALSE(limits.take("a", begin));
  // Who rested goes first, and who did not is still known.
  const auto later = begin + Duration::minutes(2);
  EXPECT_FALSE(limits.take("e", later));
  EXPECT_FALSE(limits.take("f", later));
  EXPECT_TRUE(limits.take("e", later));
}

}  // namespace
}  // namespace alting::api
