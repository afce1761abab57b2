#include "base/typed_text.h"

#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "base/text.h"

namespace alting::base {
namespace {

constexpr UChar32 zero_width_non_joiner = 0x200c;
constexpr UChar32 zero_width_joiner = 0x200d;

bool is_between(UChar32 c, UChar32 first, UChar32 last) { return c >= first && c <= last; }

// What joins or chooses the parts of one visible character.
bool is_part_of_a_character(UChar32 c) {
  return c == zero_width_non_joiner || c == zero_width_joiner || is_between(c, 0xfe00, 0xfe0f) ||
         is_between(c, 0xe0020, 0xe007f) || is_between(c, 0xe0100, 0xe01ef);
}

bool is_invisible(UChar32 c) { return u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT); }

bool is_line_end(UChar32 c) { return is_between(c, 0x0a, 0x0d) || c == 0x85 || c == 0x2028 || c == 0x2029; }

bool is_dash(UChar32 c) { return u_charType(c) == U_DASH_PUNCTUATION || c == 0x2212 || c == 0x207b; }

// The text's visible code points, each as `change` wants it: 0 drops one.
template <class Change>
std::string changed(std::string_view typed, Change change) {
  const auto text = replace_all(std::string(typed), "\r\n", "\n");
  const auto from = icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
  icu::UnicodeString to;
  for (std::int32_t i = 0; i < from.length(); i = from.moveIndex32(i, 1)) {
    const UChar32 c = from.char32At(i);
    if (is_invisible(c) && !is_part_of_a_character(c)) continue;
    if (c == 0) {
      to.append(c);  // a control character: not ours to drop
    } else if (const UChar32 wanted = change(c); wanted != 0) {
      to.append(wanted);
    }
  }
  std::string out;
  return to_nfc(to.toUTF8String(out));
}

UChar32 one_blank(UChar32 c) { return u_isUWhiteSpace(c) ? ' ' : c; }

UChar32 plain_figure(UChar32 c) {
  if (is_part_of_a_character(c)) return 0;
  if (is_dash(c)) return '-';
  const auto digit = u_charDigitValue(c);
  return digit >= 0 ? '0' + digit : one_blank(c);
}

}  // namespace

std::string clean_line(std::string_view typed) { return std::string(trim(changed(typed, one_blank))); }

std::string clean_lines(std::string_view typed) {
  auto out = changed(typed, [](UChar32 c) -> UChar32 { return is_line_end(c) ? '\n' : c; });
  // Blanks at the end are those of any kind, as the line's cleaning finds them.
  for (;;) {
    auto last = out.size();
    while (last > 0 && (static_cast<unsigned char>(out[last - 1]) & 0xc0U) == 0x80U) --last;
    if (last == 0) break;
    if (!clean_line(std::string_view(out).substr(last - 1)).empty()) break;
    out.resize(last - 1);
  }
  return out;
}

std::string clean_figures(std::string_view typed) { return std::string(trim(changed(typed, plain_figure))); }

std::string clean_code(std::string_view typed) {
  return changed(typed, [](UChar32 c) -> UChar32 {
    const UChar32 plain = plain_figure(c);
    return plain == ' ' || plain == '-' || plain == '.' || plain == '/' ? 0 : plain;
  });
}

}  // namespace alting::base
