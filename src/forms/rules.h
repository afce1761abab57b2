// The rules of a validation file, run on the rows of the data.
#pragma once
#include "forms/evaluator.h"
#include "forms/folder.h"

namespace alting::forms {

struct RuleIssue {
  std::string path;
  Severity severity = Severity::error;
  std::string message;  // with texts looked up
};
// `counts` tells whether a path is to be tested: hidden fields are not. A missing or null value is never tested.
[[nodiscard]] std::vector<RuleIssue> run_rules(Evaluator& evaluator, const std::vector<FieldRules>& rules,
                                               const std::function<bool(const std::string& path)>& counts);

}  // namespace alting::forms
