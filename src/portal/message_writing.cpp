// Writing a message: the form, the page that shows what is about to be sent and to whom, and the sending.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

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

constexpr std::size_t shown_names = 20, shown_digits = 4;
static_assert(shown_names + shown_without_mail <= inbox::most_named_at_once);

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

// Figures and what stands between them, of a text in UTF-16 ("Unicode-tekst" of a spreadsheet): other signs are of no use
// here.
std::string figures_of_utf16(std::string_view octets, bool big) {
  std::string plain;
  for (std::size_t i = 0; i + 1 < octets.size(); i += 2) {
    const char low = octets[big ? i + 1 : i], high = octets[big ? i : i + 1];
    plain += high == 0 && static_cast<unsigned char>(low) < 0x80 ? low : high == 0 && low == '\xA0' ? ' ' : 'x';
  }
  return plain;
}

// The text of the file with the recipients; nothing of what is no plain text, a workbook for one.
std::optional<std::string> text_of_file(const web::Upload& upload) {
  std::ifstream in(upload.path, std::ios::binary);
  std::string all(std::istreambuf_iterator<char>(in), {});
  if (all.starts_with("\xEF\xBB\xBF"))
    all.erase(0, 3);
  else if (all.starts_with("\xFF\xFE") || all.starts_with("\xFE\xFF"))
    all = figures_of_utf16(std::string_view(all).substr(2), all.front() == '\xFE');
  if (all.starts_with("PK") || all.contains('\0')) return std::nullopt;
  return base::replace_all(base::replace_all(std::move(all), "\r\n", "\n"), "\r", "\n");
}

void take_recipient_file(const View& view, const web::Upload& upload, TypedMessage& typed) {
  if (upload.too_large || upload.size > largest_recipient_file) {
    typed.errors[message_field::recipient_file] = view.t("sending.error.recipient_file");
    return;
  }
  const auto read = text_of_file(upload);
  if (!read) {
    typed.errors[message_field::recipient_file] = view.t("sending.error.recipient_file_kind");
    return;
  }
  if (!typed.recipients.empty()) typed.recipients += '\n';
  typed.recipients += base::replace_invalid(*read);
}

base::Result<inbox::StagedFile> stage_one(const MessageSendingView& view, const terms::Permit& permit,
                                          const web::Upload& upload, const TypedMessage& typed) {
  if (upload.too_large)
    return base::make_error(ErrorKind::too_large, "error.upload.too_large", "a file of a message is too large");
  if (typed.files.size() >= inbox::max_message_files)
    return base::make_error(ErrorKind::too_many, "messages.error.too_many_files", "too many files of a message",
                            {{"count", std::to_string(inbox::max_message_files)}});
  return view.uses.sending.stage_file(permit, {.file_name = upload.file_name,
                                               .file = upload.path,
                                               .size = upload.size,
                                               .still_wanted = view.request.still_wanted});
}

