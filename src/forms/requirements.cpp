#include "forms/requirements.h"

namespace alting::forms {

Requirements::Requirements(const FormDefinition& form, bool supplement, const std::vector<DeadlineView>& deadlines,
                           Evaluator& evaluator)
    : supplement_(supplement),
      supplement_text_(form.folder().facts.supplement.text_path),
      evaluator_(evaluator),
      later_required_(evaluator.test(form.folder().config.later_required, {})) {
  if (supplement) return;
  for (const auto& view : deadlines) {
    if (view.passed && !view.late_reason_path.empty()) late_paths_.push_back(view.late_reason_path);
  }
}

bool Requirements::wanted_later(const Component& component, const Scope& scope) {
  return component.deferrable && (!component.required_given || evaluator_.test(component.required, scope));
}

bool Requirements::required(const Component& component, const Scope& scope) {
  // A field or a file may say all that an addition has to say: whether it says anything is looked at as a whole.
  if (supplement_ && !component.path().empty() && component.path() == supplement_text_) return false;
  if (component.deferrable) return later_required_ && !supplement_ && wanted_later(component, scope);
  return evaluator_.test(component.required, scope) || late_reason(component, scope);
}

bool Requirements::late_reason(const Component& component, const Scope& scope) {
  const auto& pattern = component.repeating ? component.group_path() : component.path();
  return scope.rows.empty() && !pattern.empty() && std::ranges::find(late_paths_, pattern) != late_paths_.end();
}

}  // namespace alting::forms
