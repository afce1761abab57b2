#include "base/digits.h"

namespace alting::base {

std::string_view group_separator(Language language) { return language == Language::en ? "," : "\u00a0"; }

std::string group_digits(std::string digits, std::string_view separator) {
  for (std::size_t left = digits.size(); left > 3;) {
    left -= 3;
    digits.insert(left, separator);
  }
  return digits;
}

std::string count_in_digits(std::int64_t count, Language language) {
  auto digits = std::to_string(count);
  if (count < (language == Language::en ? 1'000 : 10'000)) return digits;
  return group_digits(std::move(digits), group_separator(language));
}

}  // namespace alting::base
