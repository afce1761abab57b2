// One line of comma or semicolon separated values (RFC 4180), without line breaks inside quotes: a field that begins with
// a quote and is not closed on its line would swallow the separators behind it, and is refused (error.import.quote). A
// quote within a field that does not begin with one is a letter like others.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace alting::parties {

[[nodiscard]] base::Result<std::vector<std::string>> split_csv_line(std::string_view line, char separator);

}  // namespace alting::parties
