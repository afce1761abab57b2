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
  base::Instant target;  // from + hours, as shown to the user
  base::Instant
      statutory_end;  // the start of the next full hour, or target when it is one: what the verdict is taken by
  std::optional<base::Instant> lenient_end;
};
// `lenient` extends statutory_end to the end (Oslo midnight) of the second whole working day after `from`, when that is
// later.
[[nodiscard]] HourDeadline hour_deadline(base::Instant from, std::int64_t hours, bool lenient);

}  // namespace alting::forms
