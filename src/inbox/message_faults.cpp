// What is wrong with a message that is to be sent, all of it.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "inbox/message_rows.h"
#include "inbox/message_sending.h"

namespace alting::inbox {

using base::ErrorKind;
using base::make_error;

namespace {

constexpr std::size_t max_link_signs = 1'000;  // in one text

base::Error invalid(const char* code, const char* detail, std::size_t most = 0) {
  base::Error error{ErrorKind::invalid, code, {}, detail};
  if (most > 0) error.params.emplace_back("count", std::to_string(most));
  return error;
}

bool is_text(std::string_view text, bool lines) {
  return base::is_utf8(text) && std::ranges::none_of(text, [lines](char c) {
           const auto octet = static_cast<unsigned char>(c);
           return octet == 0x7f || (octet < 0x20 && !(lines && (c == '\n' || c == '\r' || c == '\t')));
         });
}

// What turns text round or ends lines unseen (UAX 9, U+0085, U+2028, U+2029): a name could look like another's.
bool has_hidden_signs(std::string_view text) {
  constexpr std::array<std::string_view, 15> hidden{"\u0085", "\u061c", "\u200b", "\u200e", "\u200f",
                                                    "\u2028", "\u2029", "\u202a", "\u202b", "\u202c",
                                                    "\u202d", "\u202e", "\u2066", "\u2067", "\u2068"};
  return std::ranges::any_of(hidden, [text](std::string_view sign) { return text.contains(sign); });
}

// What a page shows of a text costs more the more links it may hold.
bool has_too_many_links(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count(text, '[') + std::ranges::count(text, '<')) > max_link_signs;
}

// What is wrong with what stands in it: of each part that it is missing or too long, and that it has signs it may not.
std::vector<MessageFault> faults_of_texts(const NewMessage& message) {
  std::vector<MessageFault> faults;
  const auto is_within = [&](MessagePart part, const std::string& text, std::size_t most, const char* code,
                             const char* detail) {
    if (text.size() > most) faults.push_back({part, invalid(code, detail, most)});
  };
  const auto has_good_signs = [&](MessagePart part, const std::string& text, bool lines) {
    if (!is_text(text, lines) || has_hidden_signs(text))
      faults.push_back({part, invalid("messages.error.signs", "signs that may not stand there")});
  };
  if (base::trim(message.title).empty())
    faults.push_back({MessagePart::title, invalid("messages.error.no_title", "no title")});
  if (base::trim(message.body).empty())
    faults.push_back({MessagePart::body, invalid("messages.error.no_body", "no text")});
  is_within(MessagePart::title, message.title, max_title, "messages.error.title_long", "the title is too long");
  is_within(MessagePart::summary, message.summary, max_summary, "messages.error.summary_long",
            "the summary is too long");
  is_within(MessagePart::body, message.body, max_body, "messages.error.body_long", "the text is too long");
  is_within(MessagePart::sender_name, message.sender_name, max_sender_name, "messages.error.sender_long",
            "the sender's name is too long");
  is_within(MessagePart::case_reference, message.case_reference, max_case_reference, "messages.error.case_long",
            "the case reference is too long");
  is_within(MessagePart::override_reason, message.override_reason, max_override_reason, "messages.error.reason_long",
            "the reason is too long");
  has_good_signs(MessagePart::title, message.title, false);
  has_good_signs(MessagePart::sender_name, message.sender_name, false);
  has_good_signs(MessagePart::case_reference, message.case_reference, false);
  has_good_signs(MessagePart::summary, message.summary, true);
  has_good_signs(MessagePart::body, message.body, true);
  has_good_signs(MessagePart::override_reason, message.override_reason, true);
  if (has_too_many_links(message.body))
    faults.push_back({MessagePart::body, invalid("messages.error.links", "too many links", max_link_signs)});
  return faults;
}

}  // namespace

