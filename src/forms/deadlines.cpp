#include "forms/deadlines.h"

#include "forms/dates.h"

namespace alting::forms {

std::optional<DeadlineNow> deadline_now(const Folder& folder, const DeadlineRule& rule, const Json& data) {
  const auto* value = value_at(data, rule.from);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  auto from = to_instant(value->as_string());
  auto dated = folder.config.rules.find(rule.rule);
  if (!from || dated == folder.config.rules.end()) return std::nullopt;
  DeadlineNow out;
  out.from = *from;
  out.row = dated->second.in_force(base::to_date_oslo(*from));
  if (out.row == nullptr) return std::nullopt;
  auto hours = out.row->values.find(rule.hours);
  auto lenient = out.row->values.find("lenient");
  auto number = hours == out.row->values.end() ? std::nullopt : Json(base::JsonNumber{hours->second}).integer();
  if (!number) return std::nullopt;
  out.end = hour_deadline(*from, *number, lenient != out.row->values.end() && lenient->second == "true");
  return out;
}

namespace {

// A field, and where it is calculated the fields that are read for it.
std::set<Path> fields_behind(const Folder& folder, const Path& path) {
  std::set<Path> out{path};
  for (std::vector<Path> open{path}; !open.empty();) {
    const auto at = std::move(open.back());
    open.pop_back();
    for (const auto& calculation : folder.calculations) {
      if (calculation.pattern != at || !calculation.expression) continue;
      for_each_call(*calculation.expression, "dataModel", [&](const Json& name, int) {
        if (name.is_string() && out.insert(name.as_string()).second) open.push_back(name.as_string());
      });
    }
  }
  return out;
}

// What was typed last in `path`, in a part of it or in what it is calculated from does not fit yet: the data hold an
// older answer, from which no deadline is to be read.
bool waits_to_be_corrected(const Folder& folder, const FormContext& context, const Path& path) {
  if (context.rejected.empty()) return false;
  const auto fields = fields_behind(folder, path);
  return std::ranges::any_of(context.rejected, [&](const auto& typed) {
    const auto& [part, field] = typed.first;
    const bool of_answer = part != FieldName::Part::promise && part != FieldName::Part::promise_date;
    return of_answer && std::ranges::any_of(fields, [&](const Path& one) { return is_below(field, one); });
  });
}

}  // namespace

std::vector<DeadlineView> deadlines_of(const FormDefinition& form, const FormContext& context, Evaluator& evaluator) {
  std::vector<DeadlineView> out;
  for (const auto& rule : form.folder().config.deadlines) {
    if (waits_to_be_corrected(form.folder(), context, rule.from)) continue;
    auto found = deadline_now(form.folder(), rule, context.data);
    if (!found) continue;
    DeadlineView view;
    view.id = rule.id;
    view.title = evaluator.text(rule.title, {});
    view.explanation = evaluator.text(rule.explanation, {});
    view.late_text = evaluator.text(rule.late, {});
    view.in_time_text = evaluator.text(rule.in_time, {});
    view.late_reason_path = rule.late_reason;
    view.from = found->from;
    view.target = found->end.target;
    view.statutory_end = found->end.statutory_end;
    view.lenient_end = found->end.lenient_end;
    view.passed = context.now > found->end.statutory_end;
    view.rule_version = found->row->source.empty() ? found->row->valid_from
                                                   : fmt::format("{} ({})", found->row->valid_from, found->row->source);
    out.push_back(std::move(view));
  }
  return out;
}

std::vector<StopView> stops_of(const FormDefinition& form, Evaluator& evaluator) {
  std::vector<StopView> out;
  for (const auto& stop : form.folder().config.stops) {
    const Flag when{false, stop.when};
    if (evaluator.test(when, {})) out.push_back({evaluator.text(stop.title, {}), evaluator.text(stop.body, {})});
  }
  return out;
}

std::vector<TaskView> tasks_of(const FormDefinition& form, Evaluator& evaluator) {
  std::vector<TaskView> out;
  for (const auto& task : form.folder().config.tasks) {
    if (!evaluator.test(task.when, {})) continue;
    TaskView view{evaluator.text(task.title, {}), evaluator.text(task.body, {}), std::nullopt};
    if (!task.template_text.empty()) view.template_text = evaluator.text(task.template_text, {});
    out.push_back(std::move(view));
  }
  return out;
}

}  // namespace alting::forms
