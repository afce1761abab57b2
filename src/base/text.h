// Text is UTF-8. What comes in is checked once, at the edge, and brought to NFC.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"

namespace alting::base {

[[nodiscard]] bool is_utf8(std::string_view text);                 // no overlong forms, no surrogates
[[nodiscard]] std::string to_nfc(std::string_view text);           // text must be UTF-8
[[nodiscard]] std::string replace_invalid(std::string_view text);  // U+FFFD for octets that are not UTF-8
[[nodiscard]] std::size_t code_points(std::string_view text);
[[nodiscard]] std::size_t utf16_units(std::string_view text);
[[nodiscard]] std::string_view trim(std::string_view text);  // ASCII white space
[[nodiscard]] std::string to_lower(std::string_view text);   // Unicode, root locale
[[nodiscard]] std::string to_upper(std::string_view text);
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
[[nodiscard]] std::string replace_all(std::string text, std::string_view from, std::string_view to);
// A line with control characters made visible or dropped, cut to `limit` code points: for log lines and headers.
[[nodiscard]] std::string one_line(std::string_view text, std::size_t limit);

// What search compares: NFKC, case folded, accents dropped except on å, ø, æ; words separated by one blank.
inline constexpr int search_version = 1;
[[nodiscard]] std::string search_words(std::string_view text);
// Whether each of these words, as search_words writes them, stands in the text, be it within another word. No words: yes.
[[nodiscard]] bool has_all_words(std::string_view text, std::string_view words);
// A key whose octet order is the Norwegian collation order (ICU, nb): store it beside the text to sort by.
inline constexpr int sort_version = 1;
[[nodiscard]] std::string sort_key(std::string_view text);

}  // namespace alting::base
