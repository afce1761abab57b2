#include "forms/answers.h"

#include "forms/messages.h"
#include "forms/page_builder.h"

namespace alting::forms {

namespace {

std::string file_names(const FormContext& context, const std::string& data_type) {
  std::string out;
  for (const auto& file : context.attachments) {
    if (file.data_type == data_type) out += (out.empty() ? "" : ", ") + file.file_name;
  }
  return out;
}

bool is_field(const Component& component) {
  return component.kind == ComponentKind::upload || component.kind == ComponentKind::repeating_group ||
         !component.path().empty();
}

}  // namespace

std::vector<AnswerView> answers_of(const FormDefinition& form, const FormContext& context,
                                   const std::vector<Stand>& stands, Evaluator& evaluator, Requirements& requirements) {
  const auto language = context.language;
  std::vector<AnswerView> out;
  for (const auto& [place, page_number] : stands) {
    const auto& component = *place.component;
    if (!component.kind || !is_field(component)) continue;
    const auto scope = scope_of(form, component, place.rows);
    AnswerView view;
    const auto& page = form.layout().pages[static_cast<std::size_t>(page_number)];
    view.page = page.id;
    view.page_title = page_title(evaluator, page).plain();
    view.component = place.id();
    if (component.kind == ComponentKind::upload) {
      view.label = evaluator.text_of(component, "title", scope).plain();
      view.answer = file_names(context, component.id);
      view.required = component.min_count > 0;
      out.push_back(std::move(view));
      continue;
    }
    bool group = component.kind == ComponentKind::repeating_group;
    view.path = place.answer_path();
    const auto* value = value_at(context.data, view.path);
    if (group && !evaluator.shown_rows(component, place.rows).empty()) continue;  // its rows tell
    if (group) value = nullptr;  // of rows that are not shown nothing is told
    view.label = form.field_name(evaluator, language, view.path);
    if (!is_empty(value)) view.answer = form.words(evaluator, language, view.path, *value);
    if (!component.precision.empty() && !view.answer.empty()) {
      const auto* precision = value_at(context.data, component.precision, place.rows);
      if (!is_empty(precision) && code_text(*precision) != "eksakt")
        view.answer += fmt::format(" ({})", message(language, "precision." + code_text(*precision)));
    }
    view.required = requirements.required(component, scope);
    const auto* promised = promise_at(context.later, view.path);
    view.later = opens(form, context, view.path, value) || (promised != nullptr && view.answer.empty());
    if (view.later && promised != nullptr) view.expected = promised->expected;
    if (context.supplement) {
      const auto* before = value_at(context.before, view.path);
      bool was_empty = is_empty(before), is_empty_now = is_empty(value);
      view.changed = was_empty != is_empty_now || (!was_empty && *before != *value);
      if (!was_empty) view.before = form.words(evaluator, language, view.path, *before);
    }
    out.push_back(std::move(view));
  }
  return out;
}

}  // namespace alting::forms
