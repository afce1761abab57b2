#include "api/schema.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <compare>
#include <limits>

#include "base/text.h"
#include "base/time.h"
#include "base/uuid.h"

namespace alting::api {

namespace {

using base::Json;

constexpr std::string_view components_at = "#/components/schemas/";
constexpr std::array explaining{std::string_view("title"), std::string_view("description"), std::string_view("default"),
                                std::string_view("deprecated"), std::string_view("examples")};
constexpr std::array known_formats{std::string_view("date"),  std::string_view("date-time"), std::string_view("int32"),
                                   std::string_view("int64"), std::string_view("uri"),       std::string_view("uuid")};
constexpr std::array known_numbers{std::string_view("minLength"),    std::string_view("maxLength"),
                                   std::string_view("minimum"),      std::string_view("maximum"),
                                   std::string_view("minItems"),     std::string_view("maxItems"),
                                   std::string_view("maxProperties")};
constexpr std::array known_types{std::string_view("array"), std::string_view("boolean"), std::string_view("integer"),
                                 std::string_view("null"),  std::string_view("number"),  std::string_view("object"),
                                 std::string_view("string")};

template <class List>
bool has_word(const List& list, std::string_view word) {
  return std::ranges::find(list, word) != std::end(list);
}

const Json* referred(const Json& reference, const Components& components) {
  const auto text = reference.text_or("");
  if (!text.starts_with(components_at)) return nullptr;
  const auto found = components.find(text.substr(components_at.size()));
  return found == components.end() ? nullptr : &found->second;
}

// RFC 6901 in a fragment, near enough for people and machines: '~' and '/' are escaped.
std::string below(const std::string& pointer, std::string_view name) {
  return pointer + "/" + base::replace_all(base::replace_all(std::string(name), "~", "~0"), "/", "~1");
}

bool is_uri(std::string_view text) {  // RFC 3986 section 3: a scheme, and nothing that may stand in no address
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto in_scheme = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  };
  return is_letter(text[0]) && std::ranges::all_of(text.substr(0, colon), in_scheme) &&
         std::ranges::all_of(text, [](char c) {
           return c > ' ' && c < 0x7f && std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
         });
}

bool has_format(const Json& value, std::string_view format) {
  if (format == "int32") {
    const auto number = value.integer();
    return number && *number >= std::numeric_limits<std::int32_t>::min() &&
           *number <= std::numeric_limits<std::int32_t>::max();
  }
  if (format == "int64") return value.integer().has_value();
  if (!value.is_string()) return true;
  const std::string& text = value.as_string();
  if (format == "date") return base::is_date(text);
  if (format == "date-time") return base::from_rfc3339(text).has_value();
  if (format == "uri") return is_uri(text);
  return base::Uuid::parse(text).has_value();
}

// "5.0" and "5e0" are whole too, as the draft has it; such a number counts as no int64.
bool is_whole(const Json& value) {
  if (!value.is_number()) return false;
  if (value.integer()) return true;
  double number = 0;
  const auto& text = value.number_text();
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() &&
         number == static_cast<double>(static_cast<std::int64_t>(std::clamp(number, -9e15, 9e15)));
}

bool is_of_type(const Json& value, std::string_view type) {
  if (type == "array") return value.is_array();
  if (type == "boolean") return value.is_bool();
  if (type == "integer") return is_whole(value);
  if (type == "null") return value.is_null();
  if (type == "number") return value.is_number();
  if (type == "object") return value.is_object();
  return value.is_string();
}

bool is_of_types(const Json& value, const Json& types) {
  if (types.is_string()) return is_of_type(value, types.as_string());
  return std::ranges::any_of(types.items(), [&](const Json& one) { return is_of_type(value, one.text_or("")); });
}

// Limits are whole; a number that is none, or too large for one, is compared as a double.
std::partial_ordering compared(const Json& number, std::int64_t limit) {
  if (const auto whole = number.integer()) return *whole <=> limit;
  const auto& text = number.number_text();
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec == std::errc()) return value <=> static_cast<double>(limit);
  // Nothing tells here whether it is beyond all doubles or too near to zero for one.
  const bool tiny = text.find("e-") != std::string::npos || text.find("E-") != std::string::npos;
  return tiny ? 0 <=> limit : text.starts_with('-') ? std::partial_ordering::less : std::partial_ordering::greater;
}

class SchemaCheck {
 public:
  SchemaCheck(const Components& components) : components_(components) {}

