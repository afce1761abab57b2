// The overview before sending: what is answered, what is missing, the files, and the ways to send the draft or throw it
// away.
#include <algorithm>
#include <charconv>

#include "portal/form_asides.h"
#include "portal/form_files.h"
#include "portal/form_pages.h"
#include "portal/form_uploads.h"
#include "portal/instance_permit.h"
#include "portal/overview_sections.h"
#include "portal/page_post.h"

namespace alting::portal {

using html::el;
using html::text;

namespace {

using OverviewView = ViewOf<OverviewUses>;

struct Faults {
  std::vector<const forms::Issue*> errors;
  Html warnings;
};
Faults faults_in(const std::vector<forms::Issue>& issues) {
  Faults faults;
  for (const auto& issue : issues) {
    if (issue.severity == forms::Severity::error) {
      faults.errors.push_back(&issue);
    } else {
      faults.warnings +=
          ui::alert(issue.severity == forms::Severity::warning ? ui::Color::warning : ui::Color::info, issue.message);
    }
  }
  return faults;
}

// "supplement.empty" is of no field: what an addition may be is said.
std::string fault_in_words(const View& view, const forms::Issue& issue) {
  return issue.code == "supplement.empty" ? view.t("overview.supplement_empty") : issue.message;
}

// The files there are, each kind with its own form: what comes and goes here is no answer of the form.
Html files_here(View& view, OpenForm& form, const FieldState& state, std::vector<ui::FieldError>& refused) {
  const auto kinds = uploads_of(form.reading(), form.app().facts().uploads.size());
  if (kinds.empty()) return {};
  Html all;
  for (const auto& kind : kinds) {
    auto post = view.form(form.addresses().overview());
    post.multipart = true;
    post.enter = ui::Button{.label = view.t("upload.send"),
                            .name = std::string(page_field::upload),
                            .value = kind.data_type,
                            .no_validate = true};
    all += ui::post_form(post, upload_place(view, kind, state, refused));
  }
  // Of one kind the place itself says what it is for.
  return kinds.size() == 1 ? all : ui::section(view.t("overview.attachments"), all);
}

// In view all the time: the clock, and what can be done now.
Html send_bar(View& view, OpenForm& form, const std::vector<ui::FieldError>& errors) {
  const auto addresses = form.addresses();
  Html words = deadline_in_line(view, form), go;
  if (errors.empty()) {
    auto post = view.form(addresses.send(), true);
    post.hidden.emplace_back(page_field::version, std::to_string(form.draft().version));
    go = ui::post_form(post, ui::button({.label = view.t("overview.send")}));
  } else {
    words += el("p", text(view.plural("overview.missing", static_cast<std::int64_t>(errors.size()))));
    go = ui::button_link(view.t("overview.mend"), "#error-summary", ui::Variant::secondary);
  }
  return el("div", {{"class", "form-bar"}}, el("div", {{"class", "form-bar-words"}}, words),
            el("div", {{"class", "form-bar-go"}}, go));
}

Html before_sending(const View& view, const OpenForm& form) {
  return ui::heading(2, view.t("overview.send_title")) +
         ui::paragraph(view.t("overview.send_text",
                              {{"agency", form.app().controller(view.language).name}, {"party", view.party->name}}));
}

Html copies(const View& view, const OpenForm& form) {
  const auto at = form.addresses();
  return ui::section(view.t("draft.copy"), ui::paragraph(view.t("draft.copy.help")) +
                                               ui::list({ui::link(view.t("draft.copy.print"), at.printed()),
                                                         ui::link(view.t("draft.copy.pdf"), at.pdf()),
                                                         ui::link(view.t("draft.copy.json"), at.json())}));
}

Html throw_away(View& view, const OpenForm& form) {
  return ui::section(view.t("draft.delete"),
                     ui::confirm({.id = "throw-away",
                                  .open_label = view.t("draft.delete"),
                                  .title = view.t("draft.delete.title"),
                                  .body = ui::paragraph(view.t("draft.delete.text")),
                                  .form = view.form(form.addresses().discard(), true),
                                  .confirm = {.label = view.t("draft.delete.confirm"), .color = ui::Color::danger},
                                  .cancel_label = view.t("cancel")}));
}

// `refused`: why it was not sent; else what stands in the way of sending is asked for. `files`: what was wrong with those
// that came just now.
Response show_overview(OverviewView& view, OpenForm& form, const std::vector<forms::Issue>& refused, int status,
                       const FieldState& files = {}) {
  auto& to_send = form.reading().as_sent();
  const auto faults = faults_in(refused.empty() ? to_send.issues(forms::When::submit) : refused);
  std::vector<ui::FieldError> errors, refused_files;
  for (const auto* issue : faults.errors)
    errors.push_back({fault_address(form, to_send, *issue), fault_in_words(view, *issue)});
  const auto places = files_here(view, form, files, refused_files);
  const auto service = form.app().title(view.language);
  Html content = el("p", {{"class", "form-service"}}, text(service));
  content += ui::heading(1, view.t("overview.title"));
  content += steps_menu(view, form, {});
  content += ui::ingress(errors.empty() ? view.t("overview.ready", {{"party", view.party->name}})
                                        : view.t("overview.not_ready"));
  // A file that was refused hinders nothing: it is told first, with what does.
  auto told = refused_files;
  told.insert(told.end(), errors.begin(), errors.end());
  if (!told.empty())
    content +=
        ui::error_summary(errors.empty() ? view.t("form.errors")
                                         : view.plural("overview.missing", static_cast<std::int64_t>(errors.size())),
                          told);
  content += faults.warnings;
  content += form.is_supplement() ? addition_sections(view, form, to_send, faults.errors)
                                  : overview_sections(view, form, to_send, faults.errors);
  content += promised_list(view, form, to_send) + places;
  content += before_sending(view, form) + send_bar(view, form, errors);
  content += copies(view, form) + throw_away(view, form);
  return view.show({.title = view.t("overview.title") + " – " + service,
                    .with_error = !told.empty(),
                    .compact = true,
                    .aside = deadline_box(view, form) + steps(view, form, {}),
                    .status = status},
                   content);
}

Response overview(OverviewView& view) {
  auto form = OpenForm::open(view, view.uses.drafts, terms::Action::write);
  if (!form) return refused(view, form.error());
  return show_overview(view, *form, {}, 200);
}

// Files come and go here too, by the rules of the form's own pages.
Response change_files(OverviewView& view) {
  auto form = OpenForm::open(view, view.uses.drafts, terms::Action::write);
  if (!form) return view.fail(form.error());
  FieldState state;
  const int status = take_files(view, view.uses.attachments, form->permit(), state);
  const auto gone = take_away_file(view.uses.attachments, form->permit(), view.request.form_value(page_field::detach));
  if (!gone) return view.fail(gone.error());
  if (status == 200) {
    const auto kind = view.request.form_value(page_field::upload);
    return web::redirect(form->addresses().overview() + (kind.empty() ? "" : "#" + upload_id(kind)));
  }
  if (auto again = view.uses.drafts.open(form->permit())) form->take(std::move(*again));
  auto answer = show_overview(view, *form, {}, status, state);
  if (status == 503) answer.headers.emplace_back("Retry-After", "5");
  return answer;
}

// The version that was shown; -1, which no draft has, where none was posted.
std::int64_t shown_version(const Request& request) {
  std::int64_t version = -1;
  const auto given = request.form_value(page_field::version);
  std::from_chars(given.data(), given.data() + given.size(), version);
  return version;
}

Response send(OverviewView& view) {
  const auto id = instance_of(view);
  if (!id) return view.fail(id.error());
  const auto receipt = view.addresses().matter(*id).receipt();
  const auto allowed = view.uses.permits.allow_draft(view.actor(), view.party->id, *id, terms::Action::complete);
  // A POST that comes again when the form is already sent gets the first answer: the receipt.
  if (!allowed && allowed.error().code == "error.instance.sent") return web::redirect(receipt);
  if (!allowed) return view.fail(allowed.error());
  const auto outcome = view.uses.sending.submit(allowed->permit, view.language, view.request.received,
                                                shown_version(view.request), view.request.form_value("once"));
  if (!outcome) return refused(view, outcome.error());
  if (const auto* refusal = std::get_if<instances::SubmitRefusal>(&*outcome)) {
    auto form = OpenForm::open(view, view.uses.drafts, terms::Action::write);
    if (!form) return view.fail(form.error());
    return show_overview(view, *form, refusal->issues, 422);
  }
  return web::redirect(receipt);
}

Response discard(OverviewView& view) {
  const auto inbox = view.after_post(view.addresses().inbox(inbox::Folder::work));
  const auto once = view.request.form_value("once");
  // A POST that comes again when the draft is gone gets the first answer.
  if (view.site.was_done(once, view.actor(), instances::draft_discarded)) return web::redirect(inbox);
  const auto allowed = allow(view, view.uses.permits, terms::Action::remove);
  if (!allowed) return view.fail(allowed.error());
  const auto done = view.uses.drafts.discard(allowed->permit, view.request.received, once);
  if (!done) return view.fail(done.error());
  return web::redirect(inbox);
}

}  // namespace

PageSet overview_pages(const OverviewUses& uses) {
  return {.name = "overview",
          .menu_entry = "forms",
          .shows_forms = true,
          .routes = {party_page(Method::get, route::overview, with(uses, overview)),
                     party_page(Method::post, route::overview, with(uses, change_files), limits_with_files()),
                     party_page(Method::post, route::send, with(uses, send)),
                     party_page(Method::post, route::discard, with(uses, discard))},
          .words = {"overview.title"}};
}

}  // namespace alting::portal
