#include "portal/form_fields.h"

#include <algorithm>

#include "portal/form_conflicts.h"
#include "portal/form_uploads.h"
#include "portal/page_post.h"

namespace alting::portal {

using forms::ComponentKind;
using forms::ComponentView;
using forms::FieldName;
using html::el;
using Part = forms::FieldName::Part;

void FieldRenderer::note_seen(const std::string& path, const std::optional<forms::Later>& promised) {
  if (path.empty()) return;
  // What one has not chosen between yet is as the page showed it at first, so that the next post asks again.
  const auto open = state_.conflicts.find(path);
  if (open != state_.conflicts.end()) return void(findings_.seen.try_emplace(path, open->second.seen));
  findings_.seen.try_emplace(path, instances::fingerprint_at(data_, path, promised ? &*promised : nullptr));
}

std::string FieldRenderer::typed(const FieldName& name, const std::string& value) const {
  const auto found = state_.typed.find(name);
  return found == state_.typed.end() ? value : found->second;
}

// Whether the field's fault is about the day it is promised for.
bool FieldRenderer::is_of_date(const ComponentView& c) const {
  return state_.typed.contains(FieldName{Part::promise_date, c.path}) && !state_.conflicts.contains(c.path);
}

// What is common to all fields: label, help, error, source, the mark for what is required or comes later.
template <class Component>
void FieldRenderer::fill(Component& f, const ComponentView& c) {
  note_seen(c.path, c.later);
  f.name = c.path;
  f.label = c.title;
  f.id = ui::field_id(c.path);
  f.value = typed({Part::value, c.path}, c.value);
  if (!c.description.empty()) f.description_html = html::blocks(c.description);
  if (!c.help.empty()) {
    f.help_label = view_.t("form.help");
    f.help = html::blocks(c.help);
  }
  const bool of_date = is_of_date(c);  // then the fault is shown there
  if (const auto found = state_.errors.find(c.path); found != state_.errors.end() && !of_date) {
    f.error = found->second;
    findings_.errors.push_back({f.id, found->second});
  }
  if (const auto found = state_.warnings.find(c.path); found != state_.warnings.end()) f.warning = found->second;
  if (state_.theirs.contains(c.path) && f.warning.empty()) f.warning = state_.theirs_words;
  if (f.warning.empty()) f.warning = c.notice;
  f.source = c.source;
  f.required = c.required;
  f.read_only = c.read_only;
  if (!c.required && !c.deferrable && !c.read_only) f.marker = view_.t("form.marker.optional");
  f.state = standing(c);
  f.group = c.path;
  const auto open = state_.conflicts.find(c.path);
  f.after = (open == state_.conflicts.end() ? Html() : conflict_choice(view_, c.path, open->second)) + precision(c) +
            later(c);
}

// That it comes later: said by hand, or by an answer that says that one does not know yet.
std::string FieldRenderer::standing(const ComponentView& c) const {
  if (c.open_answer) return view_.t("form.marker.open");
  return c.later ? view_.t("form.marker.later") : std::string();
}

Html FieldRenderer::contact(const ComponentView& c) const {
  if (c.path.empty() || c.path != state_.contact_at || c.read_only) return {};
  const Html at = el("input", {{"type", "hidden"}, {"name", page_field::contact_at}, {"value", c.path}});
  return el("div", {{"class", "form-contact"}},
            at + ui::paragraph(view_.t("form.contact.text")) +
                ui::button({.label = view_.t("form.contact.use"),
                            .variant = ui::Variant::secondary,
                            .name = std::string(page_field::my_contact),
                            .value = "1",
                            .no_validate = true}));
}

Html FieldRenderer::precision(const ComponentView& c) {
  if (c.precision_path.empty()) return {};
  note_seen(c.precision_path);
  ui::Select select;
  select.name = c.precision_path;
  select.id = ui::field_id(c.precision_path);
  select.label = view_.t("form.precision");
  select.about = c.title.plain();
  select.value = typed({Part::value, c.precision_path}, c.precision_value);
  const auto open = state_.conflicts.find(c.precision_path);
  if (open != state_.conflicts.end()) {
    select.error = view_.t("form.conflict.choose");
    select.after = conflict_choice(view_, c.precision_path, open->second);
    findings_.errors.push_back({select.id, select.error});
  }
  select.empty_label = view_.t("form.choose");
  select.group = c.path;
  for (const auto& option : c.precision_options) select.options.push_back({option.value, option.label});
  return ui::select(select);
}

Html FieldRenderer::later(const ComponentView& c) {
  if (!c.deferrable || c.read_only) return {};
  const FieldName promise{Part::promise, c.path}, promise_date{Part::promise_date, c.path};
  ui::Checkbox box;
  box.name = promise.text();
  box.id = ui::field_id("later-" + c.path);
  box.label = view_.t("form.later");
  box.about = c.title.plain();
  box.value = "on";
  box.checked = typed(promise, c.later ? "on" : "") == "on";
  box.group = c.path;
  Html marker = el("input", {{"type", "hidden"}, {"name", promise.text()}, {"value", ""}, {"data-group", c.path}});
  Html date;
  if (c.later) {
    ui::DateField expected;
    expected.name = promise_date.text();
    expected.id = ui::field_id("later-date-" + c.path);
    expected.label = view_.t("form.later.date");
    expected.about = c.title.plain();
    expected.value = typed(promise_date, c.later->expected);
    expected.min = base::to_date_oslo(view_.now());
    expected.group = c.path;
    if (const auto found = state_.errors.find(c.path); found != state_.errors.end() && is_of_date(c)) {
      expected.error = found->second;
      findings_.errors.push_back({expected.id, found->second});
    }
    date = ui::date_field(expected);
  }
  return el("div", {{"class", "form-later"}}, marker + ui::checkbox(box) + date);
}

Html FieldRenderer::date_time(const ComponentView& c) {
  ui::DateTimeField f;
  fill(f, c);
  const FieldName date_name{Part::date, c.path}, time_name{Part::time, c.path};
  f.date_name = date_name.text();
  f.time_name = time_name.text();
  f.date_label = view_.t("form.date");
  f.time_label = view_.t("form.time");
  f.value.clear();
  if (const auto at = base::from_rfc3339(c.value)) {
    const auto local = base::to_rfc3339_oslo(*at);
    f.value = local.substr(0, 16);
  }
  const auto date = state_.typed.find(date_name);
  const auto time = state_.typed.find(time_name);
  if (date != state_.typed.end() || time != state_.typed.end()) {
    f.value = (date == state_.typed.end() ? "" : date->second) + "T" + (time == state_.typed.end() ? "" : time->second);
  }
  f.after = occurrence(c) + f.after;
  return ui::date_time_field(f);
}

Html FieldRenderer::occurrence(const ComponentView& c) const {
  if (c.occurrences.empty()) return {};
  ui::RadioGroup which;
  const FieldName name{Part::occurrence, c.path};
  which.name = name.text();
  which.id = ui::field_id(which.name);
  which.label = view_.t("form.occurrence");
  which.options = to_options(c.occurrences);
  which.read_only = c.read_only;
  for (const auto& one : c.occurrences)
    if (one.selected) which.value = one.value;
  which.value = typed(name, which.value);
  return ui::radio_group(which);
}

Html FieldRenderer::input(const ComponentView& c) {
  ui::TextField f;
  fill(f, c);
  f.autocomplete = c.autocomplete;
  f.input_mode = c.input_mode;
  if (c.kind == ComponentKind::number && f.input_mode.empty()) f.input_mode = "decimal";
  if (c.kind == ComponentKind::number || c.width == "short") f.width = 12;
  if (c.width == "medium") f.width = 30;
  return ui::text_field(f);
}

Html FieldRenderer::field(const ComponentView& c) { return contact(c) + question(c); }

Html FieldRenderer::question(const ComponentView& c) {
  switch (c.kind) {
    case ComponentKind::text_area: {
      ui::TextArea f;
      fill(f, c);
      f.rows = 5;
      if (c.max_length > 0) {
        f.max_length = static_cast<int>(c.max_length);
        f.count_text = view_.t("form.characters_left");
      }
      return ui::text_area(f);
    }
    case ComponentKind::radio: {
      ui::RadioGroup f;
      fill(f, c);
      f.options = to_options(c.options);
      f.inline_ = c.options.size() <= 3 && std::all_of(c.options.begin(), c.options.end(), [](const auto& o) {
                    return o.label.plain().size() < 14 && o.description.empty();
                  });
      return ui::radio_group(f);
    }
    case ComponentKind::checkboxes: {
      ui::CheckboxGroup f;
      fill(f, c);
      f.options = to_options(c.options);
      const auto typed_here = state_.typed_all.find({Part::value, c.path});
      f.values = typed_here == state_.typed_all.end() ? c.values : typed_here->second;
      return el("input", {{"type", "hidden"}, {"name", c.path}, {"value", ""}, {"data-group", c.path}}) +
             ui::checkbox_group(f);
    }
    case ComponentKind::dropdown: {
      ui::Select f;
      fill(f, c);
      f.options = to_options(c.options);
      f.empty_label = view_.t("form.choose");
      return ui::select(f);
    }
    case ComponentKind::date: {
      ui::DateField f;
      fill(f, c);
      return ui::date_field(f);
    }
    case ComponentKind::date_time: return date_time(c);
    default: return input(c);
  }
}

}  // namespace alting::portal
