#include "web/form_text.h"

#include "base/percent.h"
#include "base/text.h"

namespace alting::web {
namespace {

using base::ErrorKind;
using base::make_error;

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

base::Result<std::string> clean_text(std::string_view raw) {
  if (raw.find('\0') != std::string_view::npos)
    return make_error(ErrorKind::invalid, "error.text.nul", "U+0000 in text");
  std::string text;
  if (is_ascii(raw)) {
    text = raw;
  } else {
    if (!base::is_utf8(raw)) return make_error(ErrorKind::invalid, "error.text.encoding", "text that is not UTF-8");
    text = base::to_nfc(raw);
  }
  if (text.find('\r') == std::string::npos) return text;
  std::string lines;
  lines.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r')
      lines += text[i];
    else if (i + 1 == text.size() || text[i + 1] != '\n')
      lines += '\n';
  }
  return lines;
}

base::Result<Fields> parse_urlencoded(std::string_view text, std::size_t limit) {
  Fields fields;
  while (!text.empty()) {
    std::size_t end = text.find('&');
    std::string_view pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (pair.empty()) continue;
    if (fields.size() >= limit)
      return make_error(ErrorKind::too_large, "error.form.too_many", "too many fields in a form");
    std::size_t equals = pair.find('=');
    const auto value = equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    ALTING_TRY(clean_name, clean_text(base::percent_decode_form(pair.substr(0, equals))));
    ALTING_TRY(clean_value, clean_text(base::percent_decode_form(value)));
    fields.emplace_back(std::move(clean_name), std::move(clean_value));
  }
  return fields;
}

base::Result<Target> parse_target(std::string_view target) {
  auto fault = [] { return make_error(ErrorKind::invalid, "error.path", "malformed path"); };
  Target out;
  std::size_t question = target.find('?');
  std::string_view raw_path = target.substr(0, question);
  if (question != std::string_view::npos) {
    ALTING_TRY(query, parse_urlencoded(target.substr(question + 1), max_query_fields));
    out.query = std::move(query);
  }
  if (!raw_path.starts_with('/')) return fault();
  if (raw_path == "/") {
    out.path = "/";
    return out;
  }
  if (raw_path.ends_with('/')) {
    out.trailing_slash = true;
    raw_path.remove_suffix(1);
  }
  for (std::string_view segment : base::split(raw_path.substr(1), '/')) {
    auto decoded = base::percent_decode(segment);
    if (!decoded || decoded->empty() || *decoded == "." || *decoded == "..") return fault();
    // A '/' or '\' that was escaped would be read as a separator by someone later; control characters belong in no
    // name.
    for (char c : *decoded)
      if (c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return fault();
    if (!is_ascii(*decoded)) {
      if (!base::is_utf8(*decoded)) return fault();
      *decoded = base::to_nfc(*decoded);
    }
    out.path += '/';
    out.path += *decoded;
  }
  return out;
}

namespace {

// Reads one code point of valid UTF-8.
char32_t next_code_point(std::string_view text, std::size_t& at) {
  auto octet = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[i])); };
  char32_t first = octet(at);
  std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  char32_t value = size == 1 ? first : first & (0xFFu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) value = value << 6 | (octet(at + i) & 0x3F);
  at += size;
  return value;
}

// Characters without a place in a name: control (Cc), formatting and direction (Cf), line separators, private use,
// non-characters.
bool is_unseen(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x61C || c == 0x180E ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
         (c >= 0xFFF0 && c <= 0xFFFC) || c == 0xFFFE || c == 0xFFFF || (c >= 0xE000 && c <= 0xF8FF) || c >= 0xE0000;
}

bool is_device_name(std::string_view name) {
  std::string stem = base::to_lower(base::trim(name.substr(0, name.find('.'))));
  if (stem == "con" || stem == "prn" || stem == "aux" || stem == "nul") return true;
  return stem.size() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")) && stem[3] >= '1' && stem[3] <= '9';
}

std::string_view first_code_points(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < count && at < text.size(); ++i) next_code_point(text, at);
  return text.substr(0, at);
}

}  // namespace

std::string clean_file_name(std::string_view raw) {
  if (raw.empty()) return {};
  std::string name = base::to_nfc(base::replace_invalid(raw));
  if (std::size_t slash = name.find_last_of("/\\"); slash != std::string::npos) name.erase(0, slash + 1);
  std::string kept;
  for (std::size_t at = 0; at < name.size();) {
    std::size_t begin = at;
    char32_t c = next_code_point(name, at);
    if (is_unseen(c)) continue;
    if (c < 0x80 && std::string_view("<>:\"|?*").find(static_cast<char>(c)) != std::string_view::npos)
      kept += '_';
    else
      kept.append(name, begin, at - begin);
  }
  std::size_t begin = kept.find_first_not_of(" .");
  if (begin == std::string::npos) return "fil";
  kept = kept.substr(begin, kept.find_last_not_of(" .") + 1 - begin);
  if (is_device_name(kept)) kept = "_" + kept;
  constexpr std::size_t limit = 200;
  if (base::code_points(kept) > limit) {
    std::size_t dot = kept.rfind('.');
    std::string extension =
        dot != std::string::npos && base::code_points(kept.substr(dot)) <= 16 ? kept.substr(dot) : std::string();
    kept = std::string(first_code_points(kept, limit - base::code_points(extension))) + extension;
  }
  return kept;
}

}  // namespace alting::web
