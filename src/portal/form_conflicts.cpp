#include "portal/form_conflicts.h"

#include <algorithm>

#include "portal/answer_list.h"

namespace alting::portal {

using html::el;

namespace {

bool has_field(const std::vector<forms::ComponentView>& components, const forms::Path& path) {
  return std::ranges::any_of(components, [&](const auto& component) {
    if ((component.path == path || component.precision_path == path) && component.rows.empty())
      return !component.read_only;
    return std::ranges::any_of(component.rows, [&](const auto& row) { return has_field(row, path); });
  });
}

// What is saved now: the answer, or what was promised in its place.
std::string stored_words(const View& view, const OpenForm& form, const forms::Path& path) {
  const auto& draft = form.draft();
  if (const auto* value = forms::value_at(draft.data, path); value != nullptr && !value->is_null())
    return form.app().in_words(view.language, path, *value, draft.data);
  const auto* promised = forms::promise_at(draft.later, path);
  if (promised == nullptr) return {};
  auto words = view.t("form.later");
  if (!promised->expected.empty()) words += " (" + promise_in_words(view, promised->expected) + ")";
  return words;
}

std::string title_of(const View& view, const std::string& who, const std::string& field) {
  return who.empty() ? view.t("form.conflict.title_me", {{"field", field}})
                     : view.t("form.conflict.title", {{"name", who}, {"field", field}});
}

// Of a field that stands on the page no more.
Html told_above(const View& view, const OpenForm& form, const instances::Conflict& conflict, std::string title) {
  std::vector<ui::Term> said;
  if (!conflict.row_gone)  // else what is saved at this path is another row's
    said.push_back({view.t("form.conflict.theirs"), html::lines(stored_words(view, form, conflict.path)), {}});
  const auto mine = conflict.mine_later ? view.t("form.later") : conflict.mine;
  said.push_back({view.t("form.conflict.mine"), html::lines(mine), {}});
  return ui::alert({.color = ui::Color::warning,
                    .title = std::move(title),
                    .body = ui::description_list(said) + ui::paragraph(view.t("form.conflict.next")),
                    .urgent = true});
}

}  // namespace

Html tell_conflicts(const View& view, const OpenForm& form, const PagePost& post, const instances::Draft& before,
                    const forms::PageView& page, const std::vector<instances::Conflict>& conflicts, FieldState& state) {
  Html alerts;
  for (const auto& conflict : conflicts) {
    // Who saved is said once; later saves of one's own in other fields change nothing of it.
    const auto told = post.told.find(conflict.path);
    const bool known = told != post.told.end() && !conflict.stored.empty() && told->second.stored == conflict.stored;
    const auto who = known ? told->second.by : before.saved_by_me ? std::string() : before.saved_by;
    auto title = title_of(view, who, form.app().label(view.language, conflict.path));
    if (conflict.fields.empty() || !has_field(page.components, conflict.path)) {
      alerts += told_above(view, form, conflict, std::move(title));
      continue;
    }
    OpenConflict open{.title = std::move(title),
                      .who = who,
                      .theirs = stored_words(view, form, conflict.path),
                      .seen = conflict.seen,
                      .stored = conflict.stored,
                      .is_new = !known};
    for (const auto& [name, typed] : conflict.fields) {
      state.typed[name] = typed;
      state.typed_all[name].push_back(typed);
      open.names += (open.names.empty() ? "" : " ") + name.text();
    }
    state.conflicts[conflict.path] = std::move(open);
    state.errors.insert_or_assign(conflict.path, view.t("form.conflict.choose"));
  }
  return alerts;
}

Html conflict_choice(const View& view, const std::string& path, const OpenConflict& conflict) {
  const auto hidden = [](std::string name, const std::string& value, const std::string& names) {
    return el("input", {{"type", "hidden"}, {"name", std::move(name)}, {"value", value}, {"data-names", names}});
  };
  const auto button = [&](std::string_view id, std::string name) {
    return ui::button({.label = view.t(id),
                       .about = conflict.title,
                       .variant = ui::Variant::secondary,
                       .name = std::move(name),
                       .value = "1",
                       .no_validate = true});
  };
  const auto saved = conflict.theirs.empty() ? view.t("overview.empty") : conflict.theirs;
  return el("div", {{"class", "conflict"}},
            hidden(page_field::stored_print(path), conflict.stored, conflict.names) +
                hidden(page_field::stored_by(path), conflict.who, {}) +
                ui::alert({.color = ui::Color::warning,
                           .title = conflict.title,
                           .body = ui::description_list({{view.t("form.conflict.theirs"), html::lines(saved), {}}}) +
                                   ui::button_row(button("form.conflict.keep_mine", page_field::keep_mine(path)) +
                                                  button("form.conflict.keep_stored", page_field::keep_stored(path))),
                           .urgent = conflict.is_new,
                           .heading_level = 3}));
}

}  // namespace alting::portal
