// One line of comma or semicolon separated values (RFC 4180), without line breaks inside quotes.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace alting::parties {

[[nodiscard]] std::vector<std::string> split_csv_line(std::string_view line, char separator);

}  // namespace alting::parties
