// Values built and passed in.
#include "forms/function_parts.h"
#include "forms/jmespath.h"

namespace alting::forms {

namespace {

Outcome fn_list(Evaluator&, const Scope&, Args& args) { return Json(std::move(args)); }

Outcome fn_object(Evaluator&, const Scope&, Args& args) {
  if (args.size() % 2 != 0) return fail("Expected an even number of arguments: pairs of key and value");
  Json out = Json::object();
  for (std::size_t i = 0; i < args.size(); i += 2) {
    if (!args[i].is_string()) return fail(fmt::format("Expected a string as key, got {}", shown(args[i])));
    if (out.find(args[i].as_string()) != nullptr)
      return fail(fmt::format("The key \"{}\" is used more than once", args[i].as_string()));
    out.set(args[i].as_string(), std::move(args[i + 1]));
  }
  return out;
}

Outcome fn_argv(Evaluator&, const Scope& scope, Args& args) {
  FORMS_TRY(given, to_number_value(args[0]));
  auto index = given.integer();
  if (!index) return fail(fmt::format("Expected a whole number, got value {}", shown(args[0])));
  auto count = scope.argv == nullptr ? 0 : scope.argv->size();
  if (*index < 0 || static_cast<std::size_t>(*index) >= count)
    return fail(fmt::format("Index {} out of range", *index));
  return (*scope.argv)[static_cast<std::size_t>(*index)];
}

Outcome fn_value(Evaluator&, const Scope& scope, Args& args) {
  if (scope.values == nullptr) return fail("No value arguments available");
  std::string key = scope.default_value;
  if (!args.empty()) {
    FORMS_TRY(given, to_string_value(args[0]));
    key = given.is_null() ? "null" : given.as_string();
  }
  if (const auto* found = scope.values->find(key)) return *found;
  std::string known;
  for (const auto& [name, unused] : scope.values->members()) known += (known.empty() ? "" : ", ") + name;
  return fail(fmt::format("Unknown key {}, Valid keys are: {}", key, known));
}

Outcome fn_jmespath(Evaluator&, const Scope&, Args& args) {
  if (!args[1].is_string()) return fail(fmt::format("Expected argument to be string, got {}", type_name(args[1])));
  return jmespath(args[0], args[1].as_string());
}

Outcome fn_select_and_map(Evaluator& evaluator, const Scope& scope, Args& args) {
  FORMS_TRY(path, to_string_value(args[0]));
  FORMS_TRY(property, to_string_value(args[1]));
  if (path.is_null() || property.is_null()) return fail("Cannot lookup dataModel null");
  const auto* data = evaluator.data_of("");
  const auto* list = data == nullptr ? nullptr : value_at(*data, path.as_string(), scope.rows);
  if (list == nullptr || !list->is_array()) return Json("");
  auto part = [&](std::size_t i) { return args.size() > i ? code_text(args[i]) : std::string(); };
  bool after_last = args.size() < 5 || to_bool_value(args[4]).value_or(true);
  std::string out;
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (i > 0) out += ' ';
    out += part(2) + code_text(list->items()[i][property.as_string()]);
    if (i + 1 < list->size() || after_last) out += part(3);
  }
  return Json(std::move(out));
}

constexpr Function value_table[] = {
    {"_experimentalSelectAndMap", 2, 5, fn_select_and_map},
    {"argv", 1, 1, fn_argv},
    {"jmespath", 2, 2, fn_jmespath},
    {"list", 0, any_number, fn_list},
    {"object", 0, any_number, fn_object},
    {"value", 0, 1, fn_value},
};
static_assert(std::ranges::is_sorted(value_table, {}, &Function::name));

}  // namespace

std::span<const Function> value_functions() { return value_table; }

}  // namespace alting::forms
