// All faults of a form's data, in the order of its pages.
#pragma once
#include <vector>

#include "forms/form_definition.h"
#include "forms/reading.h"
#include "forms/requirements.h"

namespace alting::forms {

struct ValidatorInput {
  const FormDefinition& form;
  const FormContext& context;
  Evaluator& evaluator;  // of the context's data
  Requirements& requirements;
  const std::vector<StopView>& stops;
  const std::vector<Issue>& rejected;  // why what is rejected does not fit
};

// What counts while the form is filled in, and what counts when it is sent: found in one go.
struct IssueLists {
  std::vector<Issue> save, submit;
};
[[nodiscard]] IssueLists validate(const ValidatorInput& input);

}  // namespace alting::forms
