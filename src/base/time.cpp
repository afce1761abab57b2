#include "base/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/civil_date.h"

namespace alting::base {
namespace {

constexpr std::int64_t micros_per_second = 1'000'000;
constexpr std::int64_t seconds_per_day = 86'400;

struct CivilTime {
  int year, month, day, hour, minute, second, micros;
};

std::int64_t floor_div(std::int64_t value, std::int64_t by) { return value / by - (value % by < 0 ? 1 : 0); }

CivilTime to_utc(Instant at) {
  const std::int64_t seconds = floor_div(at.micros, micros_per_second);
  const std::int64_t days = floor_div(seconds, seconds_per_day);
  const auto of_day = static_cast<int>(seconds - days * seconds_per_day);
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{static_cast<int>(days)}}};
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          of_day / 3600,
          of_day / 60 % 60,
          of_day % 60,
          static_cast<int>(at.micros - seconds * micros_per_second)};
}

std::string seconds_text(const CivilTime& t) {
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", t.year, t.month, t.day, t.hour, t.minute, t.second);
}

// Reads fixed fields from left to right; after the first fault everything fails.
class Fields {
 public:
  explicit Fields(std::string_view text) : rest_(text) {}

  int number(std::size_t digits) {
    int out = 0;
    if (rest_.size() < digits) fail();
    for (std::size_t i = 0; i < digits && ok_; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9')
        fail();
      else
        out = out * 10 + (rest_[i] - '0');
    }
    if (ok_) rest_.remove_prefix(digits);
    return out;
  }
  bool take(std::string_view any_of) {
    if (!ok_ || rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(std::string_view any_of) {
    if (!take(any_of)) fail();
  }
  // The digits of a fraction as microseconds; further digits are cut off.
  int fraction() {
    int out = 0, scale = 100'000, digits = 0;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      out += (rest_.front() - '0') * scale;
      scale /= 10;
      rest_.remove_prefix(1);
      ++digits;
    }
    if (digits == 0) fail();
    return out;
  }
  void fail() { ok_ = false; }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool done() const { return ok_ && rest_.empty(); }
  [[nodiscard]] char front() const { return rest_.empty() ? '\0' : rest_.front(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::optional<std::chrono::year_month_day> take_date(Fields& fields) {
  const int year = fields.number(4);
  fields.expect("-");
  const int month = fields.number(2);
  fields.expect("-");
  const int day = fields.number(2);
  if (!fields.ok()) return std::nullopt;
  return existing_date(year, month, day);
}

}  // namespace

Instant SystemClock::now() const {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  const std::int64_t read = std::chrono::duration_cast<std::chrono::microseconds>(since).count();
  std::int64_t latest = latest_.load(std::memory_order_relaxed);
  while (read > latest && !latest_.compare_exchange_weak(latest, read, std::memory_order_relaxed)) {
  }
  return {std::max(read, latest)};
}

std::string to_rfc3339(Instant at) {
  const CivilTime t = to_utc(at);
  return t.micros == 0 ? seconds_text(t) + "Z" : fmt::format("{}.{:06}Z", seconds_text(t), t.micros);
}

std::string to_rfc3339_millis(Instant at) {
  const CivilTime t = to_utc(at);
  return fmt::format("{}.{:03}Z", seconds_text(t), t.micros / 1000);
}

std::optional<Instant> from_rfc3339(std::string_view text) {
  Fields fields(text);
  const auto date = take_date(fields);
  fields.expect("Tt");
  const int hour = fields.number(2);
  fields.expect(":");
  const int minute = fields.number(2);
  fields.expect(":");
  const int second = fields.number(2);
  const int micros = fields.take(".") ? fields.fraction() : 0;
  int offset = 0;
  if (!fields.take("Zz")) {
    const int sign = fields.front() == '-' ? -1 : 1;
    fields.expect("+-");
    const int hours = fields.number(2);
    fields.expect(":");
    const int minutes = fields.number(2);
    if (hours > 23 || minutes > 59) return std::nullopt;
    offset = sign * (hours * 60 + minutes);
  }
  // Second 60 is a leap second, which POSIX time does not have; it is refused rather than moved.
  if (!date || !fields.done() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days{*date}.time_since_epoch().count();
  const std::int64_t seconds = days * seconds_per_day + hour * 3600 + (minute - offset) * 60 + second;
  return Instant{seconds * micros_per_second + micros};
}

bool is_date(std::string_view text) {
  Fields fields(text);
  return take_date(fields) && fields.done();
}

}  // namespace alting::base
