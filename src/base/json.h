// JSON (RFC 8259), strictly: UTF-8 only, no duplicate names, no trailing text, limits on size, depth and count.
//
// Numbers keep their decimal text, so that what was sent is what is stored; arithmetic on them is decimal and lives in
// `forms`. Objects keep the order of their members.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace alting::base {

class Json;
using JsonArray = std::vector<Json>;
using JsonMember = std::pair<std::string, Json>;
using JsonObject = std::vector<JsonMember>;

struct JsonNumber {
  std::string text;  // a number of RFC 8259 section 6, as written
  bool operator==(const JsonNumber&) const = default;
};

struct JsonLimits {
  std::size_t size = 4 * 1024 * 1024;  // octets of text
  std::size_t depth = 32;
  std::size_t values = 200'000;
};

class Json {
 public:
  Json() = default;
  Json(std::nullptr_t) {}                                       // NOLINT
  Json(bool value) : value_(value) {}                           // NOLINT
  Json(std::int64_t value);                                     // NOLINT
  Json(int value) : Json(static_cast<std::int64_t>(value)) {}   // NOLINT
  Json(std::uint64_t value);                                    // NOLINT
  Json(JsonNumber value) : value_(std::move(value)) {}          // NOLINT
  Json(std::string value) : value_(std::move(value)) {}         // NOLINT
  Json(std::string_view value) : value_(std::string(value)) {}  // NOLINT
  Json(const char* value) : value_(std::string(value)) {}       // NOLINT
  Json(JsonArray value);                                        // NOLINT
  Json(JsonObject value);                                       // NOLINT
  [[nodiscard]] static Json array(std::initializer_list<Json> items = {});
  [[nodiscard]] static Json object(std::initializer_list<JsonMember> members = {});

  [[nodiscard]] bool is_null() const { return value_.index() == 0; }
  [[nodiscard]] bool is_bool() const { return std::holds_alternative<bool>(value_); }
  [[nodiscard]] bool is_number() const { return std::holds_alternative<JsonNumber>(value_); }
  [[nodiscard]] bool is_string() const { return std::holds_alternative<std::string>(value_); }
  [[nodiscard]] bool is_array() const { return std::holds_alternative<JsonArray>(value_); }
  [[nodiscard]] bool is_object() const { return std::holds_alternative<JsonObject>(value_); }

  // These assume the type; a wrong one throws std::bad_variant_access (a defect, not bad input).
  [[nodiscard]] bool as_bool() const { return std::get<bool>(value_); }
  [[nodiscard]] const std::string& as_string() const { return std::get<std::string>(value_); }
  [[nodiscard]] const std::string& number_text() const { return std::get<JsonNumber>(value_).text; }
  [[nodiscard]] const JsonArray& items() const { return std::get<JsonArray>(value_); }
  [[nodiscard]] JsonArray& items() { return std::get<JsonArray>(value_); }
  [[nodiscard]] const JsonObject& members() const { return std::get<JsonObject>(value_); }
  [[nodiscard]] JsonObject& members() { return std::get<JsonObject>(value_); }

  // Forgiving readers: the answer is empty, zero or null when the value is of another type or the member is missing.
  [[nodiscard]] const Json* find(std::string_view name) const;  // nullptr when this is no object or has no such member
  [[nodiscard]] Json* find(std::string_view name);
  [[nodiscard]] const Json& operator[](std::string_view name) const;  // a null value when missing
  [[nodiscard]] const Json& operator[](std::size_t index) const;      // a null value when out of range
  [[nodiscard]] std::string_view text(std::string_view name) const;   // member's string, or ""
  [[nodiscard]] std::string_view text_or(std::string_view fallback) const;
  [[nodiscard]] std::optional<std::int64_t> integer() const;  // a number that is a whole one in range
  [[nodiscard]] std::int64_t integer_or(std::int64_t fallback) const { return integer().value_or(fallback); }
  [[nodiscard]] bool bool_or(bool fallback) const { return is_bool() ? as_bool() : fallback; }
  [[nodiscard]] std::size_t size() const;  // items or members; 0 for others

  // Turns null into an object or array as needed.
  Json& set(std::string_view name, Json value);  // adds or replaces a member; returns the stored value
  void erase(std::string_view name);
  void push_back(Json item);

  [[nodiscard]] std::string dump() const;         // compact, members in their order
  [[nodiscard]] std::string dump_pretty() const;  // two blanks of indentation
  bool operator==(const Json& other) const;       // numbers by their text, objects in order

  [[nodiscard]] static Result<Json> parse(std::string_view text, JsonLimits limits = {});

 private:
  std::variant<std::monostate, bool, JsonNumber, std::string, JsonArray, JsonObject> value_;
};

// RFC 8785 (JSON Canonicalization Scheme) of a value whose numbers are integers below 2^53 in magnitude; anything else
// is refused.
[[nodiscard]] Result<std::string> canonical_json(const Json& value);

// Writes text as a JSON string with quotes, escaped as RFC 8785 wants.
void append_json_string(std::string& out, std::string_view text);

}  // namespace alting::base
