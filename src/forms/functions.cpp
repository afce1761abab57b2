#include "forms/functions.h"

#include "base/text.h"
#include "forms/dates.h"
#include "forms/decimal.h"
#include "forms/jmespath.h"

namespace alting::forms {

namespace {

std::unexpected<std::string> fail(std::string message) { return std::unexpected(std::move(message)); }

std::string_view type_name(const Json& value) {
  if (value.is_null()) return "null";
  if (value.is_bool()) return "boolean";
  if (value.is_number()) return "number";
  if (value.is_string()) return "string";
  return value.is_array() ? "list" : "object";
}

#define FORMS_TRY(variable, ...)                                               \
  auto variable##_outcome = (__VA_ARGS__);                                     \
  if (!variable##_outcome) return fail(std::move(variable##_outcome.error())); \
  auto& variable = *variable##_outcome

// --- truth and comparison

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

std::expected<bool, std::string> equal(const Json& a, const Json& b) {
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

std::expected<std::optional<DateTime>, std::string> date_arg(const Json& value) {
  FORMS_TRY(text, to_string_value(value));
  if (text.is_null() || text.as_string().empty()) return std::nullopt;
  auto parsed = parse_date_time(text.as_string());
  if (auto* at = std::get_if<DateTime>(&parsed)) return *at;
  bool unknown = std::get<DateFault>(parsed) == DateFault::unknown_format;
  return fail(fmt::format("Unable to parse date \"{}\": {}", text.as_string(),
                          unknown ? "Unknown format" : "Format was recognized, but the date/time is invalid"));
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

// --- arithmetic

std::expected<std::string, std::string> number_or_zero(const Json& value) {
  FORMS_TRY(number, to_number_value(value));
  return number.is_null() ? "0" : number.number_text();
}

Json number(std::string text) { return {base::JsonNumber{std::move(text)}}; }

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

// --- text

std::u16string to_utf16(std::string_view text) {
  std::u16string out;
  for (std::size_t at = 0; at < text.size();) {
    auto lead = static_cast<unsigned char>(text[at]);
    std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t c = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length && at + i < text.size(); ++i)
      c = c << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    at += length;
    if (c < 0x10000) {
      out += static_cast<char16_t>(c);
    } else {
      out += static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10));
      out += static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FF));
    }
  }
  return out;
}

void append_utf8(std::string& out, char32_t c) {
  auto put = [&](char32_t octet) { out += static_cast<char>(static_cast<unsigned char>(octet)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0 | c >> 6);
  } else {
    if (c < 0x10000) {
      put(0xE0 | c >> 12);
    } else {
      put(0xF0 | c >> 18);
      put(0x80 | (c >> 12 & 0x3F));
    }
    put(0x80 | (c >> 6 & 0x3F));
  }
  put(0x80 | (c & 0x3F));
}

// A surrogate that lost its other half becomes U+FFFD.
std::string to_utf8(std::u16string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char32_t c = text[i];
    if (c >= 0xD800 && c < 0xDC00 && i + 1 < text.size() && text[i + 1] >= 0xDC00 && text[i + 1] < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10) + (text[++i] - 0xDC00U);
    } else if (c >= 0xD800 && c < 0xE000) {
      c = 0xFFFD;
    }
    append_utf8(out, c);
  }
  return out;
}

Outcome fn_concat(Evaluator&, const Scope&, Args& args) {
  std::string out;
  for (const auto& arg : args) {
    FORMS_TRY(text, to_string_value(arg));
    if (text.is_string()) out += text.as_string();
  }
  return Json(std::move(out));
}

template <class Test>
Outcome text_test(Args& args, bool with_null, Test test) {
  FORMS_TRY(a, to_string_value(args[0]));
  FORMS_TRY(b, to_string_value(args[1]));
  if (a.is_null() || b.is_null()) return Json(with_null);
  return Json(bool{test(std::string_view(a.as_string()), std::string_view(b.as_string()))});
}

// In a list of codes (our addition), or as a part of a text.
std::expected<bool, std::string> list_contains(const Json& list, const Json& value) {
  FORMS_TRY(wanted, to_string_value(value));
  for (const auto& item : list.items()) {
    auto text = to_string_value(item);
    if (text && *text == wanted) return true;
  }
  return false;
}

