// What people type, read as the types of a form. Nothing that is not surely understood is guessed at.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/language.h"

namespace alting::forms {

// "1 234,5", "1.234,50", "12.5", "-3", with blanks of any kind between thousands. In English a comma between groups of
// three is a separator of thousands; in Norwegian a point is, where only a whole number can be meant ("1.000"). The
// answer is JSON number text that keeps typed decimals ("1.50").
[[nodiscard]] std::optional<std::string> typed_number(std::string_view text, base::Language language,
                                                      bool whole_only = false);
// "2026-12-31", "31.12.2026", "1.2.2026", "31/12/2026", "31-12-2026", "31122026", "31.12.26"; YYYY-MM-DD of a day that
// exists.
[[nodiscard]] std::optional<std::string> typed_date(std::string_view text);
// "14:30", "14.30", "1430", "9:05", "9", "kl. 14.30"; HH:MM.
[[nodiscard]] std::optional<std::string> typed_time(std::string_view text);
// NFC, line ends as LF, trailing blanks dropped (leading ones too on a single line); nothing when it has control
// characters.
[[nodiscard]] std::optional<std::string> typed_text(std::string_view text, bool many_lines);

}  // namespace alting::forms