  // NOLINTNEXTLINE(misc-no-recursion): as deep as JSON may be, and no schema leads round in a circle
  void check(const Json& value, const Json& schema, const std::string& at) {
    if (faults.size() >= most_schema_faults) return;
    for (const auto& [keyword, rule] : schema.members()) {
      if (keyword == "$ref") {
        check(value, *referred(rule, components_), at);
      } else if (keyword == "anyOf") {
        check_any(value, rule, at);
      } else if (!holds(value, keyword, rule)) {
        fault(at, keyword);
        if (keyword == "type") return;  // the rest would say the same again
      }
    }
    if (value.is_object()) check_members(value, schema, at);
    if (value.is_array()) check_items(value, schema, at);
  }

  std::vector<SchemaFault> faults;

 private:
  void fault(const std::string& at, std::string_view keyword) {
    if (faults.size() < most_schema_faults) faults.push_back({at, std::string(keyword)});
  }

  // A rule about this value alone.
  static bool holds(const Json& value, std::string_view keyword, const Json& rule) {
    if (keyword == "type") return is_of_types(value, rule);
    if (keyword == "enum") return std::ranges::find(rule.items(), value) != rule.items().end();
    if (keyword == "const") return value == rule;
    if (keyword == "format") return has_format(value, rule.text_or(""));
    const auto limit = rule.integer_or(0);
    const auto size = static_cast<std::int64_t>(value.size());
    if (keyword == "maxItems") return !value.is_array() || size <= limit;
    if (keyword == "minItems") return !value.is_array() || size >= limit;
    if (keyword == "maxProperties") return !value.is_object() || size <= limit;
    if (keyword == "minimum") return !value.is_number() || compared(value, limit) >= 0;
    if (keyword == "maximum") return !value.is_number() || compared(value, limit) <= 0;
    if (!value.is_string()) return true;
    if (keyword == "maxLength") return static_cast<std::int64_t>(base::code_points(value.as_string())) <= limit;
    if (keyword == "minLength") return static_cast<std::int64_t>(base::code_points(value.as_string())) >= limit;
    return true;  // it only explains, or is looked at elsewhere
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  void check_any(const Json& value, const Json& schemas, const std::string& at) {
    for (const auto& one : schemas.items()) {
      SchemaCheck alone(components_);
      alone.check(value, one, at);
      if (alone.faults.empty()) return;
    }
    fault(at, "anyOf");
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  void check_members(const Json& value, const Json& schema, const std::string& at) {
    const Json& required = schema["required"];
    for (std::size_t i = 0; i < required.size(); ++i) {
      const auto name = required[i].text_or("");
      if (value.find(name) == nullptr) fault(below(at, name), "required");
    }
    const Json& properties = schema["properties"];
    const Json& others = schema["additionalProperties"];
    for (const auto& [name, member] : value.members()) {
      if (const Json* named = properties.find(name)) {
        check(member, *named, below(at, name));
      } else if (others.is_object()) {
        check(member, others, below(at, name));
      } else if (others.is_bool() && !others.as_bool()) {
        fault(below(at, name), "additionalProperties");
      }
    }
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  void check_items(const Json& value, const Json& schema, const std::string& at) {
    const Json& items = schema["items"];
    if (!items.is_object()) return;
    for (std::size_t i = 0; i < value.size(); ++i) check(value[i], items, at + "/" + std::to_string(i));
  }

  const Components& components_;
};

// Whether following $ref and anyOf from here, without going into the value, comes back to a place it came from.
// NOLINTNEXTLINE(misc-no-recursion)
bool leads_round(const Json& schema, const Components& components, std::vector<const Json*>& on_the_way) {
  if (std::ranges::find(on_the_way, &schema) != on_the_way.end()) return true;
  on_the_way.push_back(&schema);
  bool round = false;
  if (const Json* reference = schema.find("$ref")) {
    const Json* target = referred(*reference, components);
    round = target != nullptr && leads_round(*target, components, on_the_way);
  }
  if (const Json* any = schema.find("anyOf"); any != nullptr && any->is_array()) {
    for (const auto& one : any->items()) round = round || leads_round(one, components, on_the_way);
  }
  on_the_way.pop_back();
  return round;
}

bool is_text_list(const Json& value) {
  return value.is_array() && std::ranges::all_of(value.items(), [](const Json& one) { return one.is_string(); });
}

// "" when the rule is one of those that are known; else what is wrong with it.
// NOLINTNEXTLINE(misc-no-recursion)
std::string unknown_in_keyword(const std::string& keyword, const Json& rule, const Components& components) {
  const auto unless = [&](bool known) {
    return known ? std::string() : "a schema's '" + keyword + "' is not as it is known";
  };
  const auto each_of = [&](const auto& schemas, const auto& schema_of) {
    std::string unknown;
    for (const auto& one : schemas) {
      if (unknown.empty()) unknown = unknown_in_schema(schema_of(one), components);
    }
    return unknown;
  };
  if (has_word(explaining, keyword) || keyword == "const") return "";
  if (keyword == "$ref")
    return referred(rule, components) ? "" : "there is no schema " + std::string(rule.text_or("of this name"));
  if (keyword == "type") {
    const auto known = [](const Json& one) { return has_word(known_types, one.text_or("")); };
    return unless(known(rule) || (rule.is_array() && rule.size() > 0 && std::ranges::all_of(rule.items(), known)));
  }
  if (keyword == "format") return unless(has_word(known_formats, rule.text_or("")));
  if (keyword == "enum") return unless(rule.is_array() && rule.size() > 0);
  if (keyword == "required") return unless(is_text_list(rule));
  if (keyword == "additionalProperties" && rule.is_bool()) return "";
  if (keyword == "items" || keyword == "additionalProperties") return unknown_in_schema(rule, components);
  if (keyword == "anyOf" && rule.is_array() && rule.size() > 0)
    return each_of(rule.items(), [](const Json& one) -> const Json& { return one; });
  if (keyword == "properties" && rule.is_object())
    return each_of(rule.members(), [](const base::JsonMember& one) -> const Json& { return one.second; });
  return unless(has_word(known_numbers, keyword) && rule.integer().has_value());
}

}  // namespace

// NOLINTNEXTLINE(misc-no-recursion)
std::string unknown_in_schema(const Json& schema, const Components& components) {
  if (!schema.is_object()) return "a schema is an object";
  for (const auto& [keyword, rule] : schema.members()) {
    if (auto unknown = unknown_in_keyword(keyword, rule, components); !unknown.empty()) return unknown;
  }
  std::vector<const Json*> on_the_way;
  return leads_round(schema, components, on_the_way) ? "a schema leads round in a circle" : "";
}

std::vector<SchemaFault> check_schema(const Json& value, const Json& schema, const Components& components) {
  SchemaCheck check(components);
  check.check(value, schema, "#");
  return std::move(check.faults);
}

namespace schema {

namespace {

Json described(Json schema, std::string_view description) {
  if (!description.empty()) schema.set("description", description);
  return schema;
}

}  // namespace

Json reference(std::string_view component) {
  return Json::object({{"$ref", std::string(components_at) + std::string(component)}});
}

Json text(std::string_view description, std::int64_t most) {
  Json made = Json::object({{"type", "string"}});
  if (most > 0) made.set("maxLength", most);
  return described(std::move(made), description);
}

Json formatted(std::string_view format, std::string_view description) {
  return described(Json::object({{"type", "string"}, {"format", format}}), description);
}

Json one_of(std::initializer_list<std::string_view> words, std::string_view description) {
  Json list = Json::array();
  for (const auto word : words) list.push_back(word);
  return described(Json::object({{"type", "string"}, {"enum", std::move(list)}}), description);
}

Json whole(std::string_view description) {
  return described(Json::object({{"type", "integer"}, {"format", "int64"}}), description);
}

Json whole(std::int64_t least, std::int64_t most, std::string_view description) {
  return described(Json::object({{"type", "integer"}, {"format", "int64"}, {"minimum", least}, {"maximum", most}}),
                   description);
}

Json flag(std::string_view description) { return described(Json::object({{"type", "boolean"}}), description); }

Json list(Json items, std::string_view description, std::int64_t most) {
  Json made = Json::object({{"type", "array"}, {"items", std::move(items)}});
  if (most > 0) made.set("maxItems", most);
  return described(std::move(made), description);
}

Json text_map(std::string_view description) {
  return described(Json::object({{"type", "object"}, {"additionalProperties", Json::object({{"type", "string"}})}}),
                   description);
}

Json object(std::initializer_list<base::JsonMember> properties, std::initializer_list<std::string_view> required,
            std::string_view description) {
  Json made = Json::object({{"type", "object"}, {"properties", Json::object(properties)}});
  Json names = Json::array();
  for (const auto name : required) names.push_back(name);
  if (names.size() > 0) made.set("required", std::move(names));
  made.set("additionalProperties", false);
  return described(std::move(made), description);
}

Json or_null(Json schema) {
  return Json::object({{"anyOf", Json::array({std::move(schema), Json::object({{"type", "null"}})})}});
}

}  // namespace schema

}  // namespace alting::api
