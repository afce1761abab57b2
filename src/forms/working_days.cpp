#include "forms/working_days.h"

namespace alting::forms {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

year_month_day easter_sunday(std::chrono::year year) {
  int y = static_cast<int>(year);
  int a = y % 19, b = y / 100, c = y % 100, d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
  int h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7,
      m = (a + 11 * h + 22 * l) / 451;
  int n = h + l - 7 * m + 114;
  return year / (n / 31) / (n % 31 + 1);
}

bool is_holiday(year_month_day day) {
  auto month = static_cast<unsigned>(day.month());
  auto date = static_cast<unsigned>(day.day());
  if ((month == 1 && date == 1) || (month == 5 && (date == 1 || date == 17)) ||
      (month == 12 && (date == 25 || date == 26)))
    return true;
  auto from_easter = (sys_days(day) - sys_days(easter_sunday(day.year()))).count();
  // Maundy Thursday, Good Friday, Easter Sunday and Monday, Ascension Day, Whit Sunday and Monday.
  for (int offset : {-3, -2, 0, 1, 39, 49, 50}) {
    if (from_easter == offset) return true;
  }
  return false;
}

bool is_working_day(year_month_day day) {
  auto weekday = std::chrono::weekday(sys_days(day)).iso_encoding();
  return weekday <= 5 && !is_holiday(day);
}

namespace {

std::optional<base::Instant> midnight(sys_days at) {
  year_month_day day(at);
  return base::from_oslo(static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month())),
                         static_cast<int>(static_cast<unsigned>(day.day())), 0, 0);
}

base::Instant two_working_days(base::Instant from, base::Instant end) {
  auto local = base::to_oslo(from);
  auto day =
      sys_days(year_month_day(std::chrono::year(local.year), std::chrono::month(static_cast<unsigned>(local.month)),
                              std::chrono::day(static_cast<unsigned>(local.day))));
  if (midnight(day) != from) day += days(1);  // the first whole day
  int found = 0;
  for (int i = 0; i < 40 && found < 2; ++i, day += days(1)) {
    if (is_working_day(year_month_day(day))) ++found;
  }
  auto second = midnight(day);
  return second && *second > end ? *second : end;
}

}  // namespace

HourDeadline hour_deadline(base::Instant from, std::int64_t hours, bool lenient) {
  constexpr std::int64_t hour = 3'600'000'000;
  HourDeadline out;
  out.target = from + base::Duration::hours(hours);
  const auto rest = ((out.target.micros % hour) + hour) % hour;
  out.statutory_end = base::Instant{out.target.micros - rest + hour};
  if (lenient) out.lenient_end = two_working_days(from, out.statutory_end);
  return out;
}

}  // namespace alting::forms
