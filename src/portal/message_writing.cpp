// Writing a message: the form, the page that shows what is about to be sent and to whom, and the sending.
#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/size.h"
#include "base/text.h"
#include "portal/message_form.h"
#include "portal/message_reach.h"
#include "portal/words.h"

namespace alting::portal {

using base::ErrorKind;
using html::el;
using html::text;

namespace {

constexpr std::int64_t largest_recipient_file = 512 * 1024;
constexpr std::size_t shown_names = 20;

std::vector<terms::AppId> services_to_send(const MessageSendingView& view, const SendingStaff& staff) {
  const auto scope = view.site.decider.agency_scope(view.actor(), staff.org, terms::Action::agency_send);
  return scope ? scope->agency_apps() : std::vector<terms::AppId>();
}

// Whom an answer is answered to.
base::Result<inbox::RecipientState> answered_one(const MessageSendingView& view, const SendingStaff& staff,
                                                 std::string_view message) {
  const auto id = inbox::MessageId::parse(message);
  const auto at = id ? view.uses.sent.place_of(*id) : std::nullopt;
  if (!at || at->service.org != staff.org) return base::make_error(ErrorKind::not_found, "sending.error.not_found");
  ALTING_TRY(permit, view.site.decider.decide_agency(view.actor(), staff.org, {.party = {}, .app = at->service},
                                                     terms::Action::agency_follow));
  return view.uses.sent.recipient(permit, *id);
}

// What a message is written with: who writes it, and to whom it answers.
struct Writing {
  SendingStaff staff;
  std::optional<inbox::RecipientState> answers;
  [[nodiscard]] std::string to() const { return answers ? answers->party_name : std::string(); }
};

base::Result<Writing> begin_writing(const MessageSendingView& view, std::string_view answer_to) {
  ALTING_TRY(staff, sending_staff(view));
  Writing writing{.staff = std::move(staff), .answers = {}};
  if (!answer_to.empty()) {
    ALTING_TRY(to, answered_one(view, writing.staff, answer_to));
    writing.answers = std::move(to);
  }
  return writing;
}

Response written_page(MessageSendingView& view, const Writing& writing, const TypedMessage& typed, int status) {
  const auto services = services_to_send(view, writing.staff);
  const auto title = view.t(writing.answers ? "sending.write.answer" : "sending.write");
  Html content = ui::heading(1, title);
  if (services.empty()) {
    content += ui::empty_state({.title = view.t("sending.no_service"), .text = view.t("sending.no_service.text")});
    return view.show({.title = title, .crumbs = writing.staff.crumbs(view, title)}, content);
  }
  content += message_form(view, writing.staff, services, writing.to(), typed);
  return view.show(
      {.title = title, .crumbs = writing.staff.crumbs(view, title), .with_error = status >= 400, .status = status},
      content);
}

std::string text_of_file(const web::Upload& upload) {
  std::ifstream in(upload.path, std::ios::binary);
  std::string all(std::istreambuf_iterator<char>(in), {});
  if (all.starts_with("\xEF\xBB\xBF")) all.erase(0, 3);
  return base::replace_all(base::replace_all(std::move(all), "\r\n", "\n"), "\r", "\n");
}

// The files that came with the page: the list of recipients is read, the others are staged.
void take_message_files(const MessageSendingView& view, const terms::Permit& permit, TypedMessage& typed) {
  for (const auto& upload : view.request.uploads) {
    if (upload.file_name.empty() && upload.size == 0) continue;
    if (upload.field == message_field::recipient_file) {
      if (upload.size > largest_recipient_file) {
        typed.errors[message_field::recipients] = view.t("sending.error.recipient_file");
        continue;
      }
      if (!typed.recipients.empty()) typed.recipients += '\n';
      typed.recipients += base::replace_invalid(text_of_file(upload));
    } else if (upload.field == message_field::files) {
      auto staged = typed.files.size() < inbox::max_message_files
                        ? view.uses.sending.stage_file(permit, {.file_name = upload.file_name,
                                                                .file = upload.path,
                                                                .size = upload.size,
                                                                .still_wanted = view.request.still_wanted})
                        : base::Result<inbox::StagedFile>(base::make_error(
                              ErrorKind::too_many, "messages.error.too_many_files", "too many files of a message"));
      if (staged)
        typed.files.push_back({.id = staged->id, .size = staged->size, .name = staged->file_name});
      else
        typed.errors.try_emplace(
            message_field::files,
            view.t("upload.refused", {{"name", upload.file_name}, {"reason", view.explain(staged.error())}}));
    }
  }
}

std::string line_fault(const View& view, std::size_t line, const base::Error& error) {
  return view.t("sending.fault.line", {{"line", std::to_string(line)}, {"reason", view.explain(error)}});
}

void blame_recipients(const View& view, std::size_t count, TypedMessage& typed) {
  const auto shown = typed.recipient_errors.size();
  if (count > shown)
    typed.recipient_errors.push_back(view.plural("sending.fault.more", static_cast<std::int64_t>(count - shown)));
  typed.errors.try_emplace(message_field::recipients,
                           view.plural("sending.error.faults", static_cast<std::int64_t>(count)));
}

TypedRecipients recipients_of(const MessageSendingView& view, const Writing& writing, TypedMessage& typed) {
  TypedRecipients found;
  if (writing.answers) {
    found.recipients.push_back({.organisation_number = {}, .person = {}, .party = writing.answers->party_uuid});
    found.lines.push_back(1);
    return found;
  }
  auto read = read_recipients(typed.recipients, view.site.mode);
  if (!read) {
    typed.errors.try_emplace(message_field::recipients, view.explain(read.error()));
    return found;
  }
  for (const auto& fault : read->faults) typed.recipient_errors.push_back(line_fault(view, fault.line, fault.error));
  if (read->faults_in_all > 0)
    blame_recipients(view, read->faults_in_all, typed);
  else if (read->recipients.empty())
    typed.errors.try_emplace(message_field::recipients, view.t("sending.error.nobody"));
  return std::move(*read);
}

void blame_unknown(const View& view, const TypedRecipients& to, const std::vector<inbox::RecipientFault>& faults,
                   TypedMessage& typed) {
  if (faults.empty()) return;
  for (const auto& fault : faults) {
    if (typed.recipient_errors.size() >= shown_names) break;
    const auto line = fault.index < to.lines.size() ? to.lines[fault.index] : 0;
    typed.recipient_errors.push_back(line_fault(view, line, fault.error));
  }
  blame_recipients(view, faults.size(), typed);
}

std::vector<ui::Term> what_is_sent(const MessageSendingView& view, const inbox::NewMessage& message,
                                   const TypedMessage& typed) {
  std::vector<ui::Term> terms{{view.t("sending.field.service"), text(service_title(view, message.service)), {}}};
  const auto add = [&](std::string_view name, const Html& value) { terms.push_back({view.t(name), value, {}}); };
  if (!message.case_reference.empty()) add("sending.case", ui::breakable(message.case_reference));
  add("sending.available", message.publish_at ? time_tag(view, *message.publish_at, base::TimeStyle::full)
                                              : text(view.t("sending.at_once")));
  if (message.due) add("sending.field.due", time_tag(view, *message.due, base::TimeStyle::full));
  add("sending.field.reply", text(view.t("sending.reply." + typed.reply)));
  add("sending.must_confirm", text(view.t(message.must_confirm ? "yes" : "no")));
  add("sending.confidential", text(view.t(message.confidential ? "yes" : "no")));
  add("sending.notice", text(view.t(message.notify ? "yes" : "no")));
  if (message.ignore_reservation) add("sending.override", ui::breakable(message.override_reason));
  return terms;
}

Html message_as_seen(const View& view, const inbox::NewMessage& message, const TypedMessage& typed) {
  const auto language = std::string(base::to_text(message.language));
  Html seen = el("p", el("strong", {{"lang", language}}, text(message.title)));
  if (!message.summary.empty()) seen += el("p", {{"lang", language}}, html::lines(message.summary));
  seen += el("div", {{"lang", language}}, ui::prose(html::blocks(inbox::message_body(message.body))));
  if (!typed.files.empty()) {
    std::vector<Html> files;
    for (const auto& file : typed.files)
      files.push_back(text(fmt::format("{} ({})", file.name, base::size_in_words(file.size, view.language))));
    seen += ui::list(files);
  }
  return ui::section(view.t("sending.seen"),
                     ui::card({.title = view.t("sending.seen.text"), .body = seen, .heading_level = 3}));
}

Html to_whom(const View& view, const std::vector<inbox::KnownRecipient>& known, std::size_t repeated) {
  const auto count = static_cast<std::int64_t>(known.size());
  Html said = ui::paragraph(view.plural("sending.recipients", count));
  std::vector<Html> names;
  for (const auto& one : known) {
    if (names.size() == shown_names) break;
    names.push_back(
        text(one.party.organisation_number.empty()
                 ? one.party.name
                 : fmt::format("{} ({})", one.party.name, spaced_organisation_number(one.party.organisation_number))));
  }
  said += ui::list(names);
  if (known.size() > shown_names)
    said += ui::paragraph(view.plural("sending.reach.more", count - static_cast<std::int64_t>(shown_names)));
  if (repeated > 0) said += ui::paragraph(view.plural("sending.repeated", static_cast<std::int64_t>(repeated)));
  return said;
}

Response preview_page(MessageSendingView& view, const Writing& writing, const inbox::NewMessage& message,
                      const std::vector<inbox::KnownRecipient>& known, std::size_t repeated,
                      const TypedMessage& typed) {
  const auto title = view.t("sending.preview.title");
  Html content = ui::heading(1, title) + ui::ingress(view.t("sending.preview.text"));
  Html whom = to_whom(view, known, repeated);
  if (message.notify) {
    ReachQuestion question{
        .service = message.service, .recipients = {}, .ignore_reservation = message.ignore_reservation};
    for (const auto& one : known) question.recipients.push_back(one.party);
    whom += reach_in_words(view, reach_of(view.site.clock, view.uses.contacts, question));
  } else {
    whom += ui::alert(ui::Color::warning, view.t("sending.no_notice"));
  }
  content += ui::section(view.t("sending.to"), whom);
  content += message_as_seen(view, message, typed);
  content += ui::section(view.t("sending.settings"), ui::description_list(what_is_sent(view, message, typed)));
  auto form = view.kept_form(writing.staff.addresses().write(), true);
  for (auto& field : fields_of(typed)) form.hidden.push_back(std::move(field));
  const auto count = static_cast<std::int64_t>(known.size());
  content += ui::post_form(form, ui::button_row(ui::button({.label = view.plural("sending.send", count),
                                                            .name = std::string(message_field::act),
                                                            .value = std::string(to_text(WritingAct::send))}) +
                                                ui::button({.label = view.t("sending.change"),
                                                            .variant = ui::Variant::secondary,
                                                            .name = std::string(message_field::act),
                                                            .value = std::string(to_text(WritingAct::change))})));
  return view.show({.title = title, .crumbs = writing.staff.crumbs(view, title)}, content);
}

}  // namespace

Response write_message_page(MessageSendingView& view) {
  const auto kept = view.kept();
  TypedMessage typed;
  if (kept) {
    typed = typed_message(*kept);
  } else {
    typed.answer_to = view.request.query_value(parameter::answer_to);
    typed.language = base::to_text(view.language);
  }
  const auto writing = begin_writing(view, typed.answer_to);
  if (!writing) return view.fail(writing.error());
  return written_page(view, *writing, typed, 200);
}

Response post_message(MessageSendingView& view) {
  if (const auto mine = view.made_for_me(true); !mine) return view.fail(mine.error());
  auto typed = typed_message(view.request);
  const auto writing = begin_writing(view, typed.answer_to);
  if (!writing) return view.fail(writing.error());
  const auto act = view.request.form_value(message_field::act);
  if (act == to_text(WritingAct::change)) return written_page(view, *writing, typed, 200);
  const auto service = terms::AppId::parse(typed.service);
  if (!service || service->org != writing->staff.org) {
    typed.errors[message_field::service] = view.t("sending.error.service");
    return written_page(view, *writing, typed, 422);
  }
  const auto permit = view.site.decider.decide_agency(view.actor(), service->org, {.party = {}, .app = *service},
                                                      terms::Action::agency_send);
  if (!permit) return view.fail(permit.error());
  take_message_files(view, *permit, typed);
  if (act == to_text(WritingAct::add_files)) return written_page(view, *writing, typed, typed.is_good() ? 200 : 422);
  const auto message = read_message(view, *service, typed);
  const auto to = recipients_of(view, *writing, typed);
  if (typed.is_good())
    if (const auto good = view.uses.sending.check(*permit, message, view.request.received); !good)
      blame_message(view, good.error(), typed);
  if (!typed.is_good()) return written_page(view, *writing, typed, 422);
  if (act == to_text(WritingAct::send)) {
    const auto outcome =
        view.uses.sending.send(*permit, message, to.recipients, view.request.received, view.request.form_value("once"));
    if (outcome && outcome->sent) {
      view.forget_kept(view.request.path);
      return web::redirect(view.after_post(writing->staff.addresses().batch(outcome->sent->id)));
    }
    if (outcome)
      blame_unknown(view, to, outcome->faults, typed);
    else
      blame_message(view, outcome.error(), typed);
    return written_page(view, *writing, typed, outcome ? 422 : web::status_of(outcome.error()));
  }
  const auto known = view.uses.sending.find_recipients(*permit, to.recipients);
  if (!known)
    blame_message(view, known.error(), typed);
  else
    blame_unknown(view, to, known->faults, typed);
  if (!typed.is_good()) return written_page(view, *writing, typed, 422);
  return preview_page(view, *writing, message, known->known, to.repeated, typed);
}

}  // namespace alting::portal
