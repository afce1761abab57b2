#include "portal/form_render.h"

#include <algorithm>
#include <map>

#include "portal/form_conflicts.h"
#include "portal/form_uploads.h"

namespace alting::portal {

using forms::ComponentKind;
using forms::ComponentView;
using forms::FieldName;
using forms::RowAction;
using Part = forms::FieldName::Part;
using html::el;
using html::text;

namespace {

class Renderer {
 public:
  Renderer(const View& view, const base::Json& data, const FieldState& state)
      : view_(view), data_(data), state_(state) {}

  Html component(const ComponentView& c) {
    switch (c.kind) {
      case ComponentKind::header: return ui::heading(2, c.title);
      case ComponentKind::paragraph: return ui::prose(html::blocks(c.body.empty() ? c.title : c.body));
      case ComponentKind::alert: return box(c, alert(c));
      case ComponentKind::group: return ui::fieldset(c.title, rows(c), html::blocks(c.description));
      case ComponentKind::repeating_group: return box(c, repeating(c));
      case ComponentKind::upload: return box(c, upload_place(view_, c, state_, errors));
      case ComponentKind::summary: return {};
      default: return box(c, field(c));
    }
  }

  std::vector<ui::FieldError> errors;
  std::map<std::string, std::string> seen;  // path -> fingerprint

 private:
  static Html box(const ComponentView& c, const Html& content) {
    return el("div", {{"id", box_id(c.id)}, {"class", "form-box"}}, content);
  }

  Html alert(const ComponentView& c) const {
    static constexpr std::array colors{ui::Color::danger, ui::Color::warning, ui::Color::info, ui::Color::success};
    return ui::alert(
        {.color = colors[static_cast<std::size_t>(c.severity)], .title = c.title, .body = html::blocks(c.body)});
  }

  Html rows(const ComponentView& c) {
    Html all;
    for (const auto& row : c.rows) {
      for (const auto& child : row) all += component(child);
    }
    return all;
  }

  Html repeating(const ComponentView& c) {
    note_seen(c.path, c.later);
    note_seen(c.path + "[]");
    Html all = state_.errors.contains(c.path) ? ui::alert(ui::Color::danger, state_.errors.at(c.path)) : Html();
    if (state_.errors.contains(c.path)) errors.push_back({ui::field_id(c.path), state_.errors.at(c.path)});
    if (state_.removed && state_.removed->group == c.path && !c.read_only) all += way_back(c);
    for (std::size_t i = 0; i < c.rows.size(); ++i) {
      const auto number = i + 1, index = c.row_indexes[i];  // people count the rows they see
      Html inside;
      for (const auto& child : c.rows[i]) inside += component(child);
      const bool removable = c.rows.size() > c.min_rows && !c.read_only;
      if (removable) {
        const RowAction remove{RowAction::Kind::remove, c.path, index};
        inside += ui::button({.label = c.remove_label.empty()
                                           ? view_.t("form.row.remove", {{"number", std::to_string(number)}})
                                           : c.remove_label,
                              .variant = ui::Variant::tertiary,
                              .color = ui::Color::danger,
                              .name = remove.button_name(),
                              .value = remove.button_value(),
                              .no_validate = true});
      }
      all += ui::fieldset(view_.t("form.row.title", {{"title", c.title.plain()}, {"number", std::to_string(number)}}),
                          inside, {}, ui::field_id(forms::RowPath{c.path, index}.text()));
    }
    if (c.rows.empty()) all += ui::paragraph(view_.t("form.row.none"));
    if (!c.read_only && (c.max_rows == 0 || c.rows.size() < c.max_rows)) {
      const RowAction add{RowAction::Kind::add, c.path};
      all += ui::button(
          {.label = c.add_label.empty() ? view_.t("form.row.add", {{"title", c.title.plain()}}) : c.add_label,
           .variant = ui::Variant::secondary,
           .name = add.button_name(),
           .value = add.button_value(),
           .no_validate = true});
    }
    return ui::fieldset(c.title, all, html::blocks(c.description), ui::field_id(c.path));
  }

  Html way_back(const ComponentView& c) const {
    const auto before = std::ranges::count_if(c.row_indexes, [&](auto index) { return index < state_.removed->index; });
    const auto number = std::to_string(before + 1);  // people count the rows they see
    const RowAction restore{RowAction::Kind::restore, c.path};
    return ui::alert(
        {.color = ui::Color::info,
         .title = view_.t("form.row.removed", {{"title", c.title.plain()}, {"number", number}}),
         .body = ui::paragraph(view_.t("form.row.removed.text")) + ui::button({.label = view_.t("form.row.undo"),
                                                                               .about = c.title.plain() + " " + number,
                                                                               .variant = ui::Variant::secondary,
                                                                               .name = restore.button_name(),
                                                                               .value = restore.button_value(),
                                                                               .no_validate = true}),
         .heading_level = 3});
  }

  void note_seen(const std::string& path, const std::optional<forms::Later>& promised = {}) {
    if (path.empty()) return;
    // What one has not chosen between yet is as the page showed it at first, so that the next post asks again.
    const auto open = state_.conflicts.find(path);
    if (open != state_.conflicts.end()) return void(seen.try_emplace(path, open->second.seen));
    seen.try_emplace(path, path.ends_with("[]")
                               ? instances::fingerprint_at(data_, path)
                               : instances::fingerprint(forms::value_at(data_, path), promised ? &*promised : nullptr));
  }

