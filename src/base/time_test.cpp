#include "base/time.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace alting::base {
namespace {

Instant at(std::string_view text) { return from_rfc3339(text).value(); }

TEST(Time, Rfc3339IsReadAndWritten) {
  EXPECT_EQ(to_rfc3339(at("2026-11-22T01:02:03Z")), "2026-11-22T01:02:03Z");
  EXPECT_EQ(to_rfc3339(at("2026-11-22T01:02:03.5+01:00")), "2026-11-22T00:02:03.500000Z");
  EXPECT_EQ(to_rfc3339_millis(at("2026-11-22T01:02:03.123456Z")), "2026-11-22T01:02:03.123Z");
  EXPECT_EQ(at("1970-01-01t00:00:00z").micros, 0);
  EXPECT_EQ(to_rfc3339({-1}), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(at("2024-02-29T23:59:59.999999999Z").micros, at("2024-03-01T00:00:00Z").micros - 1);
  for (const char* bad :
       {"", "2026-11-22", "2026-11-22T01:02:03", "2026-11-22 01:02:03Z", "2025-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-11-22T24:00:00Z", "2026-11-22T23:60:00Z", "2016-12-31T23:59:60Z", "2026-11-22T01:02:03.Z",
        "2026-11-22T01:02:03Zx", "2026-11-22T01:02:03+0100", "2026-11-22T01:02:03+24:00", "0000-01-01T00:00:00Z",
        "+026-01-01T00:00:00Z", "2026-11-22T01:02:03z "})
    EXPECT_FALSE(from_rfc3339(bad)) << bad;
}

TEST(Time, EveryInstantComesBack) {
  EXPECT_TRUE(rc::check([] {
    const auto micros = *rc::gen::inRange<std::int64_t>(-62'135'596'800'000'000, 253'402'300'799'999'999);
    RC_ASSERT(at(to_rfc3339({micros})).micros == micros);
  }));
}

TEST(Time, DatesExist) {
  EXPECT_TRUE(is_date("2024-02-29"));
  for (const char* bad : {"2025-02-29", "2025-2-09", "2025-02-09 ", "", "2025-00-10", "20250210"})
    EXPECT_FALSE(is_date(bad)) << bad;
}

TEST(Time, OsloFollowsTheSummer) {
  const LocalTime winter = to_oslo(at("2026-11-20T13:20:00Z"));
  EXPECT_EQ(winter.hour, 14);
  EXPECT_EQ(winter.weekday, 4);
  EXPECT_EQ(winter.offset_minutes, 60);
  EXPECT_EQ(to_rfc3339_oslo(at("2026-11-20T13:20:00Z")), "2026-11-20T14:20:00+01:00");
  EXPECT_EQ(to_rfc3339_oslo(at("2026-07-01T22:30:00Z")), "2026-07-02T00:30:00+02:00");
  EXPECT_EQ(to_date_oslo(at("2026-12-31T23:00:00Z")), "2027-01-01");
}

TEST(Time, ASkippedHourMovesOnAndOfARepeatedHourTheFirstIsMeant) {
  EXPECT_EQ(to_rfc3339(*from_oslo(2026, 3, 29, 2, 30)), "2026-03-29T01:30:00Z");   // 03:30 summer time
  EXPECT_EQ(to_rfc3339(*from_oslo(2026, 10, 25, 2, 30)), "2026-10-25T00:30:00Z");  // the first 02:30
  EXPECT_EQ(to_rfc3339(*from_oslo(2026, 10, 25, 3, 0)), "2026-10-25T02:00:00Z");
  EXPECT_FALSE(from_oslo(2026, 2, 29, 0, 0));
  EXPECT_FALSE(from_oslo(2026, 1, 1, 24, 0));
  EXPECT_FALSE(from_oslo(2026, -1, 1, 0, 0));
}

TEST(Time, WallClockTimesComeBack) {
  EXPECT_TRUE(rc::check([] {
    const Instant instant{*rc::gen::inRange<std::int64_t>(1'000'000'000, 2'000'000'000) * 1'000'000};
    const LocalTime t = to_oslo(instant);
    const Instant back = *from_oslo(t.year, t.month, t.day, t.hour, t.minute, t.second);
    RC_ASSERT(back == instant || back == instant - Duration::hours(1));  // the second of two equal times
    RC_ASSERT(to_oslo(back).hour == t.hour);
  }));
}

TEST(Time, PeopleReadTheirOwnLanguage) {
  const Instant then = at("2026-11-23T13:20:00Z");
  EXPECT_EQ(format_local(then, TimeStyle::full, Language::nb), "mandag 23. november 2026 kl. 14:20");
  EXPECT_EQ(format_local(then, TimeStyle::full, Language::nn), "måndag 23. november 2026 kl. 14:20");
  EXPECT_EQ(format_local(then, TimeStyle::full, Language::en), "Monday 23 November 2026 at 14:20");
  EXPECT_EQ(format_local(then, TimeStyle::date, Language::nb), "23. november 2026");
  EXPECT_EQ(format_local(then, TimeStyle::compact, Language::nb), "23.11.2026 14:20");
  EXPECT_EQ(format_local(then, TimeStyle::compact, Language::en), "23/11/2026 14:20");
  EXPECT_EQ(format_local(then, TimeStyle::clock, Language::nn), "14:20");
}

TEST(Time, SpansAreSaidInTheirTwoLargestUnits) {
  const Instant now = at("2026-11-23T13:20:00Z");
  EXPECT_EQ(format_relative(now + Duration::hours(51), now, Language::nb), "om 2 dager og 3 timer");
  EXPECT_EQ(format_relative(now - Duration::minutes(5), now, Language::nb), "for 5 minutter siden");
  EXPECT_EQ(format_relative(now - Duration::minutes(61), now, Language::nn), "for 1 time og 1 minutt sidan");
  EXPECT_EQ(format_relative(now + Duration::days(2) + Duration::minutes(4), now, Language::en), "in 2 days");
  EXPECT_EQ(format_relative(now + Duration::days(366), now, Language::en), "in 1 year and 1 day");
  EXPECT_EQ(format_relative(now + Duration::seconds(59), now, Language::nb), "nå");
}

TEST(Time, TheSystemClockNeverStepsBack) {
  SystemClock clock;
  Instant before = clock.now();
  for (int i = 0; i < 10'000; ++i) {
    const Instant after = clock.now();
    ASSERT_LE(before, after);
    before = after;
  }
  EXPECT_GT(before, at("2024-01-01T00:00:00Z"));
}

TEST(LocalTime, a_date_in_words_is_that_day_in_each_language) {
  EXPECT_EQ(date_in_words("2026-11-23", Language::nb), "23. november 2026");
  EXPECT_EQ(date_in_words("2026-01-01", Language::nn), "1. januar 2026");
  EXPECT_EQ(date_in_words("2028-02-29", Language::en), "29 February 2028");
  for (const std::string_view none : {"", "2026-02-30", "2026-11-23T10:00:00Z", "snart"})
    EXPECT_EQ(date_in_words(none, Language::nb), none);
}

}  // namespace
}  // namespace alting::base
