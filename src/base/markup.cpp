#include "base/markup.h"

namespace alting::base {

// What ends text or an attribute value becomes a reference; U+0000, which HTML cannot hold, becomes U+FFFD.
void append_escaped(std::string& out, std::string_view text) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string_view reference;
    switch (text[i]) {
      case '&': reference = "&amp;"; break;
      case '<': reference = "&lt;"; break;
      case '>': reference = "&gt;"; break;
      case '"': reference = "&quot;"; break;
      case '\'': reference = "&#39;"; break;
      case '\0': reference = "\xEF\xBF\xBD"; break;
      default: continue;
    }
    out.append(text, begin, i - begin);
    out += reference;
    begin = i + 1;
  }
  out.append(text, begin);
}

std::string escape_markup(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

}  // namespace alting::base
