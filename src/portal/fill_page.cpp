#include "portal/fill_page.h"

#include <algorithm>

#include "portal/form_asides.h"
#include "portal/form_flow.h"
#include "portal/form_render.h"
#include "portal/form_ways.h"
#include "portal/page_post.h"
#include "portal/words.h"

namespace alting::portal {

using html::el;
using html::text;

namespace {

constexpr std::string_view form_id = "form-page";

ui::Form page_form(FormView& view, OpenForm& form, const std::string& page, const std::string& seen) {
  const auto addresses = form.addresses();
  auto post = view.kept_form(with_origin(view, addresses.page(page)), true);
  post.enter = way_on(view, form, page);
  post.id = form_id;
  post.multipart = true;
  post.autosave = with_origin(view, addresses.autosave(page));
  post.saved_text = view.t("form.saved_now");
  post.saving_text = view.t("form.saving");
  post.offline_text = view.t("form.offline");
  post.offline_next_text = view.t("form.offline_next");
  post.busy_text = view.t("form.busy");
  post.broken_text = view.t("form.broken");
  post.conflict_text = view.t("form.conflict_short");
  post.hidden.emplace_back(page_field::version, std::to_string(form.draft().version));
  post.hidden.emplace_back(page_field::seen, seen);
  return post;
}

// `restored`: what was typed before a login, and is saved nowhere yet.
Response page_of_form(FormView& view, OpenForm& form, const std::string& page_id, FieldState state, const Html& notices,
                      int status, const Restored* restored) {
  const auto page = form.reading().page(page_id, state.typed);
  if (!page) return view.fail(page.error());
  if (view.actor().is_person())  // an organisation's certificate has no e-mail address of its own
    state.contact_at = first_to_answer(*page, view.uses.drafts.my_contact_fields(form.permit(), form.draft()));
  const auto rendered = render_form_page(view, *page, form.draft().data, state);
  const auto service = form.app().title(view.language);
  Html content = el("p", {{"class", "form-service"}}, text(service));
  content += ui::heading(1, page->title);
  content += steps_menu(view, form, page_id);
  if (restored != nullptr) content += restored_notice(restored->notice, rendered.errors.empty());
  content += el("div", {{"id", "form-notices"}}, notices);
  if (!rendered.errors.empty()) content += ui::error_summary(view.t("form.errors"), rendered.errors);
  const bool in_place = restored != nullptr && !restored->seen.empty();
  auto post = page_form(view, form, page_id, in_place ? restored->seen : rendered.seen);
  post.restored = in_place;
  if (in_place) post.hidden.emplace_back(page_field::restored, "1");
  content +=
      ui::post_form(post, el("div", {{"id", "form-fields"}}, rendered.fields) + missing_words(view, form, *page) +
                              form_bar(view, form, page_id) + more_ways(view, form, page_id));
  return view.show({.title = page->title.plain() + " – " + service,
                    .with_error = !rendered.errors.empty(),
                    .compact = true,
                    .skip_label = view.t("form.skip"),
                    .skip_to = "#" + std::string(form_id),
                    .aside = deadline_box(view, form) + steps(view, form, page_id),
                    .status = status},
                   content);
}

}  // namespace

forms::When told_when(const View& view) { return from_overview(view) ? forms::When::submit : forms::When::save; }

Html missing_words(const View& view, OpenForm& form, const forms::PageView& page) {
  const auto here = paths_on(page);  // what stands on several pages is missing on each of them
  // By what the page shows as required, which is the reading of what is stored: what will be sent need not be worked out.
  const auto count = std::ranges::count_if(form.reading().issues(forms::When::submit), [&](const auto& issue) {
    return issue.severity == forms::Severity::error && issue.code == "required" &&
           (issue.path.empty() ? issue.page == page.id : here.contains(issue.path));
  });
  return el("p", {{"id", "form-missing"}, {"class", "form-missing"}, {"hidden", count == 0}},
            count == 0 ? Html() : text(view.plural("form.missing", count)));
}

Response show_page(FormView& view) {
  auto form = OpenForm::open(view, view.uses.drafts, terms::Action::write);
  if (!form) return refused(view, form.error());
  const auto restored = restore_kept(view, *form);
  const auto notice = view.request.query_value(parameter::notice);
  Html notices;
  if (notice == parameter::new_questions) notices += ui::alert(ui::Color::info, view.t("form.new_questions"));
  if (notice == parameter::no_contact) notices += ui::alert(ui::Color::info, view.t("form.contact.none"));
  const auto state = field_state(form->draft(), form->reading(),
                                 restored ? restored->issues : std::vector<forms::Issue>{}, told_when(view));
  return page_of_form(view, *form, std::string(view.request.value(place::page)), state, notices, 200,
                      restored ? &*restored : nullptr);
}

Response show_again(FormView& view, OpenForm& form, const std::string& page, const FieldState& state,
                    const Html& notices, int status) {
  return page_of_form(view, form, page, state, notices, status, nullptr);
}

}  // namespace alting::portal
