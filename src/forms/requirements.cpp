#include "forms/requirements.h"

namespace alting::forms {

Requirements::Requirements(const LoadedApp& app, const Surroundings& now, Evaluator& evaluator)
    : app_(app), now_(now), evaluator_(evaluator) {
  later_required_ = evaluator_.test(app_.folder().config.later_required, {});
  if (app_.folder().config.deadlines.empty() || now_.supplement) return;
  for (const auto& view : app_.deadlines(now_)) {
    if (view.passed && !view.late_reason_path.empty()) late_paths_.push_back(view.late_reason_path);
  }
}

bool Requirements::wanted_later(const Component& component, const Scope& scope) {
  return component.deferrable && (!component.required_given || evaluator_.test(component.required, scope));
}

bool Requirements::required(const Component& component, const Scope& scope) {
  if (component.deferrable) return later_required_ && !now_.supplement && wanted_later(component, scope);
  return evaluator_.test(component.required, scope) || late_reason(component, scope);
}

bool Requirements::late_reason(const Component& component, const Scope& scope) {
  const auto& pattern = component.repeating ? component.group_path() : component.path();
  return scope.rows.empty() && !pattern.empty() && std::ranges::find(late_paths_, pattern) != late_paths_.end();
}

}  // namespace alting::forms
