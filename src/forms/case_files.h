// Case files of the expression language: one JSON object each with an expression, its context and what must come
// out. The form is that of Altinn's published test sets; our own in cases/ use the same.
#pragma once
#include <string>
#include <vector>

#include "forms/source.h"

namespace alting::forms {

struct CaseResult {
  std::string name;
  bool passed = false;
  std::string message;  // what went wrong
};

// All cases of one file. `group` is the folder it stands in: "functions", "invalid", "context-lists", "shared",
// "server", "calculation", "layout-parsing", "full".
[[nodiscard]] std::vector<CaseResult> run_case_file(const Source& file, std::string_view group);

}  // namespace alting::forms
