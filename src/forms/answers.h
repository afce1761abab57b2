// What was answered, in words, in the order in which it stands for who fills in.
#pragma once
#include <vector>

#include "forms/form_definition.h"
#include "forms/reading.h"
#include "forms/requirements.h"
#include "forms/walked.h"

namespace alting::forms {

[[nodiscard]] std::vector<AnswerView> answers_of(const FormDefinition& form, const FormContext& context,
                                                 const std::vector<Stand>& stands, Evaluator& evaluator,
                                                 Requirements& requirements);

}  // namespace alting::forms
