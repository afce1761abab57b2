#include "portal/form_kept.h"

#include "portal/form_flow.h"
#include "portal/page_post.h"

namespace alting::portal {

using Part = forms::FieldName::Part;

namespace {

// Each field by its name and in words; which of two moments was meant is asked again with the time itself.
Html listed(const View& view, const OpenForm& form, const forms::Posted& posted) {
  std::vector<ui::Term> terms;
  const auto& app = form.app();
  for (const auto& [name, typed] : posted.fields) {
    if (typed.empty() || name.part == Part::occurrence) continue;
    const auto words = name.part == Part::promise
                           ? view.t("form.later")
                           : app.in_words(view.language, name.path, base::Json(typed), form.draft().data);
    terms.push_back({app.label(view.language, name.path), html::lines(words), {}});
  }
  return ui::description_list(terms);
}

// What the form cannot read, by the names it came under: nothing that was typed is lost unseen.
Html listed_as_it_came(const Request& then) {
  std::vector<ui::Term> terms;
  for (const auto& [name, typed] : answers_of(then)) {
    if (typed.empty() || forms::is_row_action(name)) continue;
    terms.push_back({name, html::lines(typed), {}});
  }
  return ui::description_list(terms);
}

}  // namespace

std::optional<Restored> restore_kept(const View& view, OpenForm& form) {
  const auto kept = view.kept();
  if (!kept) return std::nullopt;
  const Request& then = *kept;
  auto post = read_page_post(form.app(), then);
  // Pressing a button of rows or files was not answered, and is not done now.
  if (post) post->answers.row_actions.clear();
  const Html files = then.form_value(View::files_field).empty() ? Html() : ui::paragraph(view.t("form.restored_files"));
  // Fields are named by the number of their row, which may be another's by now.
  const bool moved =
      post && has_moved_rows(changed_since(instances::seen_of_form(form.app(), post->seen), form.draft()));
  auto applied = post ? form.reading().apply(post->answers) : base::Result<forms::Applied>(post.error());
  if (!applied || moved) {
    const Html list = post ? listed(view, form, post->answers) : listed_as_it_came(then);
    return Restored{.seen = {},
                    .issues = {},
                    .notice = ui::alert({.color = ui::Color::warning,
                                         .title = view.t(moved ? "form.restored_beside" : "form.restored_refused"),
                                         .body = list + files})};
  }
  auto issues = std::move(applied->issues);
  auto draft = form.draft();
  instances::take(draft, std::move(*applied));
  form.take(std::move(draft));
  return Restored{.seen = std::string(then.form_value(page_field::seen)),
                  .issues = std::move(issues),
                  .notice = ui::alert({.color = ui::Color::info, .title = view.t("form.restored"), .body = files})};
}

}  // namespace alting::portal
