#include "base/wall_clock.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace alting::base {
namespace {

TEST(WallClock, ShowsAnOrdinaryTimeOnce) {
  const auto found = moments_in_oslo(2026, 11, 28, 14, 30);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(to_rfc3339_oslo(found[0]), "2026-11-28T14:30:00+01:00");
}

TEST(WallClock, SkipsAnHourWhenSummerTimeBegins) {
  EXPECT_TRUE(moments_in_oslo(2026, 3, 29, 2, 0).empty());
  EXPECT_TRUE(moments_in_oslo(2026, 3, 29, 2, 59, 59).empty());
  EXPECT_EQ(moments_in_oslo(2026, 3, 29, 1, 59).size(), 1U);
  EXPECT_EQ(moments_in_oslo(2026, 3, 29, 3, 0).size(), 1U);
}

TEST(WallClock, ShowsAnHourTwiceWhenSummerTimeEnds) {
  const auto found = moments_in_oslo(2026, 10, 25, 2, 30);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(to_rfc3339_oslo(found[0]), "2026-10-25T02:30:00+02:00");
  EXPECT_EQ(to_rfc3339_oslo(found[1]), "2026-10-25T02:30:00+01:00");
  EXPECT_EQ(moments_in_oslo(2026, 10, 25, 3, 0).size(), 1U);
}

TEST(WallClock, NeverShowsWhatCannotBe) {
  EXPECT_TRUE(moments_in_oslo(2026, 2, 30, 12, 0).empty());
  EXPECT_TRUE(moments_in_oslo(2026, 2, 3, 24, 0).empty());
}

TEST(WallClock, FindsEveryMomentAgainByTheTimeItShows) {
  rc::check([] {
    const Instant at{*rc::gen::inRange<std::int64_t>(0, 4'000'000'000) * 1'000'000};
    const auto local = to_oslo(at);
    const auto found = moments_in_oslo(local.year, local.month, local.day, local.hour, local.minute, local.second);
    RC_ASSERT(std::find(found.begin(), found.end(), at) != found.end());
    RC_ASSERT(found.size() <= 2U);
  });
}

}  // namespace
}  // namespace alting::base
