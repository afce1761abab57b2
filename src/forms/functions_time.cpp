// Dates and instants.
#include "forms/decimal.h"
#include "forms/function_parts.h"

namespace alting::forms {

namespace {

Outcome fn_format_date(Evaluator& evaluator, const Scope&, Args& args) {
  FORMS_TRY(given, date_arg(args[0]));
  if (!given) return Json();
  const auto& world = evaluator.world();
  std::string pattern = world.language == "en" ? "M/d/yy" : "dd.MM.yyyy";
  if (args.size() > 1) {
    FORMS_TRY(wanted, to_string_value(args[1]));
    if (wanted.is_string()) pattern = wanted.as_string();
  }
  auto at = *given;
  if (at.offset_minutes) {
    auto micros = at.utc_micros();
    if (world.zone != "UTC") micros += std::int64_t{60'000'000} * base::to_oslo(base::Instant{micros}).offset_minutes;
    at = from_micros(micros);
  }
  return Json(format_date_time(at, pattern, world.language));
}

std::expected<std::optional<base::Instant>, std::string> instant_arg(const Json& value) {
  FORMS_TRY(given, date_arg(value));
  if (!given) return std::nullopt;
  return to_instant(to_string_value(value)->as_string());
}

Outcome fn_now(Evaluator& evaluator, const Scope&, Args&) { return Json(base::to_rfc3339(evaluator.world().now)); }

Outcome fn_add_hours(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(at, instant_arg(args[0]));
  FORMS_TRY(hours, number_or_zero(args[1]));
  auto minutes = Json(base::JsonNumber{round_to(multiply(hours, "60"), 0)}).integer();
  if (!at) return Json();
  if (!minutes || *minutes > 60'000'000 || *minutes < -60'000'000) return fail("Too many hours");
  return Json(base::to_rfc3339(*at + base::Duration::minutes(*minutes)));
}

Outcome fn_next_full_hour(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(at, instant_arg(args[0]));
  if (!at) return Json();
  constexpr std::int64_t hour = 3'600'000'000;
  const auto rest = ((at->micros % hour) + hour) % hour;
  return Json(base::to_rfc3339(base::Instant{at->micros - rest + hour}));
}

Outcome fn_is_before(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(a, instant_arg(args[0]));
  FORMS_TRY(b, instant_arg(args[1]));
  return Json(a && b && *a < *b);
}

Outcome fn_is_after(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(a, instant_arg(args[0]));
  FORMS_TRY(b, instant_arg(args[1]));
  return Json(a && b && *a > *b);
}

constexpr Function time_table[] = {
    {"addHours", 2, 2, fn_add_hours}, {"formatDate", 1, 2, fn_format_date},      {"isAfter", 2, 2, fn_is_after},
    {"isBefore", 2, 2, fn_is_before}, {"nextFullHour", 1, 1, fn_next_full_hour}, {"now", 0, 0, fn_now},
};
static_assert(std::ranges::is_sorted(time_table, {}, &Function::name));

}  // namespace

std::span<const Function> time_functions() { return time_table; }

}  // namespace alting::forms
