// Reads markup into a tree (cmark): whatever is given, each element ends where its parent does, and only what may
// stand in an element stands in it.
#pragma once
#include <string_view>

#include "base/rich_text.h"

namespace alting::base {

[[nodiscard]] RichNode read_blocks(std::string_view markup);
// `markup` is one line; nothing in it begins a block of Markdown. HTML may.
[[nodiscard]] RichNode read_line(std::string_view markup);

}  // namespace alting::base
