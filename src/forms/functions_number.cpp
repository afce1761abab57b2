// Exact decimal arithmetic, and what counts lists.
#include "forms/decimal.h"
#include "forms/function_parts.h"

namespace alting::forms {

namespace {

template <class Step>
Outcome fold(const Args& args, Step step) {
  FORMS_TRY(first, number_or_zero(args[0]));
  auto total = first;
  for (std::size_t i = 1; i < args.size(); ++i) {
    FORMS_TRY(next, number_or_zero(args[i]));
    total = step(total, next);
    if (total.find_first_not_of("+-.0123456789e") != std::string::npos) return fail("The number is too large");
  }
  return number(std::move(total));
}

Outcome fn_plus(Evaluator&, const Scope&, Args& args) { return fold(args, add); }
Outcome fn_minus(Evaluator&, const Scope&, Args& args) { return fold(args, subtract); }
Outcome fn_multiply(Evaluator&, const Scope&, Args& args) { return fold(args, multiply); }
Outcome fn_divide(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(a, number_or_zero(args[0]));
  FORMS_TRY(b, number_or_zero(args[1]));
  auto answer = divide(a, b);
  if (!answer) return fail("The second argument is 0, cannot divide by 0");
  return number(std::move(*answer));
}

Outcome fn_round(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(value, number_or_zero(args[0]));
  std::string places = "0";
  if (args.size() > 1) {
    FORMS_TRY(given, number_or_zero(args[1]));
    places = given;
  }
  if (!is_whole(places) || compare(places, "0") < 0 || compare(places, "20") > 0)
    return fail("The number of decimals must be a whole number from 0 to 20");
  return Json(round_to(value, std::stoi(places)));
}

std::expected<const base::JsonArray*, std::string> list_arg(const Json& value) {
  if (!value.is_array()) return fail(fmt::format("Expected argument to be list, got {}", type_name(value)));
  return &value.items();
}

Outcome fn_count(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(list, list_arg(args[0]));
  return Json(static_cast<std::int64_t>(list->size()));
}

Outcome fn_sum(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(list, list_arg(args[0]));
  if (list->empty()) return Json(0);
  return fold(*list, add);
}

Outcome fn_average(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(list, list_arg(args[0]));
  if (list->empty()) return args.size() > 1 ? std::move(args[1]) : Json();
  FORMS_TRY(total, fold(*list, add));
  return number(divide(total.number_text(), std::to_string(list->size())).value_or("0"));
}

constexpr Function number_table[] = {
    {"average", 1, 2, fn_average},
    {"count", 1, 1, fn_count},
    {"divide", 2, 2, fn_divide},
    {"minus", 2, 2, fn_minus},
    {"multiply", 1, any_number, fn_multiply},
    {"plus", 1, any_number, fn_plus},
    {"round", 1, 2, fn_round},
    {"sum", 1, 1, fn_sum},
};
static_assert(std::ranges::is_sorted(number_table, {}, &Function::name));

}  // namespace

std::span<const Function> number_functions() { return number_table; }

}  // namespace alting::forms