Outcome fn_contains(Evaluator&, const Scope&, Args& args) {
  if (args[0].is_array()) {
    FORMS_TRY(answer, list_contains(args[0], args[1]));
    return Json(bool{answer});
  }
  return text_test(args, false, [](auto a, auto b) { return a.find(b) != std::string_view::npos; });
}

Outcome fn_not_contains(Evaluator&, const Scope&, Args& args) {
  if (args[0].is_array()) {
    FORMS_TRY(answer, list_contains(args[0], args[1]));
    return Json(!answer);
  }
  return text_test(args, true, [](auto a, auto b) { return a.find(b) == std::string_view::npos; });
}

Outcome fn_starts_with(Evaluator&, const Scope&, Args& args) {
  return text_test(args, false, [](auto a, auto b) { return a.starts_with(b); });
}
Outcome fn_ends_with(Evaluator&, const Scope&, Args& args) {
  return text_test(args, false, [](auto a, auto b) { return a.ends_with(b); });
}
Outcome fn_comma_contains(Evaluator&, const Scope&, Args& args) {
  if (args[0].is_array()) {
    FORMS_TRY(answer, list_contains(args[0], args[1]));
    return Json(bool{answer});
  }
  return text_test(args, false, [](auto a, auto b) {
    auto parts = base::split(a, ',');
    return std::ranges::any_of(parts, [&](auto part) { return base::trim(part) == b; });
  });
}

Outcome fn_lower(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(text, to_string_value(args[0]));
  return text.is_null() ? Json() : Json(base::to_lower(text.as_string()));
}
Outcome fn_upper(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(text, to_string_value(args[0]));
  return text.is_null() ? Json() : Json(base::to_upper(text.as_string()));
}

template <class Change>
Outcome change_first(const Json& arg, Change change) {
  FORMS_TRY(text, to_string_value(arg));
  if (text.is_null() || text.as_string().empty()) return text;
  const auto& whole = text.as_string();
  std::size_t first = 1;
  while (first < whole.size() && (static_cast<unsigned char>(whole[first]) & 0xC0U) == 0x80) ++first;
  return Json(change(std::string_view(whole).substr(0, first)) + whole.substr(first));
}
Outcome fn_upper_first(Evaluator&, const Scope&, Args& args) { return change_first(args[0], base::to_upper); }
Outcome fn_lower_first(Evaluator&, const Scope&, Args& args) { return change_first(args[0], base::to_lower); }

Outcome fn_string_length(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(text, to_string_value(args[0]));
  return Json(static_cast<std::int64_t>(text.is_null() ? 0 : base::utf16_units(text.as_string())));
}

Outcome fn_string_replace(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(text, to_string_value(args[0]));
  FORMS_TRY(from, to_string_value(args[1]));
  FORMS_TRY(to, to_string_value(args[2]));
  if (text.is_null() || from.is_null() || from.as_string().empty()) return text;
  return Json(base::replace_all(text.as_string(), from.as_string(), to.text_or("")));
}

Outcome fn_string_index_of(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(text, to_string_value(args[0]));
  FORMS_TRY(part, to_string_value(args[1]));
  if (text.is_null() || part.is_null()) return Json();
  auto at = text.as_string().find(part.as_string());
  if (at == std::string::npos) return Json();
  return Json(static_cast<std::int64_t>(base::utf16_units(std::string_view(text.as_string()).substr(0, at))));
}

std::expected<std::int64_t, std::string> index_arg(const Json& value) {
  FORMS_TRY(given, to_number_value(value));
  if (given.is_null()) return fail("Start/end index cannot be null");
  auto whole = given.integer();
  if (!whole) return fail("Start/end index must be a whole number");
  return *whole;
}

Outcome fn_string_slice(Evaluator&, const Scope&, Args& args) {
  FORMS_TRY(text, to_string_value(args[0]));
  FORMS_TRY(start, index_arg(args[1]));
  std::optional<std::int64_t> last;
  if (args.size() > 2) {
    FORMS_TRY(end, index_arg(args[2]));
    last = end;
  }
  if (text.is_null()) return Json();
  auto units = to_utf16(text.as_string());
  auto size = static_cast<std::int64_t>(units.size());
  auto clamp = [&](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size); };
  auto from = clamp(start), to = clamp(last.value_or(size));
  if (from >= to) return Json("");
  return Json(
      to_utf8(std::u16string_view(units).substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from))));
}

