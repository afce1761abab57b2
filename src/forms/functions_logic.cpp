// Truth and comparison.
#include "forms/decimal.h"
#include "forms/function_parts.h"

namespace alting::forms {

namespace {

Outcome fn_and(Evaluator&, const Scope&, Args& args) {
  bool all = true;
  for (const auto& arg : args) {
    FORMS_TRY(value, to_bool_value(arg));
    all = all && value;
  }
  return Json(all);
}

Outcome fn_or(Evaluator&, const Scope&, Args& args) {
  bool any = false;
  for (const auto& arg : args) {
    FORMS_TRY(value, to_bool_value(arg));
    any = any || value;
  }
  return Json(any);
}

Outcome fn_not(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(value, to_bool_value(args[0]));
  return Json(!value);
}

Outcome fn_if(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(condition, to_bool_value(args[0]));
  if (condition) return std::move(args[1]);
  return args.size() == 4 ? std::move(args[3]) : Json();
}

// Text of four or five octets may be "null", "true" or "false".
bool is_plain_text(const Json& value) {
  return value.is_string() && value.as_string().size() != 4 && value.as_string().size() != 5;
}

std::expected<bool, std::string> equal(const Json& a, const Json& b) {
  if (is_plain_text(a) && is_plain_text(b)) return a.as_string() == b.as_string();
  if (a.is_array() || a.is_object() || b.is_array() || b.is_object()) return a == b;
  FORMS_TRY(x, to_string_value(a));
  FORMS_TRY(y, to_string_value(b));
  return x == y;
}

Outcome fn_equals(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(answer, equal(args[0], args[1]));
  return Json(bool{answer});
}

Outcome fn_not_equals(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(answer, equal(args[0], args[1]));
  return Json(!answer);
}

// The order of two numbers; nothing when one is null.
std::expected<std::optional<int>, std::string> number_order(const Json& a, const Json& b) {
  FORMS_TRY(x, to_number_value(a));
  FORMS_TRY(y, to_number_value(b));
  if (x.is_null() || y.is_null()) return std::nullopt;
  return compare(x.number_text(), y.number_text());
}

template <class Holds>
Outcome order_test(Args& args, Holds holds) {
  FORMS_TRY(order, number_order(args[0], args[1]));
  return Json(order.has_value() && holds(*order));
}

Outcome fn_greater(Evaluator&, const Scope&, Args& args) {
  return order_test(args, [](int o) { return o > 0; });
}
Outcome fn_greater_eq(Evaluator&, const Scope&, Args& args) {
  return order_test(args, [](int o) { return o >= 0; });
}
Outcome fn_less(Evaluator&, const Scope&, Args& args) {
  return order_test(args, [](int o) { return o < 0; });
}
Outcome fn_less_eq(Evaluator&, const Scope&, Args& args) {
  return order_test(args, [](int o) { return o <= 0; });
}

std::expected<bool, std::string> date_test(std::string_view op, const Json& left, const Json& right) {
  FORMS_TRY(a, date_arg(left));
  FORMS_TRY(b, date_arg(right));
  if (!a || !b) return false;
  if (a->offset_minutes.has_value() != b->offset_minutes.has_value())
    return fail("Can not compare timestamps where only one specify timezone");
  if (op == "isSameDay") {
    if (a->offset_minutes != b->offset_minutes)
      return fail("Can not figure out if timestamps in different timezones are in the same day");
    return a->year == b->year && a->month == b->month && a->day == b->day;
  }
  auto order = a->utc_micros() <=> b->utc_micros();
  if (order == 0) order = a->nanos <=> b->nanos;
  if (op == "isBefore") return order < 0;
  if (op == "isBeforeEq") return order <= 0;
  if (op == "isAfter") return order > 0;
  return order >= 0;
}

std::expected<bool, std::string> compare_test(std::string_view op, const Json& a, const Json& b) {
  if (op == "equals") return equal(a, b);
  if (op.starts_with("is")) return date_test(op, a, b);
  FORMS_TRY(order, number_order(a, b));
  if (!order) return false;
  if (op == "greaterThan") return *order > 0;
  if (op == "greaterThanEq") return *order >= 0;
  if (op == "lessThan") return *order < 0;
  return *order <= 0;
}

Outcome fn_compare(Evaluator&, const Scope&, Args& args) {
  bool negate = args.size() == 4;
  FORMS_TRY(answer, compare_test(args[negate ? 2 : 1].text_or(""), args[0], args.back()));
  return Json(negate ? !answer : bool{answer});
}

constexpr Function logic_table[] = {
    {"and", 1, any_number, fn_and},     {"compare", 3, 4, fn_compare},          {"equals", 2, 2, fn_equals},
    {"greaterThan", 2, 2, fn_greater},  {"greaterThanEq", 2, 2, fn_greater_eq}, {"if", 2, 4, fn_if},
    {"lessThan", 2, 2, fn_less},        {"lessThanEq", 2, 2, fn_less_eq},       {"not", 1, 1, fn_not},
    {"notEquals", 2, 2, fn_not_equals}, {"or", 1, any_number, fn_or},
};
static_assert(std::ranges::is_sorted(logic_table, {}, &Function::name));

}  // namespace

std::span<const Function> logic_functions() { return logic_table; }

}  // namespace alting::forms
