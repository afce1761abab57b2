// Numbers as the C2SP formats write them: ASCII decimals with no leading zero.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace alting::ledger {

[[nodiscard]] inline std::optional<std::uint64_t> parse_decimal(std::string_view text, std::uint64_t largest) {
  if (text.empty() || text.size() > 19 || (text[0] == '0' && text.size() > 1)) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (number > largest) return std::nullopt;
  return number;
}

inline constexpr std::uint64_t largest_number = (std::uint64_t{1} << 53) - 1;  // what every JSON reader keeps exactly

}  // namespace alting::ledger
