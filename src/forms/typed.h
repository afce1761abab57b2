// What people type, read as the types of a form. Nothing that is not surely understood is guessed at.
//
// Everything is cleaned first (base/typed_text.h): blanks of every kind, marks nobody sees, dashes that stand for a
// minus. Equal values written in another way are equal: 1, 1.00 and "1,-" are one whole number.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/language.h"

namespace alting::forms {

struct NumberFormat;

// "1 234,5", "1.234,50", "12.5", "-3", ",5", "5.", "1 000,-" (kroner), with blanks of any kind between thousands. In
// English a comma between groups of three is a separator of thousands; in Norwegian a point is, where only a whole
// number can be meant ("1.000"). The answer is JSON number text that keeps typed decimals ("1.50"); of a whole number
// those that are all zeros are dropped, so that what has a point in it is none.
[[nodiscard]] std::optional<std::string> typed_number(std::string_view text, base::Language language,
                                                      bool whole_only = false);
// The same for a field with `formatting.number`: its prefix and suffix may be typed or left out, and its own separators
// say which language's numbers it shows.
[[nodiscard]] std::optional<std::string> typed_number(std::string_view text, const NumberFormat& format,
                                                      base::Language language, bool whole_only);
// A text field with `formatting.number`: the digits of its pattern, without what the pattern puts between them and not
// more than it has room for; without a pattern a number, with the zeros it begins with.
[[nodiscard]] std::optional<std::string> typed_digits(std::string_view text, const NumberFormat& format,
                                                      base::Language language);

// Which century a year of two digits is in.
struct Century {
  std::string_view today;  // YYYY-MM-DD
  bool past = false;       // the field asks for a day that has been: a birth, or at most today
};
// "2026-12-31", "31.12.2026", "1.2.2026", "31/12/2026", "31-12-2026", "31122026", "311226", "31.12.26"; YYYY-MM-DD of a
// day that exists. A year of two digits is the one from 79 years ago to 20 years ahead; where the field asks for the
// past, the latest one that has been.
[[nodiscard]] std::optional<std::string> typed_date(std::string_view text, const Century& century);
// "14:30", "14.30", "1430", "9:05", "9", "kl. 14.30"; HH:MM.
[[nodiscard]] std::optional<std::string> typed_time(std::string_view text);
// Cleaned, on one line or many; nothing when it is no UTF-8 or has control characters.
[[nodiscard]] std::optional<std::string> typed_text(std::string_view text, bool many_lines);

}  // namespace alting::forms