  std::string typed(const FieldName& name, const std::string& value) const {
    const auto found = state_.typed.find(name);
    return found == state_.typed.end() ? value : found->second;
  }

  // Whether the field's fault is about the day it is promised for.
  bool is_of_date(const ComponentView& c) const {
    return state_.typed.contains(FieldName{Part::promise_date, c.path}) && !state_.conflicts.contains(c.path);
  }

  // What is common to all fields: label, help, error, source, the mark for what is required or comes later.
  template <class Component>
  void fill(Component& f, const ComponentView& c) {
    note_seen(c.path, c.later);
    f.name = c.path;
    f.label = c.title;
    f.id = ui::field_id(c.path);
    f.value = typed({Part::value, c.path}, c.value);
    if (!c.description.empty()) f.description_html = html::blocks(c.description);
    if (!c.help.empty()) {
      f.help_label = view_.t("form.help", {{"label", c.title.plain()}});
      f.help = html::blocks(c.help);
    }
    const bool of_date = is_of_date(c);  // then the fault is shown there
    if (const auto found = state_.errors.find(c.path); found != state_.errors.end() && !of_date) {
      f.error = found->second;
      errors.push_back({f.id, found->second});
    }
    if (const auto found = state_.warnings.find(c.path); found != state_.warnings.end()) f.warning = found->second;
    if (state_.theirs.contains(c.path) && f.warning.empty()) f.warning = state_.theirs_words;
    if (f.warning.empty()) f.warning = c.notice;
    f.source = c.source;
    f.required = c.required;
    f.read_only = c.read_only;
    if (c.later) {
      f.marker = view_.t("form.marker.later");
    } else if (c.required) {
      f.marker = view_.t("form.marker.required");
    } else if (!c.deferrable && !c.read_only) {
      f.marker = view_.t("form.marker.optional");
    }
    f.group = c.path;
    const auto open = state_.conflicts.find(c.path);
    f.after = (open == state_.conflicts.end() ? Html() : conflict_choice(view_, c.path, open->second)) + precision(c) +
              later(c);
  }

  Html precision(const ComponentView& c) {
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
      errors.push_back({select.id, select.error});
    }
    select.empty_label = view_.t("form.choose");
    select.group = c.path;
    for (const auto& option : c.precision_options) select.options.push_back({option.value, option.label});
    return ui::select(select);
  }

  Html later(const ComponentView& c) {
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
        errors.push_back({expected.id, found->second});
      }
      date = ui::date_field(expected);
    }
    return el("div", {{"class", "form-later"}}, marker + ui::checkbox(box) + date);
  }

  Html field(const ComponentView& c) {
    switch (c.kind) {
      case ComponentKind::text_area: {
        ui::TextArea f;
        fill(f, c);
        f.rows = c.max_length > 2000 ? 8 : 4;
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

  Html date_time(const ComponentView& c) {
    ui::DateTimeField f;
    fill(f, c);
    f.date_label = view_.t("form.date");
    f.time_label = view_.t("form.time");
    f.value.clear();
    if (const auto at = base::from_rfc3339(c.value)) {
      const auto local = base::to_rfc3339_oslo(*at);
      f.value = local.substr(0, 16);
    }
    const auto date = state_.typed.find({Part::date, c.path});
    const auto time = state_.typed.find({Part::time, c.path});
    if (date != state_.typed.end() || time != state_.typed.end()) {
      f.value =
          (date == state_.typed.end() ? "" : date->second) + "T" + (time == state_.typed.end() ? "" : time->second);
    }
    f.after = occurrence(c) + f.after;
    return ui::date_time_field(f);
  }

  Html occurrence(const ComponentView& c) const {
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

  Html input(const ComponentView& c) {
    ui::TextField f;
    fill(f, c);
    f.autocomplete = c.autocomplete;
    f.input_mode = c.input_mode;
    if (c.kind == ComponentKind::number && f.input_mode.empty()) f.input_mode = "decimal";
    if (c.kind == ComponentKind::number || c.width == "short") f.width = 12;
    if (c.width == "medium") f.width = 30;
    return ui::text_field(f);
  }

  const View& view_;
  const base::Json& data_;
  const FieldState& state_;
};

}  // namespace

std::string box_id(const std::string& component_id) { return "box-" + ui::field_id(component_id); }

RenderedPage render_form_page(const View& view, const forms::PageView& page, const base::Json& data,
                              const FieldState& state) {
  Renderer renderer(view, data, state);
  RenderedPage rendered;
  for (const auto& component : page.components) {
    rendered.boxes.emplace_back(box_id(component.id), renderer.component(component));
    rendered.fields += rendered.boxes.back().second;
  }
  rendered.errors = std::move(renderer.errors);
  base::JsonObject seen;
  for (auto& [path, print] : renderer.seen) seen.emplace_back(path, base::Json(std::move(print)));
  rendered.seen = base::Json(std::move(seen)).dump();
  return rendered;
}

}  // namespace alting::portal
