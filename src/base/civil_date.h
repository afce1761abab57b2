// Dates of the Gregorian calendar, years 0001 to 9999.
#pragma once
#include <chrono>
#include <optional>

namespace alting::base {

// Nothing for a date that does not exist.
[[nodiscard]] inline std::optional<std::chrono::year_month_day> existing_date(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (year < 1 || year > 9999 || !date.ok()) return std::nullopt;
  return date;
}

}  // namespace alting::base
