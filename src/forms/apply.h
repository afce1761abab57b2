// What a page posted, put into the data: Reading::apply, with what it works by.
//
// Nothing typed is lost: text that fits the type goes into the data, however wrong it is otherwise (validation says so);
// text that does not comes back in `rejected` with an issue, and the data keeps what it had.
#pragma once
#include "base/result.h"
#include "forms/form_definition.h"
#include "forms/posted.h"
#include "forms/reading.h"

namespace alting::forms {

// `evaluator` is of the context's data, as it was before.
[[nodiscard]] base::Result<Applied> apply_posted(const FormDefinition& form, const FormContext& context,
                                                 const Posted& posted, Evaluator& evaluator);

}  // namespace alting::forms
