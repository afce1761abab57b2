// All faults of a form's data, in the order of its pages: those that are walked first.
#pragma once
#include <optional>
#include <vector>

#include "forms/form_definition.h"
#include "forms/reading.h"
#include "forms/requirements.h"
#include "forms/rules.h"
#include "forms/schema.h"
#include "forms/walked.h"

namespace alting::forms {

// What is wrong in the data itself, whatever is promised for later.
struct DataFaults {
  std::vector<SchemaIssue> schema;
  std::vector<RuleIssue> rules;
};

struct ValidatorInput {
  const FormDefinition& form;
  const FormContext& context;
  Evaluator& evaluator;  // of the context's data
  Requirements& requirements;
  const std::vector<Place>& places;  // every visible component
  const std::vector<Stand>& stands;  // the same, as it is told
  const std::vector<StopView>& stops;
  const std::vector<Issue>& rejected;  // why what is rejected does not fit
  std::optional<DataFaults>& of_data;  // found when it is nothing
};

// What counts while the form is filled in, and what counts when it is sent: found in one go.
struct IssueLists {
  std::vector<Issue> save, submit;
};
[[nodiscard]] IssueLists validate(const ValidatorInput& input);

}  // namespace alting::forms
