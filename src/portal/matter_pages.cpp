#include "portal/matter_pages.h"

#include <algorithm>
#include <charconv>

#include "base/size.h"
#include "instances/kept_deleted.h"
#include "portal/answer_list.h"
#include "portal/form_paper.h"
#include "portal/inbox_rows.h"
#include "portal/instance_permit.h"
#include "portal/log_words.h"
#include "portal/restricted_way.h"
#include "portal/what_now.h"
#include "portal/words.h"

namespace alting::portal {

using base::ErrorKind;
using html::el;
using html::text;
using instances::Submission;

namespace {

using MatterView = ViewOf<MatterUses>;

constexpr std::string_view archived_field = "arkivert";  // whether it is to be in the archive
constexpr std::string_view for_good_field = "endelig";   // what lies under Deleted is to go now

// By what name one asks for it, and since when.
Html name_and_time(const View& view, const Submission& s) {
  return ui::description_list({{view.t("receipt.reference"), el("strong", text(s.archive_reference)), {}},
                               {view.t("receipt.sent"), time_tag(view, s.received_at, base::TimeStyle::full), {}}});
}

Html facts(const MatterView& view, const Submission& s, std::string_view agency) {
  std::vector<ui::Term> terms;
  terms.push_back(
      {view.t("receipt.what"), text(s.supplement ? view.t("receipt.addition") : view.t("receipt.notice")), {}});
  terms.push_back({view.t("receipt.for"), text(s.party_name), {}});
  terms.push_back({view.t("receipt.by"), text(s.sender_name), {}});
  terms.push_back({view.t("receipt.to"), text(agency), {}});
  return ui::description_list(terms);
}

Html proof_facts(const View& view, const Submission& s) {
  return ui::description_list(
      {{view.t("receipt.server_time"), el("code", text(base::to_rfc3339(s.received_at))), {}},
       {view.t("receipt.digest"), el("code", {{"class", "digest"}}, text(base::to_hex(s.digest))), {}}});
}

// A person chooses, here, whether the receipt says their identity number: without it, unless they ask. Nobody chooses it
// for them, and an entry of before has none.
bool may_disclose_identity(const MatterView& view, const ledger::Receipt& receipt) {
  if (view.actor().party != view.party->id) return false;
  const auto json = base::Json::parse(receipt.json);
  return json && !(*json)["entry"]["party"].text("identity_number").empty();
}

// The receipt with the identity number.
std::string with_identity(const std::string& receipt) {
  return with_query(receipt, {{parameter::identity_number, parameter::included}});
}

Html identity_choice(const MatterView& view, const MatterAddresses& at) {
  return ui::details(view.t("receipt.identity"),
                     ui::paragraph(view.t("receipt.identity.text")) +
                         ui::list({ui::link(view.t("receipt.identity.pdf"), with_identity(at.receipt_pdf())),
                                   ui::link(view.t("receipt.identity.json"), with_identity(at.receipt_json()))}));
}

Html downloads(const View& view, const MatterAddresses& at, const Submission& s) {
  std::vector<Html> items;
  items.push_back(ui::link(view.t("receipt.download.form_pdf"), at.form_pdf()));
  items.push_back(ui::link(view.t("receipt.download.form_json"), at.form_json()));
  for (const auto& one : s.attachments) {
    items.push_back(ui::link(view.t("receipt.download.attachment",
                                    {{"name", one.file_name}, {"size", base::size_in_words(one.size, view.language)}}),
                             at.attachment(one.id)));
  }
  return ui::list(items);
}

struct Sent {
  Submission submission;
  std::shared_ptr<const forms::App> app;
};
base::Result<Sent> open_sent(const MatterView& view) {
  ALTING_TRY(allowed, allow(view, view.uses.permits, terms::Action::read));
  ALTING_TRY(submission, view.uses.matters.open_submission(allowed.permit));
  auto app = view.uses.apps.find(submission.at.app);
  if (!app) return base::make_error(ErrorKind::not_found, "error.app.not_found");
  return Sent{std::move(submission), std::move(app)};
}

bool may_add_to(const MatterView& view, const forms::App& app) {
  return app.facts().supplement.declared &&
         view.site.decider.decide(view.actor(), terms::Action::instantiate,
                                  instances::start_of(view.party->id, app.facts().id));
}

// What the entry in the log proves, for who asks for proof.
Html proof(const MatterView& view, const MatterAddresses& at, const Submission& s,
           const base::Result<ledger::Receipt>& receipt) {
  Html all = ui::paragraph(view.t("receipt.keep.text")) + proof_facts(view, s);
  if (receipt) all += ui::list({ui::link(view.t("receipt.download.json"), at.receipt_json())});
  all += ui::paragraph(view.t("receipt.verify.text")) +
         el("p", ui::link(view.t("receipt.verify.link"), std::string(route::verify)));
  if (receipt && may_disclose_identity(view, *receipt)) all += identity_choice(view, at);
  return ui::details(view.t("receipt.proof"), all);
}

Response receipt_page(MatterView& view) {
  const auto allowed = allow(view, view.uses.permits, terms::Action::read);
  if (!allowed) return view.fail(allowed.error());
  const auto matter = view.uses.matters.open(allowed->permit);
  if (!matter) return view.fail(matter.error());
  const auto found = std::ranges::find(matter->submissions, allowed->at.id, [](const auto& one) { return one.at.id; });
  const auto app = view.uses.apps.find(allowed->at.app);
  if (!app || found == matter->submissions.end())
    return view.fail(base::make_error(ErrorKind::not_found, "error.app.not_found"));
  const auto& s = *found;
  const auto receipt = view.uses.ledger.receipt(s.entry_id);
  const auto at = view.addresses().matter(s.at.id);
  const auto agency = app->controller(view.language).name;
  // Sent, by which name one asks for it, and a paper of it.
  Html content = ui::heading(1, s.supplement ? view.t("receipt.title.addition") : view.t("receipt.title"));
  content += ui::ingress(view.t("receipt.ingress", {{"agency", agency}}));
  content += name_and_time(view, s);
  content += ui::button_row(receipt ? ui::button_link(view.t("receipt.download.pdf"), at.receipt_pdf())
                                    : ui::button_link(view.t("receipt.download.form_pdf"), at.form_pdf()));
  if (!receipt) content += ui::alert(ui::Color::info, view.t("receipt.proof_follows"));
  content += deadline_verdict(view, s);
  if (!allowed->at.goes_at)
    content += ui::section(view.t("receipt.now"), what_now(view, *app, *matter, may_add_to(view, *app)));
  std::vector<Html> next;
  for (const auto& one : app->receipt_next(view.language)) next.push_back(html::blocks(one));
  if (!next.empty()) content += ui::section(view.t("receipt.next"), ui::list(next));
  content += ui::section(view.t("receipt.keep"),
                         facts(view, s, agency) + downloads(view, at, s) + proof(view, at, s, receipt));
  content += ui::button_row(
      ui::button_link(view.t("receipt.matter"), at.page(), ui::Variant::secondary) +
      ui::button_link(view.t("receipt.inbox"), view.addresses().inbox(inbox::Folder::sent), ui::Variant::tertiary));
  return view.show({.title = s.supplement ? view.t("receipt.title.addition") : view.t("receipt.title"),
                    .crumbs = {{view.t("inbox.title"), view.addresses().inbox(inbox::Folder::sent)},
                               {s.archive_reference, "", true}}},
                   content);
}

Html timeline(const MatterView& view, const instances::Matter& matter, const forms::App& app) {
  std::vector<ui::TimelineEvent> events;
  for (const auto& s : matter.submissions) {
    const auto at = view.addresses().matter(s.at.id);
    events.push_back(submission_event(view, app, s, matter.data, [&at](const auto& id) { return at.attachment(id); },
                                      {ui::link(view.t("matter.receipt"), at.receipt())}));
  }
  return ui::timeline(events, view.t("matter.timeline"));
}

// Who has read what was sent stands in the log, for those who may see the party's, or what of it concerns this form.
Html readings_link(const MatterView& view, const Submission& first) {
  const auto may = view.site.decider.decide(view.actor(), terms::Action::read_activity,
                                            {.party = view.party->id, .app = first.at.app});
  if (!may) return {};
  return el("p", ui::link(view.t("matter.activity"),
                          with_query(view.addresses().activity(), {{parameter::form, first.at.app.text()},
                                                                   {parameter::search, first.archive_reference}})));
}

// What deleting does, before it is done: of whom it goes when, and that the agency's copy does not.
Html what_deleting_does(const MatterView& view, const instances::Location& at, const std::string& agency) {
  const bool at_once = view.party->kind == parties::PartyKind::person || at.goes_at;
  const auto words =
      at_once ? view.t("deleting.form.at_once")
              : view.t("deleting.form.later", {{"day", day_it_goes(view, instances::goes_for_good(view.now()))}});
  return ui::paragraph(words) + ui::paragraph(view.t("deleting.agency_keeps", {{"agency", agency}})) +
         ui::paragraph(view.t("deleting.receipts"));
}

Html bring_back_button(MatterView& view, const MatterAddresses& addresses) {
  return ui::post_form(
      view.form(addresses.bring_back(), true),
      ui::button_row(ui::button({.label = view.t("deleting.bring_back"), .variant = ui::Variant::secondary})));
}

Html archive_button(MatterView& view, const MatterAddresses& addresses, bool archived) {
  auto move = view.form(addresses.archive());
  move.hidden.emplace_back(archived_field, archived ? parameter::no : parameter::yes);
  return ui::post_form(
      move, ui::button_row(ui::button({.label = archived ? view.t("matter.unarchive") : view.t("matter.archive"),
                                       .variant = ui::Variant::secondary})));
}

// To the archive and back, to Deleted and back, for those who may.
Html putting_form_away(MatterView& view, const instances::Location& at, const std::string& agency) {
  if (!view.site.decider.decide(view.actor(), terms::Action::remove, at.target())) return {};
  const auto addresses = view.addresses().matter(at.id);
  Html all = at.goes_at ? bring_back_button(view, addresses)
                        : archive_button(view, addresses, at.state == instances::State::archived);
  auto form = view.form(addresses.remove(), true);
  if (at.goes_at) form.hidden.emplace_back(for_good_field, parameter::yes);
  all += ui::confirm({.id = "slett",
                      .open_label = view.t(at.goes_at ? "deleting.now" : "deleting.form"),
                      .title = view.t("deleting.form.title"),
                      .body = what_deleting_does(view, at, agency),
                      .form = std::move(form),
                      .confirm = {.label = view.t("deleting.confirm"), .color = ui::Color::danger},
                      .cancel_label = view.t("cancel")});
  return ui::section(view.t("deleting.section"), all);
}

Response matter_page(MatterView& view) {
  const auto allowed = allow(view, view.uses.permits, terms::Action::read);
  if (!allowed) return view.fail(allowed.error());
  if (allowed->at.state == instances::State::draft)
    return web::redirect(view.addresses().draft(allowed->at.id).start());
  const auto matter = view.uses.matters.open(allowed->permit);
  if (!matter) return view.fail(matter.error());
  const auto& first = matter->submissions.front();
  const auto app = view.uses.apps.find(first.at.app);
  if (!app) return view.fail(base::make_error(ErrorKind::not_found, "error.app.not_found"));

  Html content = el("p", {{"class", "form-service"}}, text(app->title(view.language)));
  content += ui::heading(1, view.t("matter.title", {{"reference", first.archive_reference}}));
  content += ui::ingress(
      view.t("matter.ingress", {{"party", first.party_name}, {"agency", app->controller(view.language).name}}));
  if (allowed->at.goes_at)
    content += ui::alert(ui::Color::warning,
                         view.t("deleting.form.deleted", {{"day", day_it_goes(view, *allowed->at.goes_at)}}));
  content += restricted_note(view, view.uses.apps, view.uses.restrictions, first.at.app.org, allowed->at.root.text());
  content += deadline_verdict(view, first);
  if (!allowed->at.goes_at)
    content += ui::section(view.t("receipt.now"), what_now(view, *app, *matter, may_add_to(view, *app)));
  content += ui::section(view.t("matter.timeline"), timeline(view, *matter, *app) + readings_link(view, first));
  auto reading = app->read(instances::context_of(*matter, view.language, first.received_at));
  content += ui::section(view.t("matter.content"), answer_list(view, reading));
  content += putting_form_away(view, allowed->at, app->controller(view.language).name);
  const auto folder = allowed->at.goes_at ? inbox::Folder::deleted : inbox::Folder::sent;
  return view.show(
      {.title = view.t("matter.title", {{"reference", first.archive_reference}}),
       .crumbs = {{view.t("inbox.title"), view.addresses().inbox(folder)}, {first.archive_reference, "", true}}},
      content);
}

Response archive(MatterView& view) {
  const auto allowed = allow(view, view.uses.permits, terms::Action::remove);
  if (!allowed) return view.fail(allowed.error());
  const bool archived = view.request.form_value(archived_field) == parameter::yes;
  const auto done = view.uses.matters.archive(allowed->permit, archived, view.request.received);
  if (!done) return view.fail(done.error());
  return web::redirect(view.addresses().inbox(archived ? inbox::Folder::archive : inbox::Folder::sent));
}

Response remove_matter(MatterView& view) {
  const auto once = view.request.form_value("once");
  const bool for_good = view.request.form_value(for_good_field) == parameter::yes;
  const auto allowed = allow(view, view.uses.permits, terms::Action::remove);
  if (!allowed) {
    // The post that comes again when it is gone gets the first answer.
    const bool again =
        allowed.error().kind == ErrorKind::not_found && view.site.was_done(once, view.actor(), instances::form_removed);
    if (!again) return view.fail(allowed.error());
  } else {
    const auto how = for_good ? instances::Deleting::How::for_good : instances::Deleting::How::as_usual;
    const auto done = view.uses.deleting.remove(allowed->permit, view.request.received, once, how);
    if (!done) return view.fail(done.error());
  }
  return web::redirect(
      view.after_post(view.addresses().inbox(for_good ? inbox::Folder::deleted : inbox::Folder::sent)));
}

Response bring_back_matter(MatterView& view) {
  const auto allowed = allow(view, view.uses.permits, terms::Action::remove);
  if (!allowed) return view.fail(allowed.error());
  const auto done =
      view.uses.deleting.bring_back(allowed->permit, view.request.received, view.request.form_value("once"));
  if (!done) return view.fail(done.error());
  return web::redirect(view.after_post(view.addresses().inbox(inbox::Folder::sent)));
}

base::Result<ledger::Receipt> chosen_receipt(const MatterView& view, const Submission& submission) {
  auto& ledger = view.uses.ledger;
  const bool asked = view.request.query_value(parameter::identity_number) == parameter::included &&
                     view.actor().party == view.party->id;
  return asked ? ledger.receipt_with_identity(submission.entry_id) : ledger.receipt(submission.entry_id);
}

Response receipt_json(MatterView& view) {
  const auto sent = open_sent(view);
  if (!sent) return view.fail(sent.error());
  const auto receipt = chosen_receipt(view, sent->submission);
  if (!receipt) return view.fail(receipt.error());
  return web::download(sent->submission.archive_reference + "-kvittering.json", "application/json", receipt->json);
}

Response receipt_pdf(MatterView& view) {
  const auto sent = open_sent(view);
  if (!sent) return view.fail(sent.error());
  const auto receipt = chosen_receipt(view, sent->submission);
  if (!receipt) return view.fail(receipt.error());
  return web::download(sent->submission.archive_reference + "-kvittering.pdf", "application/pdf",
                       ledger::receipt_pdf(*receipt, receipt_words(view, view.uses.apps, *receipt),
                                           view.site.public_url + std::string(route::verify)));
}

// A text to begin from, for those affected: only a file of words.
Response task_text(MatterView& view) {
  const auto allowed = allow(view, view.uses.permits, terms::Action::read);
  if (!allowed) return view.fail(allowed.error());
  const auto matter = view.uses.matters.open(allowed->permit);
  if (!matter) return view.fail(matter.error());
  const auto& first = matter->submissions.front();
  const auto app = view.uses.apps.find(first.at.app);
  if (!app) return view.fail(base::make_error(ErrorKind::not_found, "error.app.not_found"));
  std::size_t number = 0;
  const auto given = view.request.query_value(parameter::task);
  std::from_chars(given.data(), given.data() + given.size(), number);
  const auto words = text_to_begin_from(view, *app, *matter, number);
  if (!words) return view.fail(base::make_error(ErrorKind::not_found, "error.kind.not_found"));
  return web::download(first.archive_reference + "-tekst.txt", "text/plain; charset=utf-8", *words);
}

Response form_json(MatterView& view) {
  const auto sent = open_sent(view);
  if (!sent) return view.fail(sent.error());
  return web::download(sent->submission.archive_reference + ".json", "application/json", sent->submission.bytes);
}

Response form_pdf(MatterView& view) {
  const auto sent = open_sent(view);
  if (!sent) return view.fail(sent.error());
  return web::download(sent->submission.archive_reference + ".pdf", "application/pdf",
                       submission_pdf(view, view.site.run_by.name, *sent->app, sent->submission));
}

Response matter_attachment(MatterView& view) {
  const auto allowed = allow(view, view.uses.permits, terms::Action::read);
  if (!allowed) return view.fail(allowed.error());
  return attachment_download(view, view.uses.attachments, allowed->permit);
}

}  // namespace

PageSet matter_pages(const MatterUses& uses) {
  return {.name = "matters",
          .menu_entry = "inbox",
          .routes = {party_page(Method::get, route::matter, with(uses, matter_page)),
                     party_page(Method::post, route::archive, with(uses, archive)),
                     party_page(Method::post, route::remove_matter, with(uses, remove_matter)),
                     party_page(Method::post, route::bring_back_matter, with(uses, bring_back_matter)),
                     party_page(Method::get, route::receipt, with(uses, receipt_page)),
                     party_page(Method::get, route::receipt_json, with(uses, receipt_json)),
                     party_page(Method::get, route::receipt_pdf, with(uses, receipt_pdf)),
                     party_page(Method::get, route::task_text, with(uses, task_text)),
                     party_page(Method::get, route::form_json, with(uses, form_json)),
                     party_page(Method::get, route::form_pdf, with(uses, form_pdf)),
                     party_page(Method::get, route::attachment, with(uses, matter_attachment))},
          .elsewhere = {{.below = below_party::matters, .to = below_party::inbox}},
          .words = {"matter.title", "receipt.title", "deleting.form.title"}};
}

}  // namespace alting::portal
