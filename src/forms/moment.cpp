#include "forms/moment.h"

#include "base/typed_text.h"
#include "base/wall_clock.h"
#include "forms/dates.h"

namespace alting::forms {

namespace {

TypedMoment one_of(const std::vector<base::Instant>& moments, std::string_view occurrence) {
  if (moments.size() == 1) return {moments[0], ""};
  if (moments.empty()) return {std::nullopt, "time_skipped"};
  for (std::size_t i = 0; i < moments.size(); ++i) {
    if (occurrence == occurrence_codes[i]) return {moments[i], ""};
  }
  return {std::nullopt, "time_twice"};
}

}  // namespace

std::vector<base::Instant> typed_moments(std::string_view date, std::string_view time, const Century& century) {
  auto day = typed_date(date, century);
  auto clock = typed_time(time);
  if (!day || !clock) return {};
  auto number = [](const std::string& text, std::size_t from, std::size_t count) {
    return std::stoi(text.substr(from, count));
  };
  return base::moments_in_oslo(number(*day, 0, 4), number(*day, 5, 2), number(*day, 8, 2), number(*clock, 0, 2),
                               number(*clock, 3, 2));
}

std::vector<base::Instant> moments_like(base::Instant at) {
  const auto local = base::to_oslo(at);
  return base::moments_in_oslo(local.year, local.month, local.day, local.hour, local.minute, local.second);
}

TypedMoment typed_moment(std::string_view date, std::string_view time, std::string_view occurrence,
                         const Century& century) {
  if (!typed_date(date, century)) return {std::nullopt, base::clean_line(date).empty() ? "no_date" : "not_a_date"};
  if (!typed_time(time)) return {std::nullopt, base::clean_line(time).empty() ? "no_time" : "not_a_time"};
  return one_of(typed_moments(date, time, century), occurrence);
}

TypedMoment typed_instant(std::string_view text) {
  const auto clean = base::clean_figures(text);
  auto parsed = parse_date_time(clean);
  const auto* wall = std::get_if<DateTime>(&parsed);
  if (wall == nullptr) return {std::nullopt, "not_a_date_time"};
  if (wall->offset_minutes || !wall->has_time) return {to_instant(clean), "not_a_date_time"};
  return one_of(base::moments_in_oslo(wall->year, wall->month, wall->day, wall->hour, wall->minute, wall->second), "");
}

}  // namespace alting::forms