// --- values

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

// --- looking things up

Outcome fn_data_model(Evaluator& evaluator, const Scope& scope, Args& args) {
  FORMS_TRY(path, to_string_value(args[0]));
  if (path.is_null()) return fail("Cannot lookup dataModel null");
  std::string type;
  if (args.size() > 1) type = std::string(args[1].text_or(""));
  const auto* data = evaluator.data_of(type);
  if (data == nullptr) return fail(fmt::format("Data model with type {} not found", type));
  const auto* value = value_at(*data, path.as_string(), scope.rows);
  return value == nullptr ? Json() : *value;
}

Outcome fn_component(Evaluator& evaluator, const Scope& scope, Args& args) {
  FORMS_TRY(id, to_string_value(args[0]));
  if (id.is_null()) return fail("Cannot lookup component null");
  FORMS_TRY(found, evaluator.find_component(id.as_string(), scope));
  return evaluator.component_value(*found.component, found.rows, scope.rows);
}

Outcome fn_display_value(Evaluator& evaluator, const Scope& scope, Args& args) {
  FORMS_TRY(id, to_string_value(args[0]));
  if (id.is_null()) return fail("Cannot lookup component null");
  FORMS_TRY(found, evaluator.find_component(id.as_string(), scope));
  return evaluator.display_value(*found.component, found.rows);
}

Outcome fn_option_label(Evaluator& evaluator, const Scope& scope, Args& args) {
  FORMS_TRY(code, to_string_value(args[1]));
  const auto* book = evaluator.world().options;
  auto id = std::string(args[0].text_or(""));
  if (book == nullptr || book->find(id) == book->end())
    return fail(fmt::format("Could not find options with id: {}", id));
  if (code.is_null()) return Json();
  const auto* option = book->find(id)->second.find(code.as_string(), evaluator.world().today);
  return option == nullptr ? Json() : Json(evaluator.text(option->label, scope));
}

Outcome fn_text(Evaluator& evaluator, const Scope& scope, Args& args) {
  FORMS_TRY(id, to_string_value(args[0]));
  return id.is_null() ? Json() : Json(evaluator.text(id.as_string(), scope));
}

Outcome fn_language(Evaluator& evaluator, const Scope&, Args&) { return Json(evaluator.world().language); }

Outcome fn_instance_context(Evaluator& evaluator, const Scope&, Args& args) {
  static constexpr std::array<std::string_view, 5> known{"appId", "instanceId", "instanceOwnerPartyId",
                                                         "instanceOwnerPartyType", "instanceOwnerName"};
  FORMS_TRY(key, to_string_value(args[0]));
  if (key.is_null()) return fail("Unknown Instance context property null");
  const auto& instance = evaluator.world().instance;
  auto found = instance.find(key.as_string());
  if (found != instance.end()) return Json(found->second);
  if (std::ranges::find(known, key.as_string()) != known.end()) return Json();
  return fail(fmt::format("Unknown Instance context property {}", key.as_string()));
}

Outcome fn_frontend_settings(Evaluator& evaluator, const Scope&, Args& args) {
  FORMS_TRY(key, to_string_value(args[0]));
  if (key.is_null()) return fail("Value cannot be null. (Parameter 'key')");
  return evaluator.world().frontend_settings[key.as_string()];
}

Outcome fn_auth_context(Evaluator& evaluator, const Scope&, Args& args) {
  static constexpr std::array<std::string_view, 7> actions{"instantiate", "confirm", "sign", "reject",
                                                           "complete",    "read",    "write"};
  FORMS_TRY(action, to_string_value(args[0]));
  auto name = std::string(action.text_or("null"));
  if (std::ranges::find(actions, name) == actions.end())
    return fail(fmt::format("Unknown auth context property {}", name));
  const auto& rights = evaluator.world().permissions;
  if (name == "read" || name == "write") return Json(rights[name].bool_or(false));
  return Json(rights["actions"][name].bool_or(false));
}

