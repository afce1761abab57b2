#include "forms/functions.h"

#include "forms/decimal.h"
#include "forms/function_parts.h"

namespace alting::forms {

const Function* find_function(std::string_view name) {
  for (auto group : {logic_functions(), number_functions(), text_functions(), value_functions(), lookup_functions(),
                     time_functions()}) {
    auto found = std::ranges::lower_bound(group, name, {}, &Function::name);
    if (found != group.end() && found->name == name) return &*found;
  }
  return nullptr;
}

std::string_view type_name(const Json& value) {
  if (value.is_null()) return "null";
  if (value.is_bool()) return "boolean";
  if (value.is_number()) return "number";
  if (value.is_string()) return "string";
  return value.is_array() ? "list" : "object";
}

std::expected<std::optional<DateTime>, std::string> date_arg(const Json& value) {
  FORMS_TRY(text, to_string_value(value));
  if (text.is_null() || text.as_string().empty()) return std::nullopt;
  auto parsed = parse_date_time(text.as_string());
  if (auto* at = std::get_if<DateTime>(&parsed)) return *at;
  bool unknown = std::get<DateFault>(parsed) == DateFault::unknown_format;
  return fail(fmt::format("Unable to parse date \"{}\": {}", text.as_string(),
                          unknown ? "Unknown format" : "Format was recognized, but the date/time is invalid"));
}

std::expected<std::string, std::string> number_or_zero(const Json& value) {
  FORMS_TRY(number, to_number_value(value));
  return number.is_null() ? "0" : number.number_text();
}

std::string shown(const Json& value) { return value.dump(); }

Outcome to_string_value(const Json& value) {
  if (value.is_null()) return Json();
  if (value.is_bool()) return Json(value.as_bool() ? "true" : "false");
  if (value.is_number()) return Json(code_text(value));
  if (!value.is_string()) return fail(fmt::format("Expected string, got value {}", shown(value)));
  const auto& text = value.as_string();
  if (text.size() == 4 || text.size() == 5) {
    std::string lower;
    for (char c : text) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (lower == "null") return Json();
    if (lower == "true" || lower == "false") return Json(std::move(lower));
  }
  return value;
}

Outcome to_number_value(const Json& value) {
  if (value.is_null()) return Json();
  std::optional<std::string> text;
  if (value.is_number()) text = to_decimal(value.number_text());
  if (value.is_string()) text = to_decimal(value.as_string());
  if (!text) return fail(fmt::format("Expected number, got value {}", shown(value)));
  return Json(base::JsonNumber{std::move(*text)});
}

std::expected<bool, std::string> to_bool_value(const Json& value) {
  if (value.is_null()) return false;
  if (value.is_bool()) return value.as_bool();
  if (value.is_string()) {
    auto text = to_string_value(value);
    if (text->is_null()) return false;
    if (text->as_string() == "true") return true;
    if (text->as_string() == "false") return false;
  }
  auto number = to_number_value(value);
  if (number && number->is_number()) {
    if (number->number_text() == "1") return true;
    if (number->number_text() == "0") return false;
  }
  return fail(fmt::format("Expected boolean, got value {}", shown(value)));
}

}  // namespace alting::forms
