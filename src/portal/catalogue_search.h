// Searching in the catalogue of forms: by name, whom it is for, topic, keywords and agency.
#pragma once
#include <string_view>

#include "forms/app.h"

namespace alting::portal {

// `words` as base::search_words writes them, "" for none: each of them must be found, as the beginning, middle or end of
// a word.
[[nodiscard]] bool matches(const forms::StartInfo& start, const forms::Controller& controller, std::string_view words);

}  // namespace alting::portal
