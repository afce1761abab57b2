#include "portal/field_state.h"

#include <algorithm>
#include <array>

namespace alting::portal {

using forms::FieldName;
using forms::Severity;
using forms::When;

namespace {

bool is_typed(const FieldState& state, const forms::Path& path) {
  using Part = FieldName::Part;
  return std::ranges::any_of(std::array{Part::value, Part::date, Part::time, Part::promise_date},
                             [&](Part part) { return state.typed.contains(FieldName{part, path}); });
}

}  // namespace

void add_issue(FieldState& state, const forms::Issue& issue) {
  const bool of_files = issue.path.empty() && !issue.component.empty();
  if (issue.severity != Severity::error) {
    state.warnings.try_emplace(issue.path, issue.message);
  } else if (of_files) {
    state.upload_errors.try_emplace(issue.component, issue.message);
  } else {
    state.errors.try_emplace(issue.path, issue.message);
  }
}

FieldState field_state(const instances::Draft& draft, forms::Reading& reading, const std::vector<forms::Issue>& issues,
                       When when) {
  FieldState state;
  state.typed = draft.rejected;
  state.removed = draft.removed;
  for (const auto& issue : issues) add_issue(state, issue);
  for (const auto& issue : reading.rejected_issues()) add_issue(state, issue);
  // Warnings follow the reader through the form; what is missing is told on the overview.
  const bool all = when == When::submit;
  for (const auto& issue : all ? reading.as_sent().issues(When::submit) : reading.issues(When::save)) {
    if (all || issue.severity != Severity::error || issue.code != "required") add_issue(state, issue);
  }
  return state;
}

FieldState without_what_is_missing(const FieldState& state, const base::Json& data) {
  auto wrong = state;
  std::erase_if(wrong.errors, [&](const auto& error) {
    const auto& path = error.first;
    return (path.empty() || forms::value_at(data, path) == nullptr) && !is_typed(state, path);
  });
  return wrong;
}

}  // namespace alting::portal
