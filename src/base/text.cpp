#include "base/text.h"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/coll.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "base/icu.h"

namespace alting::base {
namespace {

// Where the next octet beyond ASCII stands, eight at a time: most text is ASCII.
std::size_t skip_ascii(std::string_view text, std::size_t at) {
  constexpr std::uint64_t high_bits = 0x8080808080808080ULL;
  for (std::uint64_t eight = 0; at + sizeof eight <= text.size(); at += sizeof eight) {
    std::memcpy(&eight, text.data() + at, sizeof eight);
    if ((eight & high_bits) != 0) break;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) ++at;
  return at;
}

bool is_ascii(std::string_view text) { return skip_ascii(text, 0) == text.size(); }

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string to_utf8(const icu::UnicodeString& text) {
  std::string out;
  return text.toUTF8String(out);
}

icu::StringPiece piece(std::string_view text) { return {text.data(), static_cast<std::int32_t>(text.size())}; }

// The code point at `at`, which moves past it; negative for octets that are not UTF-8.
UChar32 next_code_point(std::string_view text, std::size_t& at) {
  auto i = static_cast<std::int32_t>(at);
  UChar32 c = 0;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"  // inside ICU's macro
  // NOLINTNEXTLINE(bugprone-inc-dec-in-conditions,readability-simplify-subscript-expr): so it is too
  U8_NEXT(text.data(), i, static_cast<std::int32_t>(text.size()), c);
#pragma GCC diagnostic pop
  at = static_cast<std::size_t>(i);
  return c;
}

template <class Change>
std::string change_case(Change change) {
  std::string out;
  icu::StringByteSink<std::string> sink(&out);
  UErrorCode status = U_ZERO_ERROR;
  change(sink, status);
  icu_must(status, "changing case");
  return out;
}

// `c` without its accents, except å; nothing for an accent that stands alone.
void append_folded(icu::UnicodeString& out, UChar32 c, const icu::Normalizer2& canonical) {
  icu::UnicodeString parts;
  if (c == 0xe5 || !canonical.getDecomposition(c, parts)) parts.setTo(c);
  for (std::int32_t i = 0; i < parts.length(); i = parts.moveIndex32(i, 1))
    if (u_charType(parts.char32At(i)) != U_NON_SPACING_MARK) out.append(parts.char32At(i));
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t at = skip_ascii(text, 0); at < text.size(); at = skip_ascii(text, at))
    if (next_code_point(text, at) < 0) return false;
  return true;
}

std::string replace_invalid(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    if (next_code_point(text, at) < 0)
      out += "\xef\xbf\xbd";
    else
      out.append(text, start, at - start);
  }
  return out;
}

std::string to_nfc(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
  icu_must(status, "loading NFC");
  std::string out;
  icu::StringByteSink<std::string> sink(&out);
  nfc->normalizeUTF8(0, piece(text), sink, nullptr, status);
  icu_must(status, "normalising");
  return out;
}

std::size_t code_points(std::string_view text) {
  std::size_t count = 0;
  for (char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return count;
}

std::size_t utf16_units(std::string_view text) {
  std::size_t count = code_points(text);
  for (char c : text) count += static_cast<unsigned char>(c) >= 0xf0;
  return count;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string to_lower(std::string_view text) {
  return change_case([&](icu::ByteSink& sink, UErrorCode& status) {
    icu::CaseMap::utf8ToLower("", 0, piece(text), sink, nullptr, status);
  });
}

std::string to_upper(std::string_view text) {
  return change_case([&](icu::ByteSink& sink, UErrorCode& status) {
    icu::CaseMap::utf8ToUpper("", 0, piece(text), sink, nullptr, status);
  });
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  if (from.empty()) return text;
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

std::string one_line(std::string_view text, std::size_t limit) {
  std::string out;
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size() && count < limit; ++count) {
    const std::size_t start = at;
    const UChar32 c = next_code_point(text, at);
    if (c < 0) {
      out += "\xef\xbf\xbd";
    } else if (c == '\n' || c == '\r' || c == '\t' || c == 0x2028 || c == 0x2029) {
      out += ' ';
    } else if (u_iscntrl(c) || u_charType(c) == U_FORMAT_CHAR) {
      --count;  // dropped: it could turn the line around or hide a part of it
    } else {
      out.append(text, start, at - start);
    }
  }
  return out;
}

std::string search_words(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* folding = icu::Normalizer2::getNFKCCasefoldInstance(status);
  const icu::Normalizer2* canonical = icu::Normalizer2::getNFCInstance(status);
  icu_must(status, "loading NFKC case folding");
  const icu::UnicodeString folded = folding->normalize(icu::UnicodeString::fromUTF8(piece(text)), status);
  icu_must(status, "folding");
  icu::UnicodeString out;
  bool between_words = false;
  for (std::int32_t i = 0; i < folded.length(); i = folded.moveIndex32(i, 1)) {
    const UChar32 c = folded.char32At(i);
    if (u_charType(c) == U_NON_SPACING_MARK) continue;
    if (!u_isalnum(c)) {
      between_words = true;
      continue;
    }
    if (between_words && !out.isEmpty()) out.append(u' ');
    between_words = false;
    append_folded(out, c, *canonical);
  }
  return to_utf8(out);
}

bool has_all_words(std::string_view text, std::string_view words) {
  if (words.empty()) return true;
  const auto folded = search_words(text);
  return std::ranges::all_of(split(words, ' '),
                             [&](std::string_view word) { return folded.find(word) != std::string::npos; });
}

std::string sort_key(std::string_view text) {
  thread_local std::unique_ptr<icu::Collator> collator;  // 30 us to make; not to be shared between threads
  if (!collator) {
    UErrorCode status = U_ZERO_ERROR;
    collator.reset(icu::Collator::createInstance(icu::Locale("nb_NO"), status));
    icu_must(status, "loading the Norwegian collation");
  }
  const icu::UnicodeString unicode = icu::UnicodeString::fromUTF8(piece(text));
  std::string key(static_cast<std::size_t>(collator->getSortKey(unicode, nullptr, 0)), '\0');
  collator->getSortKey(unicode, reinterpret_cast<std::uint8_t*>(key.data()), static_cast<std::int32_t>(key.size()));
  if (!key.empty()) key.pop_back();  // ICU's terminating zero
  return key;
}

}  // namespace alting::base
