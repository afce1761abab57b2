// JMESPath queries (jmespath.org): what the expression function `jmespath` runs.
//
// The whole language but for `let`: fields, indices, slices, projections, filters, multi-selects, pipes, literals and
// functions.
#pragma once
#include "forms/expression.h"

namespace alting::forms {

// The answer, or an error that begins with "Jmespath error". Queries longer than 4000 octets or nested deeper than 60
// are errors.
[[nodiscard]] Outcome jmespath(const Json& value, std::string_view query);

}  // namespace alting::forms