// The files that came with the page: the list of recipients is read, the others are staged.
void take_message_files(const MessageSendingView& view, const terms::Permit& permit, TypedMessage& typed) {
  for (const auto& upload : view.request.uploads) {
    if (upload.file_name.empty() && upload.size == 0) continue;
    if (upload.field == message_field::recipient_file) {
      take_recipient_file(view, upload, typed);
    } else if (upload.field == message_field::files) {
      const auto staged = stage_one(view, permit, upload, typed);
      if (staged) {
        typed.files.push_back({.id = staged->id, .size = staged->size, .name = staged->file_name});
        continue;
      }
      auto& said = typed.errors[message_field::files];  // of each that is not taken
      if (!said.empty()) said += ' ';
      said += view.t("upload.refused", {{"name", upload.file_name}, {"reason", view.explain(staged.error())}});
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
  else if (read->recipients.empty() && !typed.errors.contains(message_field::recipient_file))
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
  if (!message.summary.empty()) seen += el("p", {{"lang", language}}, text(message.summary));
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

// What may be told of a recipient. The name of a person who was written to by identity number is told only where that they
// were looked up is a row that they see; else the end of the number that was typed.
class RecipientNames {
 public:
  RecipientNames(const View& view, const std::vector<inbox::KnownRecipient>& known, const TypedRecipients& to,
                 const std::set<terms::PartyId>& noted) {
    for (const auto& one : known) {
      const auto& typed = to.recipients.at(one.index).person;
      if (!typed || noted.contains(one.party.id)) continue;
      const std::string_view number = typed->reveal();
      by_number_[one.party.id] =
          view.t("sending.by_number",
                 {{"digits", std::string(number.substr(number.size() - std::min(number.size(), shown_digits)))}});
    }
  }
  [[nodiscard]] std::string of(const parties::Party& party) const {
    const auto hidden = by_number_.find(party.id);
    return hidden == by_number_.end() ? party.name : hidden->second;
  }

 private:
  std::map<terms::PartyId, std::string> by_number_;
};

Html to_whom(const View& view, const std::vector<inbox::KnownRecipient>& known, const RecipientNames& name,
             std::size_t repeated) {
  const auto count = static_cast<std::int64_t>(known.size());
  Html said = ui::paragraph(view.plural("sending.recipients", count));
  std::vector<Html> names;
  for (const auto& one : known) {
    if (names.size() == shown_names) break;
    names.push_back(
        text(one.party.organisation_number.empty()
                 ? name.of(one.party)
                 : fmt::format("{} ({})", one.party.name, spaced_organisation_number(one.party.organisation_number))));
  }
  said += ui::list(names);
  if (known.size() > shown_names)
    said += ui::paragraph(view.plural("sending.reach.more", count - static_cast<std::int64_t>(shown_names)));
  if (repeated > 0) said += ui::paragraph(view.plural("sending.repeated", static_cast<std::int64_t>(repeated)));
  return said;
}

Response preview_page(MessageSendingView& view, const Writing& writing, const inbox::NewMessage& message,
                      const std::vector<inbox::KnownRecipient>& known, const TypedRecipients& to,
                      const TypedMessage& typed) {
  const auto title = view.t("sending.preview.title");
  Html content = ui::heading(1, title) + ui::ingress(view.t("sending.preview.text"));
  Reach reach;
  if (message.notify) {
    std::vector<parties::Party> recipients;
    for (const auto& one : known) recipients.push_back(one.party);
    reach = reach_of(view.site.clock, view.uses.reaching,
                     {.service = message.service,
                      .confidential = message.confidential,
                      .ignore_reservation = message.ignore_reservation},
                     recipients);
  }
  const RecipientNames name(view, known, to, reach.noted);
  Html whom = to_whom(view, known, name, to.repeated);
  whom += message.notify ? reach_in_words(view, reach, [&name](const auto& party) { return name.of(party); })
                         : ui::alert(ui::Color::warning, view.t("sending.no_notice"));
  content += ui::section(view.t("sending.to"), whom);
  content += message_as_seen(view, message, typed);
  content += ui::section(view.t("sending.settings"), ui::description_list(what_is_sent(view, message, typed)));
  auto form = view.kept_form(writing.staff.addresses().write());
  form.again = again_by(WritingAct::preview);
  form.typed = true;
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

// For which service: the one that was chosen, else any that they may send by, to look over the rest of what was typed and to
// keep the files. None: they may send by none.
std::optional<terms::AppId> service_to_look_by(const MessageSendingView& view, const SendingStaff& staff,
                                               TypedMessage& typed) {
  const auto chosen = terms::AppId::parse(typed.service);
  if (chosen && chosen->org == staff.org) return chosen;
  typed.errors[message_field::service] = view.t("sending.error.service");
  const auto services = services_to_send(view, staff);
  return services.empty() ? std::nullopt : std::optional(services.front());
}

// Sends what has no fault. What was sent by this writing already is told as the first time; something else by it is asked about.
Response send_message(MessageSendingView& view, const Writing& writing, const terms::Permit& permit,
                      const inbox::NewMessage& message, const TypedRecipients& to, TypedMessage& typed) {
  const auto outcome = view.uses.sending.send(permit, message, to.recipients, view.request.received, typed.once);
  if (outcome && outcome->sent) {
    view.forget_kept(view.request.path);
    return web::redirect(view.after_post(writing.staff.addresses().batch(outcome->sent->id)));
  }
  if (outcome) {
    blame_unknown(view, to, outcome->faults, typed);
    blame_message(view, outcome->message_faults, typed);
    return written_page(view, writing, typed, 422);
  }
  if (outcome.error().code == "error.once.other_act") {
    typed.error = view.t("sending.error.sent_before");
    typed.once = view.new_post_id();
  } else {
    blame_message(view, outcome.error(), typed);
  }
  return written_page(view, writing, typed, web::status_of(outcome.error()));
}

}  // namespace

Response write_message_page(MessageSendingView& view) {
  TypedMessage typed;
  typed.answer_to = view.request.query_value(parameter::answer_to);
  typed.language = base::to_text(view.language);
  // What was kept is shown once, and never where another answer is to be written.
  const auto kept = view.kept();
  if (kept && (typed.answer_to.empty() || typed.answer_to == kept->form_value(message_field::answer_to))) {
    typed = typed_message(*kept);
    typed.restored = true;
    view.forget_kept(view.request.path);
  }
  if (!base::Uuid::parse(typed.once)) typed.once = view.new_post_id();
  const auto writing = begin_writing(view, typed.answer_to);
  if (!writing) return view.fail(writing.error());
  return written_page(view, *writing, typed, 200);
}

Response post_message(MessageSendingView& view) {
  if (const auto mine = view.made_for_me(true); !mine) return view.fail(mine.error());
  auto typed = typed_message(view.request);
  typed.files_lost = false;
  if (!base::Uuid::parse(typed.once)) typed.once = view.new_post_id();
  const auto writing = begin_writing(view, typed.answer_to);
  if (!writing) return view.fail(writing.error());
  const auto act = view.request.form_value(message_field::act);
  const auto service = service_to_look_by(view, writing->staff, typed);
  if (!service) return written_page(view, *writing, typed, 422);
  const auto permit = view.site.decider.decide_agency(view.actor(), service->org, {.party = {}, .app = *service},
                                                      terms::Action::agency_send);
  if (!permit) return view.fail(permit.error());
  const bool only_shown = act == to_text(WritingAct::change) || act == to_text(WritingAct::add_files);
  if (only_shown) typed.errors.clear();  // one is not done yet
  take_message_files(view, *permit, typed);
  if (only_shown) return written_page(view, *writing, typed, typed.is_good() ? 200 : 422);
  const auto message = read_message(view, *service, typed);
  const auto to = recipients_of(view, *writing, typed);
  const auto faults = view.uses.sending.faults_of(*permit, message, view.request.received);
  if (!faults) return view.fail(faults.error());
  blame_message(view, *faults, typed);
  if (act == to_text(WritingAct::send)) {
    if (!typed.is_good()) return written_page(view, *writing, typed, 422);
    return send_message(view, *writing, *permit, message, to, typed);
  }
  inbox::KnownRecipients known;
  if (!typed.errors.contains(message_field::recipients) && !to.recipients.empty()) {
    auto found = view.uses.sending.look_up_recipients(*permit, to.recipients, view.request.received);
    if (!found) {
      blame_message(view, found.error(), typed);
      return written_page(view, *writing, typed, web::status_of(found.error()));
    }
    known = std::move(*found);
    blame_unknown(view, to, known.faults, typed);
  }
  if (!typed.is_good()) return written_page(view, *writing, typed, 422);
  return preview_page(view, *writing, message, known.known, to, typed);
}

}  // namespace alting::portal
