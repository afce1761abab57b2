// The difference an addition makes, field by field, and the data after it.
//
// Objects are compared member by member; lists of codes are one field; rows of repeating groups are compared by their
// number, rows added or taken out at the end whole. For data in the model's order: merge(before, changes(before,
// after)) == after.
#pragma once
#include <string_view>
#include <vector>

#include "forms/app.h"
#include "forms/schema.h"

namespace alting::forms {

// The functions of App, of a form's parts.
[[nodiscard]] std::vector<Change> changes_of(const Model& model, const Json& before, const Json& after);
[[nodiscard]] bool is_about_supplement(const SupplementFacts& facts, std::string_view path);

}  // namespace alting::forms