base::Result<terms::AppId> MessageSending::service_of(const terms::Permit& permit, const NewMessage& message) const {
  if (permit.action() != terms::Action::agency_send || permit.resource() != "app:" + message.service.text() ||
      !with_.apps.find(message.service))
    return no_message();
  return message.service;
}

base::Result<std::vector<MessageFault>> MessageSending::faults_of(const terms::Permit& permit,
                                                                  const NewMessage& message, base::Instant at) const {
  ALTING_TRY(service, service_of(permit, message));
  auto faults = faults_of_texts(message);
  const auto add = [&](MessagePart part, base::Error error) { faults.push_back({part, std::move(error)}); };
  if (message.files.size() > max_message_files) {
    auto error = invalid("messages.error.too_many_files", "too many files", max_message_files);
    error.kind = ErrorKind::too_many;
    add(MessagePart::files, std::move(error));
  }
  if (message.publish_at && *message.publish_at > at + publish_ahead)
    add(MessagePart::publish_at, invalid("messages.error.publish_at", "it would be published too far ahead"));
  if (message.due && *message.due <= std::max(at, message.publish_at.value_or(at)))
    add(MessagePart::due, invalid("messages.error.due", "it would be due before it is there"));
  if (message.ignore_reservation && base::trim(message.override_reason).empty())
    add(MessagePart::override_reason, invalid("messages.error.no_reason", "a reservation is overridden for a reason"));
  if (message.reply.kind == ReplyWay::Kind::form) {
    const auto form = message.reply.form ? with_.apps.find(*message.reply.form) : nullptr;
    if (!form || form->messages_only() || form->facts().id.org != service.org)
      add(MessagePart::reply, invalid("messages.error.reply_form", "the agency has no such form"));
  }
  if (message.reply_to) {
    base::Status readable;
    const auto answered = with_.database.read([&](store::Tx& tx) {
      auto found = find_message(tx, *message.reply_to);
      if (found)
        readable = with_.decider.check_unrestricted(tx, permit.actor(), service.org, found->place.party,
                                                    found->place.id.text());
      return found;
    });
    if (!answered || answered->place.service.org != service.org || !answered->answered_at) {
      add(MessagePart::reply_to, invalid("messages.error.reply_to", "no such message was answered"));
    } else if (!readable) {  // what they wrote is not gone on with while it is restricted; a new message may be sent
      with_.decider.note_restricted(permit.actor(), service.org, answered->place.party, permit.resource(), "message");
      add(MessagePart::reply_to, readable.error());
    }
  }
  return faults;
}

// What is answered goes to who wrote it alone: to others its id would lead nowhere.
base::Status MessageSending::check_answered(const NewMessage& message, const KnownRecipients& to) const {
  if (!message.reply_to || !to.faults.empty()) return {};
  const auto answered = with_.database.read([&](store::Tx& tx) { return find_message(tx, *message.reply_to); });
  if (answered && to.known.size() == 1 && to.known.front().party.id == answered->place.party) return {};
  return make_error(ErrorKind::invalid, "messages.error.reply_to", "the message was answered by another");
}

base::Result<SendCheck> MessageSending::check_whole(const terms::Permit& permit, const NewMessage& message,
                                                    const std::vector<Recipient>& recipients, base::Instant at) {
  ALTING_TRY(faults, faults_of(permit, message, at));
  SendCheck checked{.to = {}, .faults = std::move(faults)};
  if (recipients.empty()) {
    checked.faults.push_back(
        {MessagePart::recipients, make_error(ErrorKind::invalid, "messages.error.no_recipients", "nobody gets it")});
    return checked;
  }
  ALTING_TRY(to, find_recipients(permit, recipients));
  checked.to = std::move(to);
  const bool blamed = std::ranges::any_of(
      checked.faults, [](const MessageFault& fault) { return fault.part == MessagePart::reply_to; });
  if (const auto answered = check_answered(message, checked.to); !answered && !blamed)
    checked.faults.push_back({MessagePart::reply_to, answered.error()});
  return checked;
}

}  // namespace alting::inbox
