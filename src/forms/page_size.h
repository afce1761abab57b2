// How large a page of a form becomes, worked out before it is made: a person may have as many rows as a form allows, and
// each row its fields and choices.
#pragma once
#include "forms/evaluator.h"
#include "forms/schema.h"

namespace alting::forms {

// In parts of about 50 to 100 octets of the page: a field or row is ten, a choice to tick four, a line of
// a list one. 100,000 parts are a page of 5 to 10 MB, made in half a second.
inline constexpr std::size_t max_page_parts = 100'000;

// Of the page, or of one component with what stands in it, as it would be shown now; counted no further than to
// max_page_parts + 1.
[[nodiscard]] std::size_t page_parts(Evaluator& evaluator, const Layout& layout, int page);
[[nodiscard]] std::size_t component_parts(Evaluator& evaluator, const Layout& layout, const Component& component,
                                          const Rows& rows);
[[nodiscard]] std::size_t parts_of_choice(ComponentKind kind);
inline constexpr std::size_t parts_of_field = 10;

// How many rows a repeating group takes: its maxCount (0: not given), else the model's maxItems, else 100; never over
// 1,000.
[[nodiscard]] std::size_t max_rows_of(std::size_t max_count, const std::string& group, const Model& model);

}  // namespace alting::forms
