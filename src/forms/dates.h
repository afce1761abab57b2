// Dates as Altinn's expression language reads and writes them.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/language.h"
#include "base/time.h"

namespace alting::forms {

struct DateTime {
  int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0;
  int nanos = 0;
  bool has_time = false;
  std::optional<int> offset_minutes;
  // Microseconds of this wall clock time read as UTC, and of the moment itself when there is an offset.
  [[nodiscard]] std::int64_t wall_micros() const;
  [[nodiscard]] std::int64_t utc_micros() const {
    return wall_micros() - std::int64_t{60'000'000} * offset_minutes.value_or(0);
  }
};

enum class DateFault { unknown_format, no_such_time };

// YYYY-MM-DD, optionally T or a blank and hh:mm, :ss, 1 to 9 decimals, and Z or +hh:mm.
[[nodiscard]] std::variant<DateTime, DateFault> parse_date_time(std::string_view text);
// The moment meant: with offset exactly, else on the clock of Oslo (a date: its first moment).
[[nodiscard]] std::optional<base::Instant> to_instant(std::string_view text);
// Unicode tokens G y u M L d E a h H m s S and text in single quotes; other letters stand for themselves.
[[nodiscard]] std::string format_date_time(const DateTime& at, std::string_view pattern, std::string_view language);
[[nodiscard]] DateTime from_micros(std::int64_t wall_micros);

}  // namespace alting::forms
