// HTML tags as people write them into texts: which elements a text may use, and the two attributes that are read.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/rich_text.h"

namespace alting::base {

struct HtmlTag {
  std::string name;  // lower case
  bool closing = false;
  std::string href, language;
  std::size_t size = 0;  // in octets
};
// The tag that `text` begins with; nothing when it begins with none, or with one that is not complete.
[[nodiscard]] std::optional<HtmlTag> read_html_tag(std::string_view text);

// What an allowed element is; of h1 to h6 with its level. Nothing of any other element.
struct HtmlElement {
  Mark mark = Mark::span;
  int number = 0;
};
[[nodiscard]] std::optional<HtmlElement> element_of(std::string_view name);

// Whether a link may lead there: paths of this site ("/a", "./a", "?side=2", "#topp"), https, mailto and tel.
[[nodiscard]] bool is_safe_address(std::string_view address);

}  // namespace alting::base
