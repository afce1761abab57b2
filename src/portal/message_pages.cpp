#include "portal/message_pages.h"

#include <algorithm>
#include <stdexcept>

#include "base/size.h"
#include "instances/instance.h"
#include "instances/kept_deleted.h"
#include "portal/bounce_banner.h"
#include "portal/inbox_many.h"
#include "portal/inbox_rows.h"
#include "portal/log_words.h"
#include "portal/message_view.h"
#include "portal/restricted_way.h"
#include "portal/words.h"

namespace alting::portal {

using base::ErrorKind;
using html::el;
using html::text;
using inbox::Message;
using inbox::ReplyWay;

namespace {

constexpr std::string_view move_field = "arkivert";  // whether it is to be in the archive

std::string service_name(const MessageView& view, const terms::AppId& service) {
  const auto app = view.uses.apps.find(service);
  return app ? app->title(view.language) : service.text();
}

// In what capacity, as the log has it.
std::string deed_words(const View& view, const inbox::Deed& deed) {
  const auto when = base::format_local(deed.at, base::TimeStyle::full, view.language);
  const auto ground = ground_in_words(view, base::Json::object({{"kind", deed.ground}, {"role", deed.role}}));
  return ground.empty() ? when : when + " · " + ground;
}

// What is written in another language than the page says so, for who hears it.
Html in_its_language(const View& view, const Message& message, const Html& content) {
  if (message.language == view.language) return content;
  return el("div", {{"lang", std::string(base::to_text(message.language))}}, content);
}

// Whether all that the sender asked for is done; never where nothing was asked for, since then the day itself counts.
bool is_done(const Message& message) {
  const bool asks_answer = message.reply.kind != ReplyWay::Kind::none;
  const bool answered = !message.answers.empty() || std::ranges::any_of(message.form_replies, [](const auto& one) {
    return one.sent_at.has_value();
  });
  if (!message.must_confirm && !asks_answer) return false;
  return (!message.must_confirm || message.confirmed) && (!asks_answer || answered);
}

Html deadline_of(const View& view, const Message& message) {
  if (!message.due) return {};
  if (is_done(message))
    return ui::paragraph(
        view.t("mailbox.due.was", {{"time", base::format_local(*message.due, base::TimeStyle::full, view.language)}}));
  const auto now = view.now();
  return ui::deadline_clock({.at = *message.due,
                             .label = view.t("mailbox.due"),
                             .when = base::format_local(*message.due, base::TimeStyle::full, view.language),
                             .words = base::format_relative(*message.due, now, view.language),
                             .passed = *message.due <= now,
                             .soon = *message.due - now < base::Duration::hours(24),
                             .language = view.language});
}

Html files_list(const MessageView& view, const MessageAddresses& at, const std::vector<inbox::MessageFile>& files) {
  std::vector<Html> items;
  for (const auto& file : files) {
    Html item =
        ui::link(file.file_name, at.file(file.id)) + text(" (" + base::size_in_words(file.size, view.language) + ")");
    if (file.scan == "unscanned") item += text(" ") + ui::tag(view.t("upload.unscanned"), ui::Color::warning);
    items.push_back(std::move(item));
  }
  return ui::list(items);
}

Html said_after_post(const View& view) {
  Html all;
  if (view.did(inbox::message_confirmed)) all += ui::alert(ui::Color::success, view.t("mailbox.confirm.done"));
  if (view.did(inbox::message_replied)) all += ui::alert(ui::Color::success, view.t("mailbox.answer.done"));
  return all;
}

Html state_of(const View& view, const Message& message) {
  if (message.goes_at)
    return ui::alert(
        ui::Color::warning,
        view.t("mailbox.goes", {{"time", base::format_local(*message.goes_at, base::TimeStyle::full, view.language)}}));
  if (message.archived) return ui::alert(ui::Color::info, view.t("inbox.archive.notice"));
  return {};
}

// Which forms were begun or sent as the answer, for who may read them; and the way to one more.
Html answering_by_form(const MessageView& view, const Message& message) {
  const auto& form = *message.reply.form;
  const auto name = service_name(view, form);
  Html said, acts;
  bool is_answered = false;
  for (const auto& one : message.form_replies) {
    is_answered = is_answered || one.sent_at.has_value();
    const instances::Location at{.party = message.place.party,
                                 .id = one.instance,
                                 .app = form,
                                 .state = one.sent_at ? instances::State::sent : instances::State::draft,
                                 .parent = {},
                                 .root = one.instance};
    const bool reads = view.site.decider.decide(view.actor(), terms::Action::read, at.target()).has_value();
    if (one.sent_at) {
      const auto when = base::format_local(*one.sent_at, base::TimeStyle::full, view.language);
      Html line = text(view.t("mailbox.reply.form.sent", {{"time", when}}));
      if (reads)
        line += text(" ") + ui::link(view.t("mailbox.reply.form.open"), view.addresses().matter(one.instance).page());
      said += el("p", line);
    } else if (reads) {
      acts = ui::button_link(view.t("mailbox.reply.form.go_on"), view.addresses().draft(one.instance).start());
    }
  }
  const bool is_begun = is_answered || !acts.empty();
  acts += ui::button_link(view.t(is_begun ? "mailbox.reply.form.again" : "mailbox.reply.form.go"),
                          view.addresses().answer_with(form, message.place.id),
                          is_begun ? ui::Variant::secondary : ui::Variant::primary);
  return ui::paragraph(view.t("mailbox.reply.form", {{"form", name}})) + said + ui::button_row(acts);
}

// What the sender asks for, as far as it is not done.
Html what_is_asked(MessageView& view, const MessageAddresses& at, const Message& message) {
  Html all;
  if (message.must_confirm) {
    if (message.confirmed)
      all += ui::paragraph(view.t("mailbox.confirmed", {{"what", deed_words(view, *message.confirmed)}}));
    else if (!message.goes_at)
      all += ui::paragraph(view.t("mailbox.confirm.text", {{"sender", message.sender_name}})) +
             ui::post_form(view.form(at.confirm(), true), ui::button_row(ui::button(view.t("mailbox.confirm"))));
  }
  if (message.goes_at || message.reply.kind == ReplyWay::Kind::none)
    return all.empty() ? Html() : ui::section(view.t("mailbox.asked_for"), all);
  const bool by_form = message.reply.kind == ReplyWay::Kind::form && message.reply.form;
  if (by_form) return ui::section(view.t("mailbox.asked_for"), all + answering_by_form(view, message));
  const auto to = at.answer();
  all += ui::paragraph(view.t("mailbox.reply.message", {{"sender", message.sender_name}}));
  all += ui::button_row(ui::button_link(view.t("mailbox.reply.go"), to,
                                        message.answers.empty() ? ui::Variant::primary : ui::Variant::secondary));
  return ui::section(view.t("mailbox.asked_for"), all);
}

Html answers_of(const MessageView& view, const MessageAddresses& at, const Message& message) {
  std::vector<ui::TimelineEvent> events;
  for (const auto& answer : message.answers) {
    Html body = el("p", {{"class", "answer-text"}}, html::lines(answer.text));
    if (!answer.files.empty()) body += files_list(view, at, answer.files);
    events.push_back({.when = base::format_local(answer.at, base::TimeStyle::full, view.language),
                      .when_iso = base::to_rfc3339(answer.at),
                      .title = view.t("mailbox.answer.by", {{"name", answer.by_name}}),
                      .body = std::move(body),
                      .color = ui::Color::success});
  }
  if (events.empty()) return {};
  return ui::section(view.t("mailbox.answers"), ui::timeline(events, view.t("mailbox.answers")));
}

Html facts_of(const MessageView& view, const Message& message) {
  std::vector<ui::Term> terms;
  terms.push_back({view.t("mailbox.sender"), text(message.sender_name), {}});
  terms.push_back({view.t("mailbox.to"), text(view.party->name), {}});
  terms.push_back({view.t("mailbox.service"), text(service_name(view, message.place.service)), {}});
  if (!message.case_reference.empty())
    terms.push_back({view.t("mailbox.case"), ui::breakable(message.case_reference), {}});
  terms.push_back({view.t("mailbox.available"), time_tag(view, message.published_at, base::TimeStyle::full), {}});
  if (message.opened) terms.push_back({view.t("mailbox.opened"), text(deed_words(view, *message.opened)), {}});
  if (message.reply_to)
    terms.push_back({view.t("mailbox.answers_yours"),
                     ui::link(view.t("mailbox.earlier"), message_addresses(view, *message.reply_to).page()),
                     {}});
  return ui::section(view.t("mailbox.facts"),
                     ui::description_list(terms) + ui::paragraph(view.t("mailbox.seen_by_sender")));
}

// "Tilgjengelig: kvittering (PDF), kvittering (JSON)"; of several of one kind, such as answers, the first.
Html receipts_of(const MessageView& view, const MessageAddresses& at, const terms::Permit& permit,
                 const inbox::MessageId& id) {
  const auto receipts = view.uses.messages.receipts(permit, id);
  if (!receipts) return ui::section(view.t("mailbox.receipts"), ui::paragraph(view.explain(receipts.error())));
  std::vector<ui::Term> terms;
  std::vector<std::string> shown;
  for (const auto& one : *receipts) {
    if (std::ranges::find(shown, one.act) != shown.end()) continue;
    shown.push_back(one.act);
    const Html files = ui::link(view.t("mailbox.receipt.pdf"), at.receipt_pdf(one.act)) + text(" ") +
                       ui::link(view.t("mailbox.receipt.json"), at.receipt_json(one.act));
    terms.push_back({view.t("mailbox.receipt." + one.act),
                     time_tag(view, one.at, base::TimeStyle::full) + el("div", {{"class", "receipt-files"}}, files),
                     {}});
  }
  return ui::section(view.t("mailbox.receipts"), ui::paragraph(view.t("mailbox.receipts.text")) +
                                                     ui::description_list(terms) +
                                                     el("p", ui::link(view.t("receipt.verify.link"), route::verify)));
}

// A copy, of this one alone, is what chosen rows of the inbox give.
Html copy_form(MessageView& view, const inbox::MessageId& id) {
  auto form = view.form(view.addresses().chosen_rows());
  form.hidden.emplace_back(parameter::chosen, message_key(id));
  form.hidden.emplace_back(many_field::folder, folder_code(inbox::Folder::received));
  return ui::post_form(form, ui::button_row(ui::button({.label = view.t("mailbox.copy"),
                                                        .variant = ui::Variant::secondary,
                                                        .name = std::string(many_field::act),
                                                        .value = std::string(to_text(ManyAct::copy)),
                                                        .downloads = true})));
}

Html putting_away(MessageView& view, const MessageAddresses& at, const Message& message) {
  const bool may =
      view.site.decider.decide(view.actor(), terms::Action::remove, message.place.target(terms::Action::remove))
          .has_value();
  Html all = ui::paragraph(view.t("mailbox.archive.text")) + copy_form(view, message.place.id);
  if (!may) return ui::section(view.t("mailbox.keep"), all);
  const bool back = message.archived || message.goes_at;
  auto move = view.form(at.move(), true);
  move.hidden.emplace_back(move_field, back ? parameter::no : parameter::yes);
  all += ui::post_form(move, ui::button_row(ui::button({.label = view.t(back ? "mailbox.take_back" : "mailbox.archive"),
                                                        .variant = ui::Variant::secondary})));
  const bool at_once = view.party->kind == parties::PartyKind::person || message.goes_at;
  const auto goes = day_it_goes(view, instances::goes_for_good(view.now()));
  all += ui::confirm({.id = "slett",
                      .open_label = view.t("mailbox.remove"),
                      .title = view.t("mailbox.remove.title"),
                      .body = ui::paragraph(at_once ? view.t("inbox.many.remove.at_once")
                                                    : view.t("inbox.many.remove.later", {{"day", goes}})),
                      .form = view.form(at.remove(), true),
                      .confirm = {.label = view.t("mailbox.remove.confirm"), .color = ui::Color::danger},
                      .cancel_label = view.t("cancel")});
  return ui::section(view.t("mailbox.keep"), all);
}

Response message_page(MessageView& view) {
  const auto allowed = allow_here(view, terms::Action::read);
  if (!allowed) return view.fail(allowed.error());
  const auto& id = allowed->place.id;
  if (view.request.method == Method::head) return web::page({});  // nobody has read anything
  const auto message = view.uses.messages.open(allowed->permit, id, view.request.received);
  if (!message) return view.fail(message.error());
  const auto at = message_addresses(view, id);
  Html words = ui::heading(1, message->title);
  if (!message->summary.empty()) words += ui::ingress(message->summary);
  Html content = el("p", {{"class", "form-service"}}, text(message->sender_name));
  content += in_its_language(view, *message, words);
  if (allowed->place.confidential)
    content += el("p", ui::tag(view.t("mailbox.confidential"), ui::Color::warning) +
                           text(" " + view.t("mailbox.confidential.text")));
  content += said_after_post(view);
  content += restricted_note(view, view.uses.apps, view.uses.restrictions, message->place.service.org, id.text());
  content += bounce_banner(view, view.uses.contacts);
  content += state_of(view, *message);
  content += deadline_of(view, *message);
  content += in_its_language(view, *message, ui::prose(html::blocks(inbox::message_body(message->body))));
  if (!message->files.empty()) content += ui::section(view.t("mailbox.files"), files_list(view, at, message->files));
  content += what_is_asked(view, at, *message);
  content += answers_of(view, at, *message);
  content += facts_of(view, *message);
  content += receipts_of(view, at, allowed->permit, id);
  content += putting_away(view, at, *message);
  return view.show({.title = message->title, .crumbs = message_crumbs(view, *message)}, content);
}

Response message_file(MessageView& view) {
  const auto allowed = allow_here(view, terms::Action::read);
  if (!allowed) return view.fail(allowed.error());
  const auto id = inbox::FileId::parse(view.request.value(place::file));
  if (!id) return view.fail(base::make_error(ErrorKind::not_found, "messages.error.not_found"));
  const auto found = view.uses.messages.find_file(allowed->permit, allowed->place.id, *id);
  if (!found) return view.fail(found.error());
  return web::download(found->file_name, found->media_type, found->size,
                       [&messages = view.uses.messages, permit = allowed->permit, id = allowed->place.id,
                        file = *found](const auto& write) {
                         if (!messages.read_file(permit, id, file, write))
                           throw std::runtime_error("a file of a message cannot be read");
                       });
}

Response confirm_message(MessageView& view) {
  const auto allowed = allow_here(view, terms::Action::read);
  if (!allowed) return view.fail(allowed.error());
  const auto& id = allowed->place.id;
  const auto done =
      view.uses.messages.confirm(allowed->permit, id, view.request.received, view.request.form_value("once"));
  if (!done) return view.fail(done.error());
  return web::redirect(view.after_post(message_addresses(view, id).page()));
}

Response move_message(MessageView& view) {
  const auto allowed = allow_here(view, terms::Action::remove);
  if (!allowed) return view.fail(allowed.error());
  const bool archive = view.request.form_value(move_field) == parameter::yes;
  const auto at = view.request.received;
  const auto& id = allowed->place.id;
  const auto once = view.request.form_value("once");
  const auto done = archive ? view.uses.messages.archive(allowed->permit, id, at, once)
                            : view.uses.messages.take_back(allowed->permit, id, at, once);
  if (!done) return view.fail(done.error());
  const auto to = archive ? inbox::Folder::archive : inbox::Folder::received;
  return web::redirect(view.after_post(view.addresses().inbox(to)));
}

Response remove_message(MessageView& view) {
  const auto once = view.request.form_value("once");
  const auto allowed = allow_here(view, terms::Action::remove);
  if (!allowed) {
    // The post that comes again when it is gone gets the first answer.
    const bool again =
        allowed.error().kind == ErrorKind::not_found && view.site.was_done(once, view.actor(), inbox::message_removed);
    if (!again) return view.fail(allowed.error());
  } else {
    const auto done = view.uses.messages.remove(allowed->permit, allowed->place.id, view.request.received, once);
    if (!done) return view.fail(done.error());
  }
  return web::redirect(view.after_post(view.addresses().inbox(inbox::Folder::received)));
}

// The receipt that the address asks for; the first, that it was made available, when it asks for none.
base::Result<inbox::MessageReceipt> receipt_asked_for(const MessageView& view, const AllowedMessage& allowed) {
  ALTING_TRY(receipts, view.uses.messages.receipts(allowed.permit, allowed.place.id));
  const auto act = view.request.query_value(parameter::act);
  for (auto& one : receipts)
    if (act.empty() || one.act == act) return std::move(one);
  return base::make_error(ErrorKind::not_found, "messages.error.not_found", "no such receipt");
}

std::string receipt_name(const inbox::MessageReceipt& receipt, std::string_view ending) {
  return "melding-" + receipt.act + "-" + base::to_date_oslo(receipt.at) + std::string(ending);
}

Response message_receipt_json(MessageView& view) {
  const auto allowed = allow_here(view, terms::Action::read);
  if (!allowed) return view.fail(allowed.error());
  const auto receipt = receipt_asked_for(view, *allowed);
  if (!receipt) return view.fail(receipt.error());
  return web::download(receipt_name(*receipt, ".json"), "application/json", receipt->receipt.json);
}

Response message_receipt_pdf(MessageView& view) {
  const auto allowed = allow_here(view, terms::Action::read);
  if (!allowed) return view.fail(allowed.error());
  const auto receipt = receipt_asked_for(view, *allowed);
  if (!receipt) return view.fail(receipt.error());
  return web::download(receipt_name(*receipt, ".pdf"), "application/pdf",
                       ledger::receipt_pdf(receipt->receipt, receipt_words(view, view.uses.apps, receipt->receipt),
                                           view.site.public_url + std::string(route::verify)));
}

}  // namespace

MessageAddresses message_addresses(const MessageView& view, const inbox::MessageId& id) {
  return view.addresses().message(id);
}

base::Result<AllowedMessage> allow_here(const MessageView& view, terms::Action action) {
  return allow_message(view, view.uses.messages, view.party->id,
                       inbox::MessageId::parse(view.request.value(place::message)), action);
}

std::vector<ui::NavLink> message_crumbs(const MessageView& view, const Message& message, std::string_view below) {
  const auto folder = message.goes_at    ? inbox::Folder::deleted
                      : message.archived ? inbox::Folder::archive
                                         : inbox::Folder::received;
  std::vector<ui::NavLink> crumbs{{view.t("inbox.title"), view.addresses().inbox(folder)}};
  if (below.empty()) {
    crumbs.push_back({message.title, "", true});
  } else {
    crumbs.push_back({message.title, message_addresses(view, message.place.id).page()});
    crumbs.push_back({std::string(below), "", true});
  }
  return crumbs;
}

PageSet message_pages(const MessageUses& uses) {
  return {.name = "messages",
          .menu_entry = "inbox",
          .routes = {party_page(Method::get, route::message, with(uses, message_page)),
                     party_page(Method::get, route::message_file, with(uses, message_file)),
                     party_page(Method::post, route::confirm_message, with(uses, confirm_message)),
                     party_page(Method::get, route::answer_message, with(uses, answer_page)),
                     party_page(Method::post, route::answer_message, with(uses, post_answer), answer_limits()),
                     party_page(Method::post, route::move_message, with(uses, move_message)),
                     party_page(Method::post, route::remove_message, with(uses, remove_message)),
                     party_page(Method::get, route::message_receipt_json, with(uses, message_receipt_json)),
                     party_page(Method::get, route::message_receipt_pdf, with(uses, message_receipt_pdf))},
          .elsewhere = {{.below = below_party::messages, .to = below_party::inbox}},
          .words = {"mailbox.facts", "mailbox.answer.title"}};
}

}  // namespace alting::portal
