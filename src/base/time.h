// Time comes in through Clock, so that every rule about time can be tested, and never steps back.
//
// An Instant is microseconds since 1970-01-01T00:00:00Z (POSIX time, no leap seconds). Local time exists only for
// people: it is always Europe/Oslo, by the IANA rules in ICU.
#pragma once
#include <atomic>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/language.h"

namespace alting::base {

struct Instant {
  std::int64_t micros = 0;
  auto operator<=>(const Instant&) const = default;
};

struct Duration {
  std::int64_t micros = 0;
  auto operator<=>(const Duration&) const = default;
  static constexpr Duration milliseconds(std::int64_t n) { return {n * 1'000}; }
  static constexpr Duration seconds(std::int64_t n) { return {n * 1'000'000}; }
  static constexpr Duration minutes(std::int64_t n) { return {n * 60'000'000}; }
  static constexpr Duration hours(std::int64_t n) { return {n * 3'600'000'000}; }
  static constexpr Duration days(std::int64_t n) { return hours(24 * n); }  // 24 hours each, not calendar days
};
constexpr Instant operator+(Instant at, Duration by) { return {at.micros + by.micros}; }
constexpr Instant operator-(Instant at, Duration by) { return {at.micros - by.micros}; }
constexpr Duration operator-(Instant later, Instant earlier) { return {later.micros - earlier.micros}; }

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
};

// The system's wall clock, held still when the system steps back.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;

 private:
  mutable std::atomic<std::int64_t> latest_{0};
};

// For tests: stands still until moved.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant at) : at_(at.micros) {}
  [[nodiscard]] Instant now() const override { return {at_.load()}; }
  void advance(Duration by) { at_ += by.micros; }
  void set(Instant at) { at_ = at.micros; }

 private:
  std::atomic<std::int64_t> at_;
};

// RFC 3339 with 'Z', second precision when there is no fraction, else microseconds. Sorts as text only at equal
// precision.
[[nodiscard]] std::string to_rfc3339(Instant at);
[[nodiscard]] std::string to_rfc3339_millis(Instant at);
// RFC 3339 section 5.6 date-time with 'Z' or an offset; nothing on any fault. Years 0001 to 9999.
[[nodiscard]] std::optional<Instant> from_rfc3339(std::string_view text);

struct LocalTime {  // a moment on the wall clock of Europe/Oslo
  int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0;
  int weekday = 0;         // 0 Monday .. 6 Sunday
  int offset_minutes = 0;  // east of UTC
};
[[nodiscard]] LocalTime to_oslo(Instant at);
// The instant of a wall clock time in Oslo. In the hour that occurs twice the first is meant; a time that is skipped in
// spring moves on by the gap.
[[nodiscard]] std::optional<Instant> from_oslo(int year, int month, int day, int hour, int minute, int second = 0);
[[nodiscard]] std::string to_rfc3339_oslo(Instant at);  // "2026-11-20T14:20:00+01:00"
[[nodiscard]] std::string to_date_oslo(Instant at);     // "2026-11-20"
[[nodiscard]] bool is_date(std::string_view text);      // "YYYY-MM-DD" that exists

// For people, CLDR patterns: "mandag 23. november 2026 kl. 14:20", "23. november 2026", "23.11.2026 14:20", "14:20".
enum class TimeStyle : std::uint8_t { full, date, compact, clock };
[[nodiscard]] std::string format_local(Instant at, TimeStyle style, Language language);
// "2026-11-23" -> "23. november 2026", "23 November 2026"; what is no date stays as it is.
[[nodiscard]] std::string date_in_words(std::string_view date, Language language);
// "om 2 dager og 3 timer", "for 5 minutter siden": the two largest units, in the language.
[[nodiscard]] std::string format_relative(Instant at, Instant now, Language language);

}  // namespace alting::base