Outcome fn_external_api(Evaluator& evaluator, const Scope&, Args& args) {
  FORMS_TRY(id, to_string_value(args[0]));
  FORMS_TRY(path, to_string_value(args[1]));
  const auto* data = evaluator.world().external_apis["data"].find(id.text_or(""));
  if (data == nullptr || path.text_or("").empty()) return Json();
  const auto* value = value_at(*data, path.as_string());
  return value == nullptr || value->is_array() || value->is_object() ? Json() : *value;
}

Outcome fn_count_data_elements(Evaluator& evaluator, const Scope&, Args& args) {
  FORMS_TRY(type, to_string_value(args[0]));
  if (type.is_null()) return fail("Expected dataType argument to be a string");
  const auto& counts = evaluator.world().element_counts;
  auto found = counts.find(type.as_string());
  return Json(static_cast<std::int64_t>(found == counts.end() ? 0 : found->second));
}

Outcome fn_gateway_action(Evaluator& evaluator, const Scope&, Args&) {
  return evaluator.world().action.empty() ? Json() : Json(evaluator.world().action);
}

std::string link(const World& world, const std::string& words, const std::string& target, std::string_view kind) {
  if (world.plain_links) return fmt::format("[{}]({}{})", words, world.link_base, target);
  return fmt::format("<a href=\"{}/{}\" data-link-type=\"{}\">{}</a>", world.link_base, target, kind, words);
}

Outcome fn_link_to_component(Evaluator& evaluator, const Scope&, Args& args) {
  FORMS_TRY(words, to_string_value(args[0]));
  FORMS_TRY(id, to_string_value(args[1]));
  const auto* layout = evaluator.world().layout;
  const auto* component = layout == nullptr || id.is_null() ? nullptr : layout->find(id.as_string());
  if (component == nullptr) return fail(fmt::format("Unable to find component with identifier {}", id.text_or("null")));
  const auto& page = layout->pages[static_cast<std::size_t>(component->page)].id;
  auto target = evaluator.world().plain_links ? fmt::format("{}#{}", page, component->id)
                                              : fmt::format("{}?focusComponentId={}", page, component->id);
  return Json(link(evaluator.world(), std::string(words.text_or("")), target, "LinkToPotentialNode"));
}

Outcome fn_link_to_page(Evaluator& evaluator, const Scope& scope, Args& args) {
  FORMS_TRY(words, to_string_value(args[0]));
  FORMS_TRY(page, to_string_value(args[1]));
  if (page.is_null()) return fail("Cannot link to page null");
  bool back = false;
  if (args.size() > 2) {
    FORMS_TRY(given, to_bool_value(args[2]));
    back = given;
  }
  auto target = page.as_string();
  if (back && !scope.page.empty() && scope.page != target && !evaluator.world().plain_links)
    target += "?backToPage=" + scope.page;
  return Json(link(evaluator.world(), std::string(words.text_or("")), target, "LinkToPotentialPage"));
}

// --- time

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
  auto rest = ((at->micros % hour) + hour) % hour;
  return Json(base::to_rfc3339(base::Instant{rest == 0 ? at->micros : at->micros - rest + hour}));
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

// --- our own

Outcome fn_rule(Evaluator& evaluator, const Scope&, Args& args) {
  FORMS_TRY(id, to_string_value(args[0]));
  FORMS_TRY(field, to_string_value(args[1]));
  if (!evaluator.world().rule) return fail("No rules are declared");
  return evaluator.world().rule(std::string(id.text_or("")), std::string(field.text_or("")));
}

Outcome fn_deadline(Evaluator& evaluator, const Scope&, Args& args) {
  FORMS_TRY(id, to_string_value(args[0]));
  if (!evaluator.world().deadline) return fail("No deadlines are declared");
  return evaluator.world().deadline(std::string(id.text_or("")));
}

Outcome fn_later(Evaluator& evaluator, const Scope& scope, Args& args) {
  FORMS_TRY(path, to_string_value(args[0]));
  auto full = with_rows(path.text_or(""), scope.rows);
  return Json(std::ranges::find(evaluator.world().later, full, &Later::path) != evaluator.world().later.end());
}

Outcome fn_later_count(Evaluator& evaluator, const Scope&, Args&) {
  return Json(static_cast<std::int64_t>(evaluator.world().later.size()));
}

