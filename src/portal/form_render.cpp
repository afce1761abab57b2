#include "portal/form_render.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "portal/form_fields.h"
#include "portal/form_uploads.h"

namespace alting::portal {

using forms::ComponentKind;
using forms::ComponentView;
using forms::RowAction;
using html::el;
using html::text;

namespace {

class Renderer {
 public:
  Renderer(const View& view, const base::Json& data, const FieldState& state)
      : view_(view), state_(state), fields_(view, data, state, findings) {}

  Html component(const ComponentView& c) {
    switch (c.kind) {
      case ComponentKind::header: return ui::heading(2, c.title);
      case ComponentKind::paragraph: return ui::prose(html::blocks(c.body.empty() ? c.title : c.body));
      case ComponentKind::alert: return box(c, alert(c));
      case ComponentKind::group: return ui::fieldset(c.title, rows(c), html::blocks(c.description));
      case ComponentKind::repeating_group: return box(c, repeating(c));
      case ComponentKind::upload: return box(c, upload_place(view_, c, state_, findings.errors));
      case ComponentKind::summary: return {};
      default: return box(c, fields_.field(c));
    }
  }

  PageFindings findings;

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
    fields_.note_seen(c.path, c.later);
    fields_.note_seen(c.path + "[]");
    Html all = state_.errors.contains(c.path) ? ui::alert(ui::Color::danger, state_.errors.at(c.path)) : Html();
    if (state_.errors.contains(c.path)) findings.errors.push_back({ui::field_id(c.path), state_.errors.at(c.path)});
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

  const View& view_;
  const FieldState& state_;
  FieldRenderer fields_;
};

// By more than "we do not know yet".
bool is_answered(const ComponentView& c) {
  return !c.open_answer && (!c.value.empty() || !c.values.empty() || !c.rows.empty());
}

}  // namespace

std::string box_id(const std::string& component_id) { return "box-" + ui::field_id(component_id); }

RenderedPage render_form_page(const View& view, const forms::PageView& page, const base::Json& data,
                              const FieldState& state) {
  Renderer renderer(view, data, state);
  RenderedPage rendered;
  const auto render = [&](const ComponentView& component) {
    rendered.boxes.emplace_back(box_id(component.id), renderer.component(component));
    return rendered.boxes.back().second;
  };
  bool is_first = true;
  for (std::size_t i = 0; i < page.components.size();) {
    const auto& component = page.components[i++];
    if (component.folds == 0) {
      rendered.fields += render(component);
      continue;
    }
    if (std::exchange(is_first, false)) rendered.fields += ui::heading(2, view.t("form.promised"));
    const auto errors = renderer.findings.errors.size();
    Html content;
    bool open = false;
    for (const auto last = i + component.folds; i < last; ++i) {
      content += render(page.components[i]);
      open = open || is_answered(page.components[i]);
    }
    rendered.fields += ui::details(fmt::format("{} ({})", component.title.plain(), component.folds), content,
                                   open || renderer.findings.errors.size() > errors);
  }
  rendered.errors = std::move(renderer.findings.errors);
  base::JsonObject seen;
  for (auto& [path, print] : renderer.findings.seen) seen.emplace_back(path, base::Json(std::move(print)));
  rendered.seen = base::Json(std::move(seen)).dump();
  return rendered;
}

}  // namespace alting::portal
