// What was sent at once, and how it fared with each recipient; and one of them, with what was answered.
#include <map>
#include <stdexcept>

#include "access/roles.h"
#include "base/size.h"
#include "instances/instance.h"
#include "portal/message_sending_view.h"
#include "portal/notice_words.h"
#include "portal/restricted_way.h"
#include "portal/words.h"

namespace alting::portal {

using base::ErrorKind;
using html::el;
using html::text;

namespace {

using Only = inbox::RecipientQuery::Only;

constexpr std::pair<Only, std::string_view> only_codes[] = {
    {Only::all, ""}, {Only::unopened, "uapnet"}, {Only::unconfirmed, "ubekreftet"}, {Only::answered, "besvart"}};

Only only_of(std::string_view code) {
  for (const auto& [only, known] : only_codes)
    if (code == known) return only;
  return Only::all;
}
std::string_view code_of(Only only) {
  for (const auto& [known, code] : only_codes)
    if (only == known) return code;
  return "";
}

// When, and in what capacity; never who.
Html deed_cell(const View& view, const std::optional<inbox::Deed>& deed) {
  if (!deed) return text("–");
  std::string ground;
  if (deed->ground == "delegation" && deed->role.empty())
    ground = view.t("sending.ground.delegation");
  else if (deed->ground == "delegation" || deed->ground == "role")
    ground = view.t("sending.ground.role", {{"role", access::role_name(deed->role, view.language)}});
  else if (deed->ground == "certificate")
    ground = view.t("sending.ground.certificate");
  else
    ground = view.t("sending.ground.self");
  return time_tag(view, deed->at, base::TimeStyle::compact) + el("div", text(ground));
}

Html moment_or_none(const View& view, const std::optional<base::Instant>& at) {
  return at ? time_tag(view, *at, base::TimeStyle::compact) : text("–");
}

std::map<std::string, notify::NoticeState> notices_of_rows(const MessageSendingView& view,
                                                           const std::vector<inbox::RecipientState>& rows) {
  std::vector<std::string> causes;
  for (const auto& row : rows) causes.push_back(inbox::notice_cause(row.id));
  return view.uses.orders.states(causes);
}

Html told_cell(const View& view, const inbox::BatchSummary& batch, const notify::NoticeState* state) {
  if (!batch.notify) return text(view.t("sending.told.not_asked"));
  if (state == nullptr) return text(view.t(batch.published_at ? "sending.told.soon" : "sending.told.later"));
  return notice_tag(view, *state);
}

Html recipient_table(const MessageSendingView& view, const SendingStaff& staff, const inbox::BatchSummary& batch,
                     const std::vector<inbox::RecipientState>& found) {
  const auto notices = notices_of_rows(view, found);
  const bool answers = batch.reply.kind != inbox::ReplyWay::Kind::none;
  std::vector<ui::Column> columns{{.name = view.t("sending.recipient")},
                                  {.name = view.t("sending.available")},
                                  {.name = view.t("sending.told")},
                                  {.name = view.t("sending.opened")}};
  if (batch.must_confirm) columns.push_back({.name = view.t("sending.confirmed")});
  if (answers) columns.push_back({.name = view.t("sending.answered")});
  std::vector<std::vector<Html>> rows;
  for (const auto& one : found) {
    const auto notice = notices.find(inbox::notice_cause(one.id));
    std::vector<Html> cells{
        ui::link(one.party_name, staff.addresses().recipient(batch.id, one.id)), moment_or_none(view, one.available_at),
        told_cell(view, batch, notice == notices.end() ? nullptr : &notice->second), deed_cell(view, one.opened)};
    if (batch.must_confirm) cells.push_back(deed_cell(view, one.confirmed));
    if (answers) cells.push_back(moment_or_none(view, one.answered_at));
    rows.push_back(std::move(cells));
  }
  return ui::table(
      {.caption = view.t("sending.to"), .hide_caption = true, .columns = std::move(columns), .rows = std::move(rows)});
}

Html recipient_tabs(const View& view, const SendingStaff& staff, const inbox::BatchSummary& batch, Only chosen) {
  std::vector<ui::NavLink> tabs;
  const auto add = [&](Only only, const std::string& label) {
    tabs.push_back(
        {label, with_query(staff.addresses().batch(batch.id), {{parameter::only, code_of(only)}}), only == chosen});
  };
  add(Only::all, view.t("sending.only.all"));
  add(Only::unopened, view.t("sending.only.unopened"));
  if (batch.must_confirm) add(Only::unconfirmed, view.t("sending.only.unconfirmed"));
  if (batch.reply.kind != inbox::ReplyWay::Kind::none) add(Only::answered, view.t("sending.only.answered"));
  return ui::tabs(tabs, view.t("sending.only"));
}

Html batch_facts(const MessageSendingView& view, const inbox::BatchContent& batch) {
  const auto& about = batch.summary;
  std::vector<ui::Term> terms{{view.t("sending.field.service"), text(service_title(view, about.service)), {}}};
  const auto add = [&](std::string_view name, const Html& value) { terms.push_back({view.t(name), value, {}}); };
  if (!about.case_reference.empty()) add("sending.case", ui::breakable(about.case_reference));
  if (about.taken_back_at)
    add("sending.state.taken_back", time_tag(view, *about.taken_back_at, base::TimeStyle::full));
  else
    add("sending.available", time_tag(view, about.published_at.value_or(about.publish_at), base::TimeStyle::full));
  if (about.due) add("sending.field.due", time_tag(view, *about.due, base::TimeStyle::full));
  add("sending.opened", text(view.t("sending.count.opened", {{"count", std::to_string(about.opened)},
                                                             {"of", std::to_string(about.recipients)}})));
  if (about.must_confirm)
    add("sending.confirmed", text(view.t("sending.count.confirmed", {{"count", std::to_string(about.confirmed)},
                                                                     {"of", std::to_string(about.recipients)}})));
  if (about.reply.kind != inbox::ReplyWay::Kind::none)
    add("sending.answered", text(view.plural("sending.count.answered", about.answered)));
  if (about.confidential) add("sending.confidential", text(view.t("yes")));
  if (batch.ignore_reservation) add("sending.override", ui::breakable(batch.override_reason));
  return ui::description_list(terms);
}

Html batch_content(const View& view, const SendingStaff& staff, const inbox::BatchContent& batch) {
  const std::string language(base::to_text(batch.language));
  Html content;
  if (!batch.text_summary.empty()) content += el("p", {{"lang", language}}, text(batch.text_summary));
  content += el("div", {{"lang", language}}, ui::prose(html::blocks(inbox::message_body(batch.body))));
  if (!batch.files.empty()) {
    std::vector<Html> files;
    for (const auto& file : batch.files)
      files.push_back(ui::link(file.file_name, staff.addresses().file(batch.summary.id, file.id)) +
                      text(fmt::format(" ({})", base::size_in_words(file.size, view.language))));
    content += ui::list(files);
  }
  return ui::details(view.t("sending.content"), content);
}

// What waits for its time can be taken back, by who may send.
base::Result<terms::Permit> permit_to_send(const View& view, const SendingStaff& staff, const terms::AppId& service) {
  return view.site.decider.decide_agency(view.actor(), staff.org, {.party = {}, .app = service},
                                         terms::Action::agency_send);
}

Html recall_button(MessageSendingView& view, const SendingStaff& staff, const inbox::BatchSummary& about) {
  if (about.published_at || !permit_to_send(view, staff, about.service)) return {};
  return ui::button_row(ui::confirm({.id = "trekk",
                                     .open_label = view.t("sending.recall"),
                                     .title = view.t("sending.recall.title"),
                                     .body = ui::paragraph(view.plural("sending.recall.text", about.recipients)),
                                     .form = view.form(staff.addresses().recall(about.id), true),
                                     .confirm = {.label = view.t("sending.recall.confirm"), .color = ui::Color::danger},
                                     .cancel_label = view.t("cancel")}));
}

// Who asks, the batch that the address names, and the permit to see how it fared.
struct Followed {
  SendingStaff staff;
  inbox::BatchId batch;
  terms::Permit permit;
};
base::Result<Followed> followed(const MessageSendingView& view) {
  ALTING_TRY(staff, sending_staff(view));
  const auto batch = inbox::BatchId::parse(view.request.value(place::batch));
  if (!batch) return base::make_error(ErrorKind::not_found, "sending.error.not_found");
  ALTING_TRY(permit, permit_to_follow(view, staff, *batch));
  return Followed{std::move(staff), *batch, std::move(permit)};
}

// The same, for one recipient of it.
struct FollowedOne {
  Followed of;
  inbox::RecipientState recipient;
};
base::Result<FollowedOne> followed_one(const MessageSendingView& view) {
  ALTING_TRY(of, followed(view));
  const auto id = inbox::MessageId::parse(view.request.value(place::message));
  const auto at = id ? view.uses.sent.place_of(*id) : std::nullopt;
  if (!at || at->batch != of.batch) return base::make_error(ErrorKind::not_found, "sending.error.not_found");
  ALTING_TRY(recipient, view.uses.sent.recipient(of.permit, *id));
  return FollowedOne{std::move(of), std::move(recipient)};
}

Html answers_of_one(MessageSendingView& view, const FollowedOne& one, const std::vector<inbox::ReceivedAnswer>& all) {
  const auto addresses = one.of.staff.addresses();
  std::vector<ui::TimelineEvent> events;
  for (const auto& received : all) {
    const auto& answer = received.answer;
    Html body = el("p", html::lines(answer.text));
    std::vector<Html> files;
    for (const auto& file : answer.files)
      files.push_back(ui::link(file.file_name, addresses.answer_file(one.of.batch, one.recipient.id, file.id)) +
                      text(fmt::format(" ({})", base::size_in_words(file.size, view.language))));
    if (!files.empty()) body += ui::list(files);
    events.push_back({.when = base::format_local(answer.at, base::TimeStyle::full, view.language),
                      .when_iso = base::to_rfc3339(answer.at),
                      .title = answer.by_name,
                      .body = body});
  }
  return ui::section(view.t("sending.answers"),
                     ui::paragraph(view.t("sending.answers.logged")) + ui::timeline(events, view.t("sending.answers")) +
                         ui::button_row(ui::button_link(view.t("sending.write.answer"),
                                                        addresses.answer(one.recipient.id), ui::Variant::secondary)));
}

// What was received as the answer, for who may read that too.
Html forms_of_one(const MessageSendingView& view, const FollowedOne& one, const std::vector<inbox::FormAnswer>& all) {
  std::vector<ui::TimelineEvent> events;
  const auto& org = one.of.staff.org;
  for (const auto& sent : all) {
    const instances::Location at{.party = one.recipient.party,
                                 .id = sent.instance,
                                 .app = sent.form,
                                 .state = instances::State::sent,
                                 .parent = {},
                                 .root = sent.instance};
    const bool reads = view.site.decider.decide_agency(view.actor(), org, at.target()).has_value();
    const AgencyMatterAddresses there(org, one.recipient.party_uuid, sent.instance);
    events.push_back({.when = base::format_local(sent.at, base::TimeStyle::full, view.language),
                      .when_iso = base::to_rfc3339(sent.at),
                      .title = service_title(view, sent.form),
                      .body = el("p", reads ? ui::link(view.t("sending.answer.form"), there.page())
                                            : text(view.t("sending.answer.form.not_yours")))});
  }
  return ui::section(view.t("sending.answers"), ui::timeline(events, view.t("sending.answers")));
}

Response refuse_recipient(MessageSendingView& view, const base::Error& error) {
  const auto batch = inbox::BatchId::parse(view.request.value(place::batch));
  const auto id = inbox::MessageId::parse(view.request.value(place::message));
  if (!batch || !id) return view.fail(error);
  return refuse_or_lead_on(view, error,
                           SentMessageAddresses(view.request.value(place::org)).open_restricted(*batch, *id));
}

}  // namespace

Response sent_batch_page(MessageSendingView& view) {
  const auto of = followed(view);
  if (!of) return view.fail(of.error());
  const auto batch = view.uses.sent.open(of->permit, of->batch);
  if (!batch) return view.fail(batch.error());
  inbox::RecipientQuery query;
  query.only = only_of(view.request.query_value(parameter::only));
  query.after = view.request.query_value(parameter::after);
  const auto page = view.uses.sent.recipients(of->permit, of->batch, query);
  if (!page) return view.fail(page.error());
  const auto& about = batch->summary;
  Html content;
  if (about.taken_back_at)
    content += ui::alert(ui::Color::info, view.t("sending.taken_back.text"));
  else if (view.did(inbox::message_sent))
    content += ui::alert({.color = ui::Color::success,
                          .title = view.t(about.published_at ? "sending.sent_now" : "sending.sent_later"),
                          .body = ui::paragraph(view.t("sending.sent_now.text")),
                          .urgent = true});
  content += ui::heading(1, about.title) + batch_facts(view, *batch) + batch_content(view, of->staff, *batch);
  if (about.taken_back_at)
    return view.show({.title = about.title, .crumbs = of->staff.crumbs(view, about.title), .wide = true}, content);
  content += recall_button(view, of->staff, about);
  Html whom = ui::paragraph(view.t("sending.follow.text")) + recipient_tabs(view, of->staff, about, query.only);
  whom += page->rows.empty() ? ui::paragraph(view.t("sending.only.none"))
                             : recipient_table(view, of->staff, about, page->rows);
  if (!page->next.empty())
    whom += ui::button_row(
        ui::button_link(view.t("list.more"),
                        with_query(of->staff.addresses().batch(of->batch),
                                   {{parameter::only, code_of(query.only)}, {parameter::after, page->next}}),
                        ui::Variant::secondary));
  content += ui::section(view.t("sending.to"), whom);
  return view.show({.title = about.title, .crumbs = of->staff.crumbs(view, about.title), .wide = true}, content);
}

Response recall_batch(MessageSendingView& view) {
  const auto of = followed(view);
  if (!of) return view.fail(of.error());
  const auto service = view.uses.sent.service_of(of->batch);
  if (!service) return view.fail(base::make_error(ErrorKind::not_found, "sending.error.not_found"));
  const auto permit = permit_to_send(view, of->staff, *service);
  if (!permit) return view.fail(permit.error());
  if (const auto readable = view.uses.sent.open(of->permit, of->batch); !readable) return view.fail(readable.error());
  const auto done =
      view.uses.sending.take_back(*permit, of->batch, view.request.received, view.request.form_value("once"));
  if (!done) return view.fail(done.error());
  return web::redirect(of->staff.addresses().batch(of->batch));
}

Response sent_recipient_page(MessageSendingView& view) {
  const auto one = followed_one(view);
  if (!one) return refuse_recipient(view, one.error());
  const auto batch = view.uses.sent.open(one->of.permit, one->of.batch);
  if (!batch) return refuse_recipient(view, batch.error());
  const auto& who = one->recipient;
  const auto notices = notices_of_rows(view, {who});
  std::vector<ui::Term> terms{
      {view.t("sending.available"), moment_or_none(view, who.available_at), {}},
      {view.t("sending.told"),
       notices.empty() ? told_cell(view, batch->summary, nullptr) : notice_in_full(view, notices.begin()->second),
       {}},
      {view.t("sending.opened"), deed_cell(view, who.opened), {}}};
  if (batch->summary.must_confirm) terms.push_back({view.t("sending.confirmed"), deed_cell(view, who.confirmed), {}});
  Html content = el("p", {{"class", "form-service"}}, text(batch->summary.title)) + ui::heading(1, who.party_name);
  if (!who.organisation_number.empty())
    content += ui::paragraph(view.t("site.orgnr", {{"number", spaced_organisation_number(who.organisation_number)}}));
  content += opened_note(view, view.uses.restrictions, one->of.staff.org, who.party, who.id.text());
  content += ui::description_list(terms);
  if (who.answered_at && batch->summary.reply.kind == inbox::ReplyWay::Kind::form) {
    const auto forms = view.uses.sent.form_answers(one->of.permit, who.id);
    if (!forms) return view.fail(forms.error());
    content += forms_of_one(view, *one, *forms);
  } else if (who.answered_at) {
    const auto answers = view.uses.sent.answers(one->of.permit, who.id, view.request.received);
    if (!answers) return view.fail(answers.error());
    content += answers_of_one(view, *one, *answers);
  }
  auto crumbs = one->of.staff.crumbs(view, who.party_name);
  crumbs.insert(crumbs.end() - 1, {batch->summary.title, one->of.staff.addresses().batch(one->of.batch)});
  return view.show({.title = who.party_name, .crumbs = std::move(crumbs), .wide = true}, content);
}

Response sent_file(MessageSendingView& view) {
  const auto of = followed(view);
  if (!of) return view.fail(of.error());
  const auto id = inbox::FileId::parse(view.request.value(place::file));
  const auto batch = view.uses.sent.open(of->permit, of->batch);
  if (!batch) return view.fail(batch.error());
  for (const auto& file : batch->files) {
    if (!id || file.id != *id) continue;
    return web::download(file.file_name, file.media_type, file.size,
                         [&sent = view.uses.sent, permit = of->permit, batch = of->batch, id = *id](const auto& write) {
                           const auto read = sent.read_file(
                               permit, batch, id, [](const auto&) {}, [&](base::ByteView part) { write(part); });
                           if (!read) throw std::runtime_error("a file of a message cannot be read");
                         });
  }
  return view.fail(base::make_error(ErrorKind::not_found, "sending.error.not_found"));
}

Response answer_file(MessageSendingView& view) {
  const auto one = followed_one(view);
  if (!one) return view.fail(one.error());
  const auto id = inbox::FileId::parse(view.request.value(place::file));
  if (!id) return view.fail(base::make_error(ErrorKind::not_found, "sending.error.not_found"));
  // In the log before anything is sent; whole, since only the reading says what the file is called.
  inbox::MessageFile file;
  std::string content;
  const auto read = view.uses.sent.read_answer_file(
      one->of.permit, one->recipient.id, *id, view.request.received,
      [&](const inbox::MessageFile& found) { file = found; }, [&](base::ByteView part) { content += part; });
  if (!read) return view.fail(read.error());
  return web::download(file.file_name, file.media_type, std::move(content));
}

}  // namespace alting::portal
