// The data of a form as it is to be sent.
#pragma once
#include <optional>

#include "forms/form_definition.h"
#include "forms/reading.h"
#include "forms/requirements.h"

namespace alting::forms {

// `evaluator` and `requirements` are those of the context as it is, and serve as long as nothing changes.
[[nodiscard]] Final finalised(const FormDefinition& form, const FormContext& context, Evaluator& evaluator,
                              Requirements& requirements);

}  // namespace alting::forms
