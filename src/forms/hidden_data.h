// What hidden fields hold, and the data without it.
#pragma once
#include "forms/evaluator.h"

namespace alting::forms {

enum class RowRemoval : std::uint8_t { delete_row, set_to_null };

// Paths of values that only hidden components hold: fields, whole repeating groups, and rows with what stands in them.
// A value that a visible component holds too stays.
[[nodiscard]] std::vector<std::string> hidden_paths(Evaluator& evaluator);
[[nodiscard]] Json without(Json data, const std::vector<std::string>& paths, RowRemoval rows);

}  // namespace alting::forms
