// Text inside XML and SVG, as content or as an attribute in double quotes.
#pragma once
#include <string>
#include <string_view>

#include "base/text.h"

namespace alting::paper {

[[nodiscard]] inline std::string xml_text(std::string_view text) {
  std::string out;
  for (char c : base::replace_invalid(text)) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

}  // namespace alting::paper
