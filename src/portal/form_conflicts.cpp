#include "portal/form_conflicts.h"

#include "base/text.h"
#include "instances/draft_content.h"
#include "portal/words.h"

namespace alting::portal {

using html::el;

namespace {

constexpr std::string_view keep_mine = "keep-mine:", keep_stored = "keep-stored:", print_of = "conflict:",
                           name_of = "conflict-by:";

bool is_own(std::string_view name) {
  static constexpr std::array whole{std::string_view("token"),  std::string_view("once"),   std::string_view("version"),
                                    std::string_view("seen"),   std::string_view("go"),     std::string_view("upload"),
                                    std::string_view("detach"), std::string_view("changed")};
  static constexpr std::array beginnings{std::string_view("tag:"),
                                         std::string_view("file:"),
                                         std::string_view("keep:"),
                                         keep_mine,
                                         keep_stored,
                                         print_of,
                                         name_of};
  return std::find(whole.begin(), whole.end(), name) != whole.end() ||
         std::any_of(beginnings.begin(), beginnings.end(), [&](auto one) { return name.starts_with(one); });
}

std::map<std::string, std::string> seen_of(const Request& request) {
  std::map<std::string, std::string> seen;
  const auto json = base::Json::parse(request.form_value("seen"), {.size = 256 * 1024, .depth = 2, .values = 6'000});
  if (!json || !json->is_object()) return seen;
  for (const auto& [path, print] : json->members()) seen[path] = std::string(print.text_or(""));
  return seen;
}

bool has_field(const std::vector<forms::ComponentView>& components, const std::string& path) {
  return std::any_of(components.begin(), components.end(), [&](const auto& one) {
    if ((one.path == path || one.precision_path == path) && one.rows.empty()) return !one.read_only;
    return std::any_of(one.rows.begin(), one.rows.end(), [&](const auto& row) { return has_field(row, path); });
  });
}

// What is saved now: the answer, or what was promised in its place.
std::string stored_words(const View& view, const Work& now, const std::string& path) {
  if (const auto* value = instances::find_path(now.draft.data, path); value != nullptr && !value->is_null())
    return now.app->in_words(view.language, path, *value, now.draft.data);
  const auto promised = std::ranges::find(now.draft.later, path, &forms::Later::path);
  if (promised == now.draft.later.end()) return {};
  auto words = view.t("form.later");
  if (!promised->expected.empty())
    words += " (" + view.t("overview.later_on", {{"date", date_in_words(promised->expected, view.language)}}) + ")";
  return words;
}

std::string title(const View& view, const std::string& who, const std::string& field) {
  return who.empty() ? view.t("form.conflict.title_me", {{"field", field}})
                     : view.t("form.conflict.title", {{"name", who}, {"field", field}});
}

}  // namespace

Posted read_posted(const Request& request) {
  Posted posted{{}, seen_of(request), {}};
  bool stored = false;
  for (const auto& [name, value] : request.form) {
    if (name.starts_with(keep_mine)) posted.chosen = name.substr(keep_mine.size());
    stored |= name.starts_with(keep_stored);
    if (name.starts_with(keep_stored)) posted.chosen = name.substr(keep_stored.size());
  }
  // "Keep mine" is said of what the page showed as saved: when that has changed again, one is asked again.
  if (!posted.chosen.empty() && !stored)
    posted.seen[posted.chosen] = std::string(request.form_value(std::string(print_of) + posted.chosen));
  for (const auto& [name, value] : request.form) {
    if (is_own(name)) continue;
    const bool of_chosen = name == posted.chosen || name == posted.chosen + ".date" ||
                           name == posted.chosen + ".time" || name == posted.chosen + ".occurrence" ||
                           name == "later:" + posted.chosen || name == "later-date:" + posted.chosen;
    if (!(stored && of_chosen)) posted.fields.emplace_back(name, value);
  }
  return posted;
}

Html tell_conflicts(const View& view, const Work& now, const instances::Draft& before, const forms::PageView& page,
                    const std::vector<instances::SaveOutcome::Conflict>& conflicts, FieldState& state) {
  Html alerts;
  for (const auto& one : conflicts) {
    // Who saved is said once; later saves of one's own in other fields change nothing of it.
    const bool known = view.request.form_value(std::string(print_of) + one.path) == one.stored && !one.stored.empty();
    const auto who = known ? base::one_line(view.request.form_value(std::string(name_of) + one.path), 200)
                     : before.saved_by_me ? std::string()
                                          : before.saved_by;
    if (one.fields.empty() || !has_field(page.components, one.path)) {
      const auto theirs = one.theirs.empty() ? stored_words(view, now, one.path) : one.theirs;
      const auto mine = one.mine_later ? view.t("form.later") : one.mine;
      alerts += ui::alert({.color = ui::Color::warning,
                           .title = title(view, who, now.app->label(view.language, one.path)),
                           .body = ui::description_list({{view.t("form.conflict.theirs"), html::lines(theirs), {}},
                                                         {view.t("form.conflict.mine"), html::lines(mine), {}}}) +
                                   ui::paragraph(view.t("form.conflict.next")),
                           .urgent = true});
      continue;
    }
    OpenConflict open{.title = title(view, who, now.app->label(view.language, one.path)),
                      .who = who,
                      .seen = one.seen,
                      .stored = one.stored,
                      .names = {},
                      .is_new = !known};
    open.theirs = stored_words(view, now, one.path);
    for (const auto& [name, value] : one.fields) {
      state.typed[name] = value;
      state.typed_all[name].push_back(value);
      open.names += (open.names.empty() ? "" : " ") + name;
    }
    state.conflicts[one.path] = std::move(open);
    state.errors.insert_or_assign(one.path, view.t("form.conflict.choose"));
  }
  return alerts;
}

Html conflict_choice(const View& view, const std::string& path, const OpenConflict& conflict) {
  const auto hidden = [&](std::string_view name, const std::string& value) {
    return el("input", {{"type", "hidden"},
                        {"name", std::string(name) + path},
                        {"value", value},
                        {"data-names", name == print_of ? conflict.names : std::string()}});
  };
  const auto button = [&](std::string_view id, std::string_view name) {
    return ui::button({.label = view.t(id),
                       .about = conflict.title,
                       .variant = ui::Variant::secondary,
                       .name = std::string(name) + path,
                       .value = "1",
                       .no_validate = true});
  };
  const auto saved = conflict.theirs.empty() ? view.t("overview.empty") : conflict.theirs;
  return el("div", {{"class", "conflict"}},
            hidden(print_of, conflict.stored) + hidden(name_of, conflict.who) +
                ui::alert({.color = ui::Color::warning,
                           .title = conflict.title,
                           .body = ui::description_list({{view.t("form.conflict.theirs"), html::lines(saved), {}}}) +
                                   ui::button_row(button("form.conflict.keep_mine", keep_mine) +
                                                  button("form.conflict.keep_stored", keep_stored)),
                           .urgent = conflict.is_new,
                           .heading_level = 3}));
}

}  // namespace alting::portal
