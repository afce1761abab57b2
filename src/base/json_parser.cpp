#include "base/json_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "base/text.h"

namespace alting::base {
namespace {

constexpr std::size_t few_members = 16;  // up to here comparing each with each is quicker than sorting

bool has_name_twice(const JsonObject& members) {
  if (members.size() <= few_members) {
    for (std::size_t i = 1; i < members.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (members[i].first == members[j].first) return true;
    return false;
  }
  std::vector<std::string_view> names;
  names.reserve(members.size());
  for (const auto& member : members) names.push_back(member.first);
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xc0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xe0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (c & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (c & 0x3f));
  }
}

}  // namespace

Result<Json> JsonParser::parse() {
  if (text_.size() > limits_.size)
    return make_error(ErrorKind::too_large, "error.json.too_large",
                      fmt::format("more than {} octets of JSON", limits_.size));
  if (!is_utf8(text_)) return make_error(ErrorKind::invalid, "error.json.syntax", "the JSON is not UTF-8");
  std::optional<Json> result = value(0);
  skip_blanks();
  if (result && at_ != text_.size()) syntax_fault("text after the value");
  if (fault_) return std::move(*fault_);
  return std::move(*result);
}

std::optional<Json> JsonParser::value(std::size_t depth) {
  if (depth > limits_.depth)
    return fault(make_error(ErrorKind::invalid, "error.json.too_deep",
                            fmt::format("JSON nested deeper than {}", limits_.depth)));
  if (++values_ > limits_.values)
    return fault(make_error(ErrorKind::too_large, "error.json.too_many",
                            fmt::format("more than {} JSON values", limits_.values)));
  skip_blanks();
  switch (peek()) {
    case '{': return object(depth);
    case '[': return array(depth);
    case 't': return word("true", true);
    case 'f': return word("false", false);
    case 'n': return word("null", nullptr);
    case '"': break;
    default: return number();
  }
  auto text = string();
  if (!text) return std::nullopt;
  return Json(std::move(*text));
}

std::optional<Json> JsonParser::array(std::size_t depth) {
  JsonArray items;
  take('[');
  skip_blanks();
  if (take(']')) return Json(std::move(items));
  do {
    auto item = value(depth + 1);
    if (!item) return std::nullopt;
    items.push_back(std::move(*item));
    skip_blanks();
  } while (take(','));
  if (!take(']')) return syntax_fault("expected ',' or ']'");
  return Json(std::move(items));
}

std::optional<Json> JsonParser::object(std::size_t depth) {
  JsonObject members;
  take('{');
  skip_blanks();
  if (take('}')) return Json(std::move(members));
  do {
    skip_blanks();
    if (peek() != '"') return syntax_fault("expected a name");
    auto name = string();
    if (!name) return std::nullopt;
    skip_blanks();
    if (!take(':')) return syntax_fault("expected ':'");
    auto member = value(depth + 1);
    if (!member) return std::nullopt;
    members.emplace_back(std::move(*name), std::move(*member));
    skip_blanks();
  } while (take(','));
  if (!take('}')) return syntax_fault("expected ',' or '}'");
  if (has_name_twice(members))
    return fault(make_error(ErrorKind::invalid, "error.json.duplicate_name",
                            fmt::format("a name occurs twice in the JSON object that ends at octet {}", at_)));
  return Json(std::move(members));
}

std::optional<Json> JsonParser::number() {
  const std::size_t start = at_;
  take('-');
  const bool leading_zero = peek() == '0';
  const std::size_t whole = take_digits();
  if (whole == 0) return syntax_fault("expected a value");
  if (leading_zero && whole > 1) return syntax_fault("a number with a leading zero");
  if (take('.') && take_digits() == 0) return syntax_fault("expected a digit");
  if (take('e') || take('E')) {
    if (!take('+')) take('-');
    if (take_digits() == 0) return syntax_fault("expected a digit");
  }
  return Json(JsonNumber{std::string(text_.substr(start, at_ - start))});
}

std::optional<Json> JsonParser::word(std::string_view expected, Json meaning) {
  if (!text_.substr(at_).starts_with(expected)) return syntax_fault("expected a value");
  at_ += expected.size();
  return meaning;
}

std::optional<std::string> JsonParser::string() {
  std::string out;
  take('"');
  for (;;) {
    const std::size_t start = at_;
    while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
           static_cast<unsigned char>(text_[at_]) >= 0x20)
      ++at_;
    out.append(text_, start, at_ - start);
    if (at_ == text_.size()) return syntax_fault("a string without an end");
    if (take('"')) return out;
    if (!take('\\')) return syntax_fault("a control character in a string");
    if (!escape(out)) return syntax_fault("a malformed escape in a string");
  }
}

bool JsonParser::escape(std::string& out) {
  const char c = peek();
  ++at_;
  switch (c) {
    case '"':
    case '\\':
    case '/': out += c; return true;
    case 'b': out += '\b'; return true;
    case 'f': out += '\f'; return true;
    case 'n': out += '\n'; return true;
    case 'r': out += '\r'; return true;
    case 't': out += '\t'; return true;
    case 'u': break;
    default: return false;
  }
  const auto first = four_digits();
  if (!first || (*first >= 0xdc00 && *first < 0xe000)) return false;
  if (*first < 0xd800 || *first >= 0xe000) {
    append_utf8(out, *first);
    return true;
  }
  if (!take('\\') || !take('u')) return false;
  const auto second = four_digits();
  if (!second || *second < 0xdc00 || *second >= 0xe000) return false;
  append_utf8(out, 0x10000 + ((*first - 0xd800) << 10) + (*second - 0xdc00));
  return true;
}

std::optional<char32_t> JsonParser::four_digits() {
  const auto octets = from_hex(text_.substr(std::min(at_, text_.size()), 4));
  if (!octets || octets->size() != 2) return std::nullopt;
  at_ += 4;
  return static_cast<char32_t>(static_cast<unsigned char>((*octets)[0]) << 8 |
                               static_cast<unsigned char>((*octets)[1]));
}

void JsonParser::skip_blanks() {
  while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
    ++at_;
}

bool JsonParser::take(char expected) {
  if (at_ == text_.size() || text_[at_] != expected) return false;
  ++at_;
  return true;
}

std::size_t JsonParser::take_digits() {
  const std::size_t start = at_;
  while (is_digit(peek())) ++at_;
  return at_ - start;
}

std::nullopt_t JsonParser::syntax_fault(std::string_view what) {
  return fault(
      make_error(ErrorKind::invalid, "error.json.syntax", fmt::format("{} at octet {} of the JSON", what, at_)));
}

std::nullopt_t JsonParser::fault(Error error) {
  fault_ = std::move(error);
  return std::nullopt;
}

}  // namespace alting::base
