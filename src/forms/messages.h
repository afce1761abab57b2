// What the engine itself says about a field, in the three languages: what is wrong and what to do.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/language.h"

namespace alting::forms {

// The message of a code with {name} places filled; a general message for an unknown code. {field} is usually given.
[[nodiscard]] std::string message(base::Language language, std::string_view code,
                                  const std::vector<std::pair<std::string, std::string>>& params = {});

}  // namespace alting::forms
