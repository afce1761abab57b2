#include "base/json.h"

#include <charconv>

#include "base/json_parser.h"

namespace alting::base {
namespace {

const Json null_value;

void append_indent(std::string& out, int depth) { out.append(static_cast<std::size_t>(depth) * 2, ' '); }

// depth < 0 writes compactly.
void append(std::string& out, const Json& value, int depth);

template <class Items, class Write>
void append_list(std::string& out, const Items& items, std::string_view brackets, int depth, Write write) {
  out += brackets[0];
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += ',';
    first = false;
    if (depth >= 0) {
      out += '\n';
      append_indent(out, depth + 1);
    }
    write(item);
  }
  if (depth >= 0 && !first) {
    out += '\n';
    append_indent(out, depth);
  }
  out += brackets[1];
}

void append(std::string& out, const Json& value, int depth) {
  const int inner = depth < 0 ? depth : depth + 1;
  if (value.is_string()) {
    append_json_string(out, value.as_string());
  } else if (value.is_number()) {
    out += value.number_text();
  } else if (value.is_bool()) {
    out += value.as_bool() ? "true" : "false";
  } else if (value.is_array()) {
    append_list(out, value.items(), "[]", depth, [&](const Json& item) { append(out, item, inner); });
  } else if (value.is_object()) {
    append_list(out, value.members(), "{}", depth, [&](const JsonMember& member) {
      append_json_string(out, member.first);
      out += depth < 0 ? ":" : ": ";
      append(out, member.second, inner);
    });
  } else {
    out += "null";
  }
}

}  // namespace

Json::Json(std::int64_t value) : value_(JsonNumber{std::to_string(value)}) {}
Json::Json(std::uint64_t value) : value_(JsonNumber{std::to_string(value)}) {}
Json::Json(JsonArray value) : value_(std::move(value)) {}
Json::Json(JsonObject value) : value_(std::move(value)) {}

Json Json::array(std::initializer_list<Json> items) { return Json(JsonArray(items)); }
Json Json::object(std::initializer_list<JsonMember> members) { return Json(JsonObject(members)); }

const Json* Json::find(std::string_view name) const {
  if (!is_object()) return nullptr;
  for (const auto& [key, value] : members())
    if (key == name) return &value;
  return nullptr;
}

Json* Json::find(std::string_view name) { return const_cast<Json*>(std::as_const(*this).find(name)); }

const Json& Json::operator[](std::string_view name) const {
  const Json* found = find(name);
  return found ? *found : null_value;
}

const Json& Json::operator[](std::size_t index) const {
  return is_array() && index < items().size() ? items()[index] : null_value;
}

std::string_view Json::text(std::string_view name) const { return (*this)[name].text_or(""); }

std::string_view Json::text_or(std::string_view fallback) const {
  return is_string() ? std::string_view(as_string()) : fallback;
}

std::optional<std::int64_t> Json::integer() const {
  if (!is_number()) return std::nullopt;
  const std::string& text = number_text();
  std::int64_t out = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

std::size_t Json::size() const { return is_array() ? items().size() : is_object() ? members().size() : 0; }

Json& Json::set(std::string_view name, Json value) {
  if (is_null()) value_ = JsonObject{};
  if (Json* found = find(name)) return *found = std::move(value);
  return members().emplace_back(std::string(name), std::move(value)).second;
}

void Json::erase(std::string_view name) {
  if (is_object()) std::erase_if(members(), [&](const JsonMember& member) { return member.first == name; });
}

void Json::push_back(Json item) {
  if (is_null()) value_ = JsonArray{};
  items().push_back(std::move(item));
}

bool Json::operator==(const Json& other) const { return value_ == other.value_; }

std::string Json::dump() const {
  std::string out;
  append(out, *this, -1);
  return out;
}

std::string Json::dump_pretty() const {
  std::string out;
  append(out, *this, 0);
  return out;
}

Result<Json> Json::parse(std::string_view text, JsonLimits limits) { return JsonParser(text, limits).parse(); }

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += '"';
  std::size_t plain = 0;  // start of what can be copied as it is
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, plain, i - plain);
    plain = i + 1;
    out += '\\';
    switch (c) {
      case '"': out += '"'; break;
      case '\\': out += '\\'; break;
      case '\b': out += 'b'; break;
      case '\f': out += 'f'; break;
      case '\n': out += 'n'; break;
      case '\r': out += 'r'; break;
      case '\t': out += 't'; break;
      default:
        out += "u00";
        out += digits[c >> 4];
        out += digits[c & 15];
    }
  }
  out.append(text, plain);
  out += '"';
}

}  // namespace alting::base
