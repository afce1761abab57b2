// Canonical JSON (RFC 8785), of what RFC 7493 lets every reader understand alike: the octets that are hashed and signed.
#include <algorithm>
#include <charconv>

#include "base/json.h"
#include "base/text.h"

namespace alting::base {
namespace {

constexpr std::int64_t largest_exact = (std::int64_t{1} << 53) - 1;  // RFC 7493: every reader gets the same number

// RFC 8785 section 3.2.3 sorts names by UTF-16 code units. UTF-8 order is the same except that U+E000..U+FFFF come
// after the supplementary planes, which UTF-16 writes with surrogates (D800..DFFF).
int utf16_rank(unsigned char lead) { return lead >= 0xf0 ? 0xee * 2 - 1 : lead * 2; }

bool utf16_less(std::string_view a, std::string_view b) {
  const auto [in_a, in_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (in_a == a.end() || in_b == b.end()) return in_a == a.end() && in_b != b.end();
  const auto left = static_cast<unsigned char>(*in_a), right = static_cast<unsigned char>(*in_b);
  if (left >= 0xf0 && right >= 0xf0) return left < right;
  return utf16_rank(left) < utf16_rank(right);
}

Error refused(std::string_view why) {
  return make_error(ErrorKind::invalid, "error.json.not_canonical", std::string(why));
}

Status append(std::string& out, const Json& value);

Status append_text(std::string& out, std::string_view text) {
  if (!is_utf8(text)) return refused("a text is not UTF-8");
  append_json_string(out, text);
  return {};
}

Status append_number(std::string& out, const Json& value) {
  const auto number = value.integer();
  if (!number || *number > largest_exact || *number < -largest_exact || value.number_text() == "-0")
    return refused("a number is not an integer below 2^53");
  out += value.number_text();
  return {};
}

Status append_object(std::string& out, const JsonObject& members) {
  std::vector<const JsonMember*> sorted;
  sorted.reserve(members.size());
  for (const auto& member : members) sorted.push_back(&member);
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return utf16_less(a->first, b->first); });
  out += '{';
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i > 0 && sorted[i]->first == sorted[i - 1]->first) return refused("a name occurs twice");
    if (i > 0) out += ',';
    ALTING_CHECK(append_text(out, sorted[i]->first));
    out += ':';
    ALTING_CHECK(append(out, sorted[i]->second));
  }
  out += '}';
  return {};
}

Status append(std::string& out, const Json& value) {
  if (value.is_object()) return append_object(out, value.members());
  if (value.is_number()) return append_number(out, value);
  if (value.is_string()) return append_text(out, value.as_string());
  if (value.is_array()) {
    out += '[';
    bool first = true;
    for (const Json& item : value.items()) {
      if (!first) out += ',';
      first = false;
      ALTING_CHECK(append(out, item));
    }
    out += ']';
    return {};
  }
  out += value.is_null() ? "null" : value.as_bool() ? "true" : "false";
  return {};
}

}  // namespace

Result<std::string> canonical_json(const Json& value) {
  std::string out;
  ALTING_CHECK(append(out, value));
  return out;
}

}  // namespace alting::base
