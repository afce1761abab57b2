// The clocks of a form: when each began by the answers, and when it ends by the rule in force then; what stops one from
// sending at all; and what is to be done afterwards.
#pragma once
#include <optional>
#include <vector>

#include "forms/form_definition.h"
#include "forms/reading.h"
#include "forms/working_days.h"

namespace alting::forms {

struct DeadlineNow {
  base::Instant from;
  HourDeadline end;
  const RuleRow* row = nullptr;
};
// Nothing while the answers do not say when it began, or no rule is in force then.
[[nodiscard]] std::optional<DeadlineNow> deadline_now(const Folder& folder, const DeadlineRule& rule, const Json& data);

[[nodiscard]] std::vector<DeadlineView> deadlines_of(const FormDefinition& form, const FormContext& context,
                                                     Evaluator& evaluator);
[[nodiscard]] std::vector<StopView> stops_of(const FormDefinition& form, Evaluator& evaluator);
[[nodiscard]] std::vector<TaskView> tasks_of(const FormDefinition& form, Evaluator& evaluator);

}  // namespace alting::forms
