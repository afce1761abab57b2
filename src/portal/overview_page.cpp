// The overview before sending: what is answered, what is missing, and the ways to send the draft or throw it away.
#include <algorithm>
#include <charconv>

#include "base/size.h"
#include "portal/answer_list.h"
#include "portal/form_asides.h"
#include "portal/form_pages.h"
#include "portal/form_uploads.h"
#include "portal/instance_permit.h"
#include "portal/page_post.h"

namespace alting::portal {

using html::el;
using html::text;

namespace {

using OverviewView = ViewOf<OverviewUses>;

// A page of the form, from where one comes back here.
std::string page_address(const OpenForm& form, std::string_view page) {
  return with_query(form.addresses().page(page), {{parameter::from, parameter::overview}});
}

Html answers(const View& view, const OpenForm& form, forms::Reading& to_send) {
  Html all;
  for (const auto& page : by_page(to_send.answers())) {
    std::vector<ui::Term> terms;
    for (const auto* answer : page.answers) terms.push_back({answer->label, answer_html(view, *answer), {}});
    all += el("section", {{"class", "overview-page"}},
              el("div", {{"class", "overview-head"}},
                 ui::heading(2, page.title) +
                     ui::link(view.t("overview.change", {{"page", page.title}}), page_address(form, page.page))) +
                  ui::description_list(terms));
  }
  return all;
}

Html files(const View& view, const instances::Draft& draft) {
  Html content = ui::heading(2, view.t("overview.attachments"));
  if (draft.attachments.empty()) return content + ui::paragraph(view.t("upload.none"));
  std::vector<Html> items;
  for (const auto& file : draft.attachments) {
    Html line = text(file.file_name + " (" + base::size_in_words(file.size, view.language) + ")");
    if (file.scan == "unscanned") line += text(" ") + ui::tag(view.t("upload.unscanned"), ui::Color::neutral);
    items.push_back(line);
  }
  return content + ui::list(items);
}

// Where a fault is mended: its field, or its files, on its page; the first page for one of the whole form.
std::string fault_address(const OpenForm& form, forms::Reading& to_send, const forms::Issue& issue) {
  auto page = issue.page;
  if (page.empty() && !to_send.pages().empty()) page = to_send.pages().front().id;
  const auto field = !issue.path.empty()        ? "#" + ui::field_id(issue.path)
                     : !issue.component.empty() ? "#" + upload_id(issue.component)
                                                : std::string();
  return page_address(form, page) + field;
}

struct Faults {
  std::vector<ui::FieldError> errors;
  Html warnings;
};
Faults faults_in(const View& view, const OpenForm& form, forms::Reading& to_send,
                 const std::vector<forms::Issue>& issues) {
  Faults faults;
  for (const auto& issue : issues) {
    if (issue.severity == forms::Severity::error) {
      const auto message = issue.code == "supplement.empty" ? view.t("overview.supplement_empty") : issue.message;
      faults.errors.push_back({fault_address(form, to_send, issue), message});
    } else {
      faults.warnings +=
          ui::alert(issue.severity == forms::Severity::warning ? ui::Color::warning : ui::Color::info, issue.message);
    }
  }
  return faults;
}

// The fields that will be promised for later when it is sent, also those that nobody said it of.
Html promises(const View& view, forms::Reading& to_send) {
  const auto& later = to_send.context().later;
  if (later.empty()) return {};
  const bool automatic = std::ranges::any_of(later, &forms::Later::automatic);
  std::vector<Html> fields;
  for (const auto& promise : later) fields.push_back(text(to_send.label(promise.path)));
  return ui::alert({.color = ui::Color::info,
                    .title = view.plural("overview.later", static_cast<std::int64_t>(later.size())),
                    .body = (automatic ? ui::paragraph(view.t("overview.later_automatic")) : Html()) +
                            ui::details(view.t("overview.later_list"), ui::list(fields))});
}

Html send_or_discard(View& view, const OpenForm& form, bool may_send) {
  const auto addresses = form.addresses();
  auto post = view.form(addresses.send(), true);
  post.hidden.emplace_back(page_field::version, std::to_string(form.draft().version));
  Html content = ui::heading(2, view.t("overview.send_title"));
  content += ui::paragraph(view.t(
      "overview.send_text", {{"agency", form.app().controller(view.language).name}, {"party", view.party->name}}));
  if (may_send) content += ui::post_form(post, ui::button_row(ui::button({.label = view.t("overview.send")})));
  return content + ui::confirm({.id = "throw-away",
                                .open_label = view.t("draft.delete"),
                                .title = view.t("draft.delete.title"),
                                .body = ui::paragraph(view.t("draft.delete.text")),
                                .form = view.form(addresses.discard(), true),
                                .confirm = {.label = view.t("draft.delete.confirm"), .color = ui::Color::danger},
                                .cancel_label = view.t("cancel")});
}

// `refused`: why it was not sent; else what stands in the way of sending is asked for.
Response show_overview(OverviewView& view, OpenForm& form, const std::vector<forms::Issue>& refused, int status) {
  auto& to_send = form.reading().as_sent();
  const auto faults = faults_in(view, form, to_send, refused.empty() ? to_send.issues(forms::When::submit) : refused);
  const auto& errors = faults.errors;
  const auto service = form.app().title(view.language);
  Html content = el("p", {{"class", "form-service"}}, text(service));
  content += ui::heading(1, view.t("overview.title"));
  content += ui::ingress(errors.empty() ? view.t("overview.ready", {{"party", view.party->name}})
                                        : view.t("overview.not_ready"));
  if (!errors.empty())
    content += ui::error_summary(view.plural("overview.missing", static_cast<std::int64_t>(errors.size())), errors);
  content += faults.warnings + promises(view, to_send);
  content += answers(view, form, to_send) + files(view, form.draft());
  content += send_or_discard(view, form, errors.empty());
  return view.show({.title = view.t("overview.title") + " – " + service,
                    .with_error = !errors.empty(),
                    .aside = steps(view, form, {}) + deadline_box(view, form),
                    .status = status},
                   content);
}

Response overview(OverviewView& view) {
  auto form = OpenForm::open(view, view.uses.drafts, terms::Action::write);
  if (!form) return refused(view, form.error());
  return show_overview(view, *form, {}, 200);
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
  const auto inbox = view.after_post(view.addresses().inbox());
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
                     party_page(Method::post, route::send, with(uses, send)),
                     party_page(Method::post, route::discard, with(uses, discard))},
          .words = {"overview.title"}};
}

}  // namespace alting::portal