Outcome fn_attachment_count(Evaluator& evaluator, const Scope&, Args& args) {
  FORMS_TRY(type, to_string_value(args[0]));
  return Json(static_cast<std::int64_t>(
      std::ranges::count(evaluator.world().attachments, std::string(type.text_or("")), &AttachmentInfo::data_type)));
}

Outcome fn_is_supplement(Evaluator& evaluator, const Scope&, Args&) { return Json(evaluator.world().supplement); }

constexpr Function functions[] = {
    {"_experimentalSelectAndMap", 2, 5, fn_select_and_map},
    {"addHours", 2, 2, fn_add_hours},
    {"and", 1, any_number, fn_and},
    {"argv", 1, 1, fn_argv},
    {"attachmentCount", 1, 1, fn_attachment_count},
    {"authContext", 1, 1, fn_auth_context},
    {"average", 1, 2, fn_average},
    {"commaContains", 2, 2, fn_comma_contains},
    {"compare", 3, 4, fn_compare},
    {"component", 1, 1, fn_component},
    {"concat", 0, any_number, fn_concat},
    {"contains", 2, 2, fn_contains},
    {"count", 1, 1, fn_count},
    {"countDataElements", 1, 1, fn_count_data_elements},
    {"dataModel", 1, 2, fn_data_model},
    {"deadline", 1, 1, fn_deadline},
    {"displayValue", 1, 1, fn_display_value},
    {"divide", 2, 2, fn_divide},
    {"endsWith", 2, 2, fn_ends_with},
    {"equals", 2, 2, fn_equals},
    {"externalApi", 2, 2, fn_external_api},
    {"formatDate", 1, 2, fn_format_date},
    {"frontendSettings", 1, 1, fn_frontend_settings},
    {"gatewayAction", 0, 0, fn_gateway_action},
    {"greaterThan", 2, 2, fn_greater},
    {"greaterThanEq", 2, 2, fn_greater_eq},
    {"if", 2, 4, fn_if},
    {"instanceContext", 1, 1, fn_instance_context},
    {"isAfter", 2, 2, fn_is_after},
    {"isBefore", 2, 2, fn_is_before},
    {"isSupplement", 0, 0, fn_is_supplement},
    {"jmespath", 2, 2, fn_jmespath},
    {"language", 0, 0, fn_language},
    {"later", 1, 1, fn_later},
    {"laterCount", 0, 0, fn_later_count},
    {"lessThan", 2, 2, fn_less},
    {"lessThanEq", 2, 2, fn_less_eq},
    {"linkToComponent", 2, 2, fn_link_to_component},
    {"linkToPage", 2, 3, fn_link_to_page},
    {"list", 0, any_number, fn_list},
    {"lowerCase", 1, 1, fn_lower},
    {"lowerCaseFirst", 1, 1, fn_lower_first},
    {"minus", 2, 2, fn_minus},
    {"multiply", 1, any_number, fn_multiply},
    {"nextFullHour", 1, 1, fn_next_full_hour},
    {"not", 1, 1, fn_not},
    {"notContains", 2, 2, fn_not_contains},
    {"notEquals", 2, 2, fn_not_equals},
    {"now", 0, 0, fn_now},
    {"object", 0, any_number, fn_object},
    {"optionLabel", 2, 2, fn_option_label},
    {"or", 1, any_number, fn_or},
    {"plus", 1, any_number, fn_plus},
    {"round", 1, 2, fn_round},
    {"rule", 2, 2, fn_rule},
    {"startsWith", 2, 2, fn_starts_with},
    {"stringIndexOf", 2, 2, fn_string_index_of},
    {"stringLength", 1, 1, fn_string_length},
    {"stringReplace", 3, 3, fn_string_replace},
    {"stringSlice", 2, 3, fn_string_slice},
    {"sum", 1, 1, fn_sum},
    {"text", 1, 1, fn_text},
    {"upperCase", 1, 1, fn_upper},
    {"upperCaseFirst", 1, 1, fn_upper_first},
    {"value", 0, 1, fn_value},
};

}  // namespace

static_assert(std::ranges::is_sorted(functions, {}, &Function::name));

const Function* find_function(std::string_view name) {
  const auto* found = std::ranges::lower_bound(functions, name, {}, &Function::name);
  return found == std::end(functions) || found->name != name ? nullptr : found;
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
