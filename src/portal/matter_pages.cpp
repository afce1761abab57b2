#include "portal/matter_pages.h"

#include "base/size.h"
#include "portal/answer_list.h"
#include "portal/instance_permit.h"
#include "portal/log_words.h"
#include "portal/words.h"

namespace alting::portal {

using base::ErrorKind;
using html::el;
using html::text;
using instances::Submission;

namespace {

using MatterView = ViewOf<MatterUses>;

Html verdict(const MatterView& view, const Submission& s) {
  if (!s.deadline_at) return {};
  const auto deadline = base::format_local(*s.deadline_at, base::TimeStyle::full, view.language);
  if (s.late) return ui::alert(ui::Color::warning, view.t("receipt.late", {{"deadline", deadline}}));
  return ui::alert(ui::Color::success, view.t("receipt.in_time", {{"deadline", deadline}}));
}

Html facts(const MatterView& view, const Submission& s, std::string_view agency) {
  std::vector<ui::Term> terms;
  terms.push_back(
      {view.t("receipt.what"), text(s.supplement ? view.t("receipt.addition") : view.t("receipt.notice")), {}});
  terms.push_back({view.t("receipt.reference"), el("strong", text(s.archive_reference)), {}});
  terms.push_back({view.t("receipt.sent"), time_tag(view, s.received_at, base::TimeStyle::full), {}});
  terms.push_back({view.t("receipt.server_time"), el("code", text(base::to_rfc3339(s.received_at))), {}});
  terms.push_back({view.t("receipt.for"), text(s.party_name), {}});
  terms.push_back({view.t("receipt.by"), text(s.sender_name), {}});
  terms.push_back({view.t("receipt.to"), text(agency), {}});
  terms.push_back({view.t("receipt.digest"), el("code", {{"class", "digest"}}, text(base::to_hex(s.digest))), {}});
  return ui::description_list(terms);
}

// A person chooses, here, whether the receipt says their identity number: without it, unless they ask. Nobody chooses it
// for them, and an entry of before has none.
bool may_disclose_identity(const MatterView& view, const ledger::Receipt& receipt) {
  if (view.actor().party != view.party->id) return false;
  const auto json = base::Json::parse(receipt.json);
  return json && !(*json)["entry"]["party"].text("identity_number").empty();
}

constexpr std::string_view with_identity = "?fnr=med";

Html identity_choice(const MatterView& view, const std::string& base) {
  return ui::details(
      view.t("receipt.identity"),
      ui::paragraph(view.t("receipt.identity.text")) +
          ui::list(
              {ui::link(view.t("receipt.identity.pdf"), base + "/kvittering.pdf" + std::string(with_identity)),
               ui::link(view.t("receipt.identity.json"), base + "/kvittering.json" + std::string(with_identity))}));
}

Html downloads(const MatterView& view, const std::string& base, const Submission& s, bool has_receipt) {
  std::vector<Html> items;
  if (has_receipt) {
    items.push_back(ui::link(view.t("receipt.download.pdf"), base + "/kvittering.pdf"));
    items.push_back(ui::link(view.t("receipt.download.json"), base + "/kvittering.json"));
  }
  items.push_back(ui::link(view.t("receipt.download.form_pdf"), base + "/skjema.pdf"));
  items.push_back(ui::link(view.t("receipt.download.form_json"), base + "/skjema.json"));
  for (const auto& one : s.attachments) {
    items.push_back(ui::link(view.t("receipt.download.attachment",
                                    {{"name", one.file_name}, {"size", base::size_in_words(one.size, view.language)}}),
                             base + "/vedlegg/" + one.id.text()));
  }
  return ui::list(items);
}

struct Sent {
  Allowed allowed;
  Submission submission;
  std::shared_ptr<const forms::App> app;
};
base::Result<Sent> open_sent(const MatterView& view) {
  ALTING_TRY(allowed, allow(view, view.uses.instances, "instance", terms::Action::read));
  ALTING_TRY(submission, view.uses.instances.open_sent(allowed.permit));
  auto app = view.uses.apps.find(submission.at.app);
  if (!app) return base::make_error(ErrorKind::not_found, "error.app.not_found");
  return Sent{std::move(allowed), std::move(submission), std::move(app)};
}

std::string matter_path(const MatterView& view, const terms::InstanceId& id) {
  return view.at_party("/sak/" + id.text());
}

Response receipt_page(MatterView& view) {
  const auto sent = open_sent(view);
  if (!sent) return view.fail(sent.error());
  const auto& s = sent->submission;
  const auto receipt = view.uses.ledger.receipt(s.entry_id);
  const auto base = matter_path(view, s.at.id);
  Html content = ui::heading(1, s.supplement ? view.t("receipt.title.addition") : view.t("receipt.title"));
  content += ui::ingress(view.t(sent->submission.open_count > 0 ? "receipt.ingress_open" : "receipt.ingress",
                                {{"agency", sent->app->controller(view.language).name}}));
  content += verdict(view, s);
  content += facts(view, s, sent->app->controller(view.language).name);
  content += ui::section(view.t("receipt.next"), [&] {
    std::vector<Html> items;
    if (s.open_count > 0) items.push_back(text(view.plural("receipt.open_fields", s.open_count)));
    for (const auto& next : sent->app->receipt_next(view.language)) items.push_back(html::blocks(next));
    return ui::list(items);
  }());
  if (!receipt) content += ui::alert(ui::Color::info, view.t("receipt.proof_follows"));
  content += ui::section(view.t("receipt.keep"),
                         ui::paragraph(view.t("receipt.keep.text")) + downloads(view, base, s, receipt.has_value()) +
                             (receipt && may_disclose_identity(view, *receipt) ? identity_choice(view, base) : Html()));
  content += ui::section(
      view.t("receipt.verify"),
      ui::paragraph(view.t("receipt.verify.text")) +
          ui::button_row(ui::button_link(view.t("receipt.verify.link"), "/kvittering", ui::Variant::secondary)));
  content += ui::button_row(
      ui::button_link(view.t("receipt.matter"), base) +
      ui::button_link(view.t("receipt.inbox"), view.at_party("/innboks?mappe=sendt"), ui::Variant::secondary));
  return view.show(
      {.title = view.t("receipt.title"),
       .crumbs = {{view.t("inbox.title"), view.at_party("/innboks?mappe=sendt")}, {s.archive_reference, "", true}}},
      content);
}

Html timeline(const MatterView& view, const instances::Matter& matter, const forms::App& app) {
  std::vector<ui::TimelineEvent> events;
  for (const auto& s : matter.submissions) {
    ui::TimelineEvent event;
    event.when = base::format_local(s.received_at, base::TimeStyle::full, view.language);
    event.when_iso = base::to_rfc3339(s.received_at);
    event.title = s.supplement ? view.t("matter.addition") : view.t("matter.notice");
    event.color = s.supplement ? ui::Color::info : ui::Color::accent;
    event.body = ui::paragraph(view.t("matter.sent_by", {{"name", s.sender_name}, {"reference", s.archive_reference}}));
    if (s.supplement) event.body += addition_body(view, app, s, matter.data);
    std::vector<Html> links{ui::link(view.t("matter.receipt"), matter_path(view, s.at.id) + "/kvittering")};
    event.body += attachment_links(view, app, s, matter_path(view, s.at.id), std::move(links));
    events.push_back(std::move(event));
  }
  return ui::timeline(events, view.t("matter.timeline"));
}

// Who has read what was sent stands in the log, for those who may see the party's.
Html readings_link(const MatterView& view, const Submission& first) {
  const auto may = view.site.decider.decide(view.actor(), terms::Action::read_activity,
                                            {.party = view.party->id, .app = {}, .instance = {}, .task = {}});
  if (!may) return {};
  return el("p", ui::link(view.t("matter.activity"),
                          view.at_party("/aktivitet?q=" + percent_encode(first.archive_reference))));
}

Response matter_page(MatterView& view) {
  const auto allowed = allow(view, view.uses.instances, "instance", terms::Action::read);
  if (!allowed) return view.fail(allowed.error());
  if (allowed->at.state == instances::State::draft)
    return web::redirect(view.at_party("/utkast/" + allowed->at.id.text()));
  const auto matter = view.uses.instances.matter(allowed->permit);
  if (!matter) return view.fail(matter.error());
  const auto& first = matter->submissions.front();
  const auto app = view.uses.apps.find(first.at.app);
  if (!app) return view.fail(base::make_error(ErrorKind::not_found, "error.app.not_found"));

  Html content = el("p", {{"class", "form-service"}}, text(app->title(view.language)));
  content += ui::heading(1, view.t("matter.title", {{"reference", first.archive_reference}}));
  content += ui::ingress(
      view.t("matter.ingress", {{"party", first.party_name}, {"agency", app->controller(view.language).name}}));
  content += open_fields(view, *app, matter->later, ui::Color::warning);
  const auto may_add =
      view.site.decider.decide(view.actor(), terms::Action::instantiate,
                               {.party = view.party->id, .app = first.at.app, .instance = {}, .task = "Task_1"});
  if (app->can_supplement() && may_add) {
    const auto texts = app->supplement_texts(view.language);
    ui::RadioGroup choice;
    choice.name = "valg";
    choice.id = "valg";
    choice.label = texts.ask;
    choice.options = {{first.at.id.text(), texts.add + " (" + first.archive_reference + ")", "", false, ""},
                      {"ny", texts.start_new, "", false, ""}};
    choice.value = first.at.id.text();
    auto form = view.form(view.at_party("/skjema/" + first.at.app.text() + "/start"), true);
    content +=
        ui::card({.title = view.t("matter.add.title"),
                  .href = "",
                  .body = ui::post_form(
                      form, ui::radio_group(choice) + ui::button_row(ui::button({.label = view.t("service.go_on")}))),
                  .tags = {},
                  .footer = {},
                  .heading_level = 2,
                  .tinted = true,
                  .id = "add"});
  }
  content += ui::section(view.t("matter.timeline"), timeline(view, *matter, *app) + readings_link(view, first));
  content += ui::section(
      view.t("matter.content"),
      answer_list(view, *app, view.uses.instances.surroundings(*matter, *app, view.language, first.received_at)));
  const bool archived = allowed->at.state == instances::State::archived;
  auto move = view.form(matter_path(view, allowed->at.id) + "/arkiv");
  move.hidden.emplace_back("arkivert", archived ? "nei" : "ja");
  content += ui::post_form(
      move, ui::button_row(ui::button({.label = archived ? view.t("matter.unarchive") : view.t("matter.archive"),
                                       .variant = ui::Variant::secondary})));
  return view.show(
      {.title = view.t("matter.title", {{"reference", first.archive_reference}}),
       .crumbs = {{view.t("inbox.title"), view.at_party("/innboks?mappe=sendt")}, {first.archive_reference, "", true}}},
      content);
}

Response archive(MatterView& view) {
  const auto allowed = allow(view, view.uses.instances, "instance", terms::Action::remove);
  if (!allowed) return view.fail(allowed.error());
  const auto done =
      view.uses.instances.archive(allowed->permit, view.request.form_value("arkivert") == "ja", view.request.received);
  if (!done) return view.fail(done.error());
  return web::redirect(
      view.at_party("/innboks?mappe=" + std::string(view.request.form_value("arkivert") == "ja" ? "arkiv" : "sendt")));
}

base::Result<ledger::Receipt> chosen_receipt(const MatterView& view, const Submission& submission) {
  auto& ledger = view.uses.ledger;
  const bool asked = view.request.query_value("fnr") == "med" && view.actor().party == view.party->id;
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
                                           view.site.public_url + "/kvittering"));
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
                       submission_pdf(view, view.uses.instances, *sent->app, sent->submission));
}

