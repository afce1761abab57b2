// What people type and paste, cleaned: the one place for every reader of typed text.
//
// Pasted text carries what nobody sees: no-break spaces, tabs of a spreadsheet, soft hyphens, byte order marks, marks of
// direction (Windows puts them around numbers and dates). None of it is meant, and a message that refuses it cannot be
// understood. Cleaning drops what is invisible and makes blanks of every kind one kind; it guesses at nothing else.
// What joins the parts of an emoji or of a word (ZWJ, ZWNJ, variation selectors, tags) is kept where words are read.
//
// Cleaning what is clean changes nothing. Text that is not UTF-8 gets U+FFFD for what cannot be read. All answers are
// NFC. Control characters that are no blanks stay: who stores text refuses them (forms), who shows a line drops them
// (one_line).
#pragma once
#include <string>
#include <string_view>

namespace alting::base {

// A name, an e-mail address, a search, an answer on one line: blanks and line ends become ' ', none at the ends.
[[nodiscard]] std::string clean_line(std::string_view typed);
// A text of several lines: line ends of every kind become LF, other blanks stay, none at the end.
[[nodiscard]] std::string clean_lines(std::string_view typed);
// A number, date or time: as clean_line, with the digits of any script as 0-9 and every dash and minus as '-'.
[[nodiscard]] std::string clean_figures(std::string_view typed);
// An identity number, an organisation number, a code of digits: clean_figures without blanks, hyphens, points, slashes.
[[nodiscard]] std::string clean_code(std::string_view typed);

}  // namespace alting::base
