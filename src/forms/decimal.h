// Exact decimal arithmetic on the text of numbers, so that 0.1 + 0.2 is 0.3 and nothing passes through a binary float.
//
// A number here is text in shortest form: no leading or trailing zeros, no plus, an exponent only beyond 40 digits.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace alting::forms {

// The shortest form of a whole number, a decimal with point, or either with an exponent ("+5E2", ".5e2"); nothing for
// other text ("55.", "e2", "1 000") and for numbers of more than 100 digits or an exponent beyond 100.
[[nodiscard]] std::optional<std::string> to_decimal(std::string_view text);

// These take shortest forms. Division has 28 significant digits; nothing when the divisor is zero.
[[nodiscard]] std::string add(std::string_view a, std::string_view b);
[[nodiscard]] std::string subtract(std::string_view a, std::string_view b);
[[nodiscard]] std::string multiply(std::string_view a, std::string_view b);
[[nodiscard]] std::optional<std::string> divide(std::string_view a, std::string_view b);
[[nodiscard]] int compare(std::string_view a, std::string_view b);  // -1, 0, 1
// With exactly that many decimals, half away from zero.
[[nodiscard]] std::string round_to(std::string_view a, int decimals);
[[nodiscard]] bool is_whole(std::string_view a);

}  // namespace alting::forms