Response attachment(MatterView& view) {
  const auto allowed = allow(view, view.uses.instances, "instance", terms::Action::read);
  if (!allowed) return view.fail(allowed.error());
  const auto element = terms::DataElementId::parse(view.request.value("element"));
  if (!element) return view.fail(base::make_error(ErrorKind::not_found, "error.instance.not_found"));
  const auto found = view.uses.instances.find_attachment(allowed->permit, *element);
  if (!found) return view.fail(found.error());
  return web::download(found->file_name, found->media_type, found->size,
                       [&instances = view.uses.instances, permit = allowed->permit, one = *found](const auto& write) {
                         if (!instances.read_attachment(permit, one, write))
                           throw std::runtime_error("an attachment cannot be read");
                       });
}

}  // namespace

PageSet matter_pages(const MatterUses& uses) {
  return {.name = "matters",
          .menu_entry = "inbox",
          .routes = {party_page(Method::get, "/a/{party}/sak/{instance}", with(uses, matter_page)),
                     party_page(Method::post, "/a/{party}/sak/{instance}/arkiv", with(uses, archive)),
                     party_page(Method::get, "/a/{party}/sak/{instance}/kvittering", with(uses, receipt_page)),
                     party_page(Method::get, "/a/{party}/sak/{instance}/kvittering.json", with(uses, receipt_json)),
                     party_page(Method::get, "/a/{party}/sak/{instance}/kvittering.pdf", with(uses, receipt_pdf)),
                     party_page(Method::get, "/a/{party}/sak/{instance}/skjema.json", with(uses, form_json)),
                     party_page(Method::get, "/a/{party}/sak/{instance}/skjema.pdf", with(uses, form_pdf)),
                     party_page(Method::get, "/a/{party}/sak/{instance}/vedlegg/{element}", with(uses, attachment))},
          .elsewhere = {{.below = "/sak/", .to = "/innboks"}},
          .words = {"matter.title", "receipt.title"}};
}

}  // namespace alting::portal
