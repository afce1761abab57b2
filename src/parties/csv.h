// One line of comma or semicolon separated values (RFC 4180), without line breaks inside quotes: a quote that is not
// closed on its line would swallow the separators behind it, and is refused (error.import.quote).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace alting::parties {

[[nodiscard]] base::Result<std::vector<std::string>> split_csv_line(std::string_view line, char separator);

}  // namespace alting::parties
