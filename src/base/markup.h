// Text as it stands in HTML and in its attributes: & < > " ' as references, and NUL as U+FFFD.
#pragma once
#include <string>
#include <string_view>

namespace alting::base {

void append_escaped(std::string& out, std::string_view text);
[[nodiscard]] std::string escape_markup(std::string_view text);

}  // namespace alting::base
