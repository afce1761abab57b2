// Long compound words that may be broken where Norwegian joins them, so that a narrow screen does not break them
// anywhere: "personopplysnings-sikkerheten". Browsers need a dictionary for that, which few have for Norwegian.
#pragma once
#include <string>
#include <string_view>

#include "web/html.h"

namespace alting::web::ui {

// With U+00AD after each binding "s" that a noun's ending tells for sure (-ings, -sjons, -hets, -skaps, -doms), in
// words of 20 letters and more.
[[nodiscard]] std::string add_soft_hyphens(std::string_view words);
[[nodiscard]] html::Html breakable(const base::RichText& words, html::Links links = html::Links::kept);

}  // namespace alting::web::ui
