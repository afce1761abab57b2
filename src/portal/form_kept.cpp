#include "portal/form_kept.h"

#include "instances/draft_content.h"
#include "portal/form_conflicts.h"

namespace alting::portal {
namespace {

// Buttons of rows and files: pressing one was not answered, and is not done now.
bool is_press(std::string_view name) {
  return name.starts_with("add-row:") || name.starts_with("remove-row:") || name == "restore-row" || name == "detach" ||
         name == "upload";
}

// Fields are named by the number of their row, which may be another's by now.
bool rows_moved(const Posted& posted, const base::Json& data) {
  return std::any_of(posted.seen.begin(), posted.seen.end(), [&](const auto& one) {
    return one.first.ends_with("[]") && instances::fingerprint_at(data, one.first) != one.second;
  });
}

// Each field by its name and in words; which of two moments was meant is asked again with the time itself.
Html listed(const View& view, const Work& work, const Posted& posted) {
  std::vector<ui::Term> terms;
  for (const auto& [name, value] : posted.fields) {
    if (value.empty() || name.ends_with(".occurrence")) continue;
    const auto colon = name.find(':');  // "later:", "later-date:"
    auto path = colon == std::string::npos ? name : name.substr(colon + 1);
    if (!work.app->shows(path)) path = path.substr(0, path.rfind('.'));  // ".date", ".time"
    auto words = name.starts_with("later:")
                     ? view.t("form.later")
                     : work.app->in_words(view.language, path, base::Json(value), work.draft.data);
    terms.push_back({work.app->label(view.language, path), html::lines(words), {}});
  }
  return ui::description_list(terms);
}

}  // namespace

std::optional<Restored> restore_kept(const FormView& view, Work& work) {
  auto kept = view.kept();
  if (!kept) return std::nullopt;
  Request then;
  then.form = std::move(*kept);
  auto posted = read_posted(then);
  std::erase_if(posted.fields, [](const auto& field) { return is_press(field.first); });
  Html body = then.form_value(View::files_field).empty() ? Html() : ui::paragraph(view.t("form.restored_files"));
  auto applied = work.app->apply(work.around, posted.fields);
  const bool moved = rows_moved(posted, work.draft.data);
  if (!applied || moved) {
    return Restored{.seen = {},
                    .issues = {},
                    .notice = ui::alert({.color = ui::Color::warning,
                                         .title = view.t(moved ? "form.restored_beside" : "form.restored_refused"),
                                         .body = listed(view, work, posted) + body})};
  }
  work.draft.data = std::move(applied->data);
  work.draft.later = std::move(applied->later);
  work.draft.rejected = std::move(applied->rejected);
  for (const auto& path : applied->changed) work.draft.sources.erase(path);
  work.around = view.uses.instances.surroundings(work.draft, view.language, view.now());
  return Restored{.seen = std::string(then.form_value("seen")),
                  .issues = std::move(applied->issues),
                  .notice = ui::alert({.color = ui::Color::info, .title = view.t("form.restored"), .body = body})};
}

}  // namespace alting::portal
