// TOML 1.0 as a flat list: every leaf with its dotted key and line. Enough for settings, texts and catalogues.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace alting::base {

// Dates and times come as their text. A list of texts (or an empty list) is one leaf.
using TomlValue = std::variant<std::string, std::int64_t, double, bool, std::vector<std::string>>;

inline constexpr std::size_t largest_toml = 4 * 1024 * 1024;  // octets

struct TomlLeaf {
  std::string key;  // "log.level"; items of other lists are numbered from 0: "agency.0.name"
  TomlValue value;
  int line = 0;  // from 1
};

// In the order of the file. Refuses what is not TOML, more than largest_toml octets, and two leaves of one key (a
// quoted key may hold dots); `name` stands in the error's detail.
[[nodiscard]] Result<std::vector<TomlLeaf>> parse_toml(std::string_view text, std::string_view name);

}  // namespace alting::base
