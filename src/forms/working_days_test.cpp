#include "forms/working_days.h"

#include <gtest/gtest.h>

namespace alting::forms {
namespace {

using std::chrono::April;
using std::chrono::day;
using std::chrono::December;
using std::chrono::March;
using std::chrono::May;
using std::chrono::year;

base::Instant at(std::string_view text) { return *base::from_rfc3339(text); }

TEST(Easter, FallsOnTheDaysOfTheCalendar) {
  EXPECT_EQ(easter_sunday(year(2024)), year(2024) / March / 31);
  EXPECT_EQ(easter_sunday(year(2026)), year(2026) / April / 5);
  EXPECT_EQ(easter_sunday(year(2038)), year(2038) / April / 25);
}

TEST(WorkingDays, HolidaysAndWeekendsAreNone) {
  EXPECT_FALSE(is_working_day(year(2026) / April / 2));  // Maundy Thursday
  EXPECT_FALSE(is_working_day(year(2026) / April / 6));  // Easter Monday
  EXPECT_FALSE(is_working_day(year(2026) / May / 14));   // Ascension Day
  EXPECT_FALSE(is_working_day(year(2026) / May / 25));   // Whit Monday
  EXPECT_FALSE(is_working_day(year(2026) / December / 25));
  EXPECT_FALSE(is_working_day(year(2026) / May / 2));  // a Saturday
  EXPECT_TRUE(is_working_day(year(2026) / December / 24));
  EXPECT_TRUE(is_working_day(year(2026) / April / 7));
}

TEST(HourDeadline, TheEndIsTheNextFullHour) {
  auto end = hour_deadline(at("2026-11-20T14:20:00+01:00"), 72, false);
  EXPECT_EQ(end.target, at("2026-11-23T14:20:00+01:00"));
  EXPECT_EQ(end.statutory_end, at("2026-11-23T15:00:00+01:00"));
  EXPECT_FALSE(end.lenient_end);
  const auto of_full_hour = hour_deadline(at("2026-11-20T14:00:00+01:00"), 72, false);
  EXPECT_EQ(of_full_hour.target, at("2026-11-23T14:00:00+01:00"));
  EXPECT_EQ(of_full_hour.statutory_end, at("2026-11-23T15:00:00+01:00")) << "the hour it begins in is not counted";
  EXPECT_EQ(hour_deadline(at("2026-11-20T14:59:59+01:00"), 72, false).statutory_end, at("2026-11-23T15:00:00+01:00"));
}

TEST(HourDeadline, HoursRunThroughSummerTimeAndSundays) {
  EXPECT_EQ(hour_deadline(at("2027-03-27T10:30:00+01:00"), 72, false).target, at("2027-03-30T11:30:00+02:00"));
  EXPECT_EQ(hour_deadline(at("2026-12-24T09:00:00+01:00"), 72, false).target, at("2026-12-27T09:00:00+01:00"));
}

TEST(HourDeadline, TheLenientEndHasTwoWholeWorkingDays) {
  // Friday afternoon: Monday and Tuesday must be over.
  EXPECT_EQ(hour_deadline(at("2026-11-20T14:20:00+01:00"), 72, true).lenient_end, at("2026-11-25T00:00:00+01:00"));
  // Monday morning: Tuesday and Wednesday lie inside already.
  auto monday = hour_deadline(at("2026-11-23T10:00:00+01:00"), 72, true);
  EXPECT_EQ(monday.lenient_end, monday.statutory_end);
  // Wednesday before Maundy Thursday: Tuesday and Wednesday of the next week.
  EXPECT_EQ(hour_deadline(at("2026-04-01T10:00:00+02:00"), 72, true).lenient_end, at("2026-04-09T00:00:00+02:00"));
}

}  // namespace
}  // namespace alting::forms
