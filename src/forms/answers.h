// What was answered, in words, in the order of the layout.
#pragma once
#include <vector>

#include "forms/form_definition.h"
#include "forms/reading.h"
#include "forms/requirements.h"

namespace alting::forms {

[[nodiscard]] std::vector<AnswerView> answers_of(const FormDefinition& form, const FormContext& context,
                                                 Evaluator& evaluator, Requirements& requirements);

}  // namespace alting::forms
