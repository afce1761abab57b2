// Norwegian working days and the deadlines that count in hours.
//
// Periods in hours run through nights, weekends and holidays (regulation 1182/71 article 3(3)). Only the lenient end
// looks at working days (article 3(5)): two whole ones must lie inside. Holidays: helligdagsfredloven section 2 and 1
// and 17 May.
#pragma once
#include <chrono>
#include <optional>

#include "base/time.h"

namespace alting::forms {

[[nodiscard]] std::chrono::year_month_day easter_sunday(std::chrono::year year);  // Gregorian computus
[[nodiscard]] bool is_holiday(std::chrono::year_month_day day);
[[nodiscard]] bool is_working_day(std::chrono::year_month_day day);  // not a Saturday, a Sunday or a holiday

struct HourDeadline {
  base::Instant target;  // from + hours: the deadline as it is shown
  // The start of the next full hour after it, of a full hour too: the hour in which the period begins is not counted
  // (regulation 1182/71 article 3(1)). What the verdict is taken by.
  base::Instant statutory_end;
  std::optional<base::Instant> lenient_end;
};
// `lenient` extends statutory_end to the end (Oslo midnight) of the second whole working day after `from`, when that is
// later.
[[nodiscard]] HourDeadline hour_deadline(base::Instant from, std::int64_t hours, bool lenient);

}  // namespace alting::forms
