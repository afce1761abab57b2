// Numbers for people: digits in groups of three.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/language.h"

namespace alting::base {

// A no-break space in Norwegian, a comma in English.
[[nodiscard]] std::string_view group_separator(Language language);
// "1234567" -> "1 234 567", from the right. `digits` are digits alone: no sign, no fraction.
[[nodiscard]] std::string group_digits(std::string digits, std::string_view separator);
// A count: in groups from five digits on in Norwegian (Språkrådet), from four in English.
[[nodiscard]] std::string count_in_digits(std::int64_t count, Language language);

}  // namespace alting::base
