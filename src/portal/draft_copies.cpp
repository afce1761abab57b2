#include "portal/draft_copies.h"

#include "base/size.h"
#include "portal/answer_list.h"
#include "portal/form_paper.h"
#include "portal/instance_permit.h"
#include "portal/open_form.h"
#include "portal/words.h"

namespace alting::portal {

using html::text;

namespace {

using CopyView = ViewOf<DraftCopyUses>;

base::Result<instances::DraftCopy> copy_of(const CopyView& view) {
  ALTING_TRY(id, instance_of(view));
  ALTING_TRY(allowed, view.uses.permits.allow_draft(view.actor(), view.party->id, id, terms::Action::read));
  return view.uses.drafts.copy(allowed.permit, view.language);
}

// "avviksmelding-utkast-ikke-sendt.pdf": the file says what it is wherever it ends up.
std::string file_name(const instances::DraftCopy& copy, std::string_view ending) {
  return fmt::format("{}-utkast-ikke-sendt{}", copy.draft.at.app.app, ending);
}

Html printed_answers(const View& view, instances::DraftCopy& copy) {
  const bool is_addition = copy.draft.at.parent.has_value();
  Html all;
  for (const auto& page : by_page(copy.reading.answers())) {
    std::vector<ui::Term> terms;
    for (const auto* answer : page.answers) {
      if (is_addition && !answer->changed && !copy.draft.app->is_about_supplement(answer->path)) continue;
      terms.push_back({answer->label, answer_html(view, *answer), {}});
    }
    if (!terms.empty()) all += ui::section(page.title, ui::description_list(terms));
  }
  return all;
}

Html printed_files(const View& view, const std::vector<instances::Attachment>& files) {
  if (files.empty()) return {};
  std::vector<Html> items;
  for (const auto& file : files)
    items.push_back(text(file.file_name + " (" + base::size_in_words(file.size, view.language) + ")"));
  return ui::section(view.t("overview.attachments"), ui::list(items));
}

Response printed_draft(CopyView& view) {
  auto copy = copy_of(view);
  if (!copy) return refused(view, copy.error());
  const auto title = view.t("draft.copy.title", {{"form", copy->draft.app->title(view.language)}});
  Html content = ui::heading(1, title);
  content += ui::alert({.color = ui::Color::warning,
                        .title = view.t("draft.copy.not_sent"),
                        .body = ui::paragraph(
                            view.t("draft.copy.text", {{"agency", copy->draft.app->controller(view.language).name}}))});
  content += ui::description_list(
      {{view.t("receipt.for"), text(copy->party_name), {}},
       {view.t("draft.copy.saved"), time_tag(view, copy->draft.saved_at, base::TimeStyle::full), {}},
       {view.t("draft.copy.made"), time_tag(view, copy->made_at, base::TimeStyle::full), {}}});
  content += printed_answers(view, *copy) + printed_files(view, copy->draft.attachments);
  const auto at = view.addresses().draft(copy->draft.at.id);
  content += ui::paragraph(view.t("printed.how"));
  content += ui::button_row(ui::button_link(view.t("draft.copy.pdf"), at.pdf(), ui::Variant::secondary) +
                            ui::button_link(view.t("draft.copy.back"), at.overview(), ui::Variant::tertiary));
  return view.show({.title = title, .in_menu = false}, content);
}

Response draft_as_json(CopyView& view) {
  const auto copy = copy_of(view);
  if (!copy) return refused(view, copy.error());
  return web::download(file_name(*copy, ".json"), "application/json", copy->bytes);
}

Response draft_as_pdf(CopyView& view) {
  auto copy = copy_of(view);
  if (!copy) return refused(view, copy.error());
  return web::download(file_name(*copy, ".pdf"), "application/pdf", draft_pdf(view, *copy));
}

}  // namespace

PageSet draft_copies(const DraftCopyUses& uses) {
  return {.name = "draft copies",
          .menu_entry = "forms",
          .shows_forms = true,
          .routes = {party_page(Method::get, route::printed_draft, with(uses, printed_draft)),
                     party_page(Method::get, route::draft_json, with(uses, draft_as_json)),
                     party_page(Method::get, route::draft_pdf, with(uses, draft_as_pdf))},
          .words = {"draft.copy.title", "draft.copy.not_sent"}};
}

}  // namespace alting::portal
