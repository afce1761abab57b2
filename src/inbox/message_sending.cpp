#include "inbox/message_sending.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "crypto/hash.h"
#include "inbox/message_rows.h"
#include "inbox/topics.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "parties/register_facts.h"
#include "store/failpoint.h"
#include "store/once.h"

namespace alting::inbox {

using base::ErrorKind;
using base::Json;
using base::make_error;

namespace {

constexpr std::size_t max_link_signs = 1'000;                      // in one text
constexpr std::size_t written_at_once = 50;                        // recipients in one transaction
constexpr std::size_t told_at_once = 50;                           // entries in one
constexpr int tellings = 20;                                       // such transactions in one delivery of the outbox
constexpr base::Duration begun_for = base::Duration::minutes(10);  // what nothing is written to so long is swept
constexpr std::int64_t swept_at_once = 500;

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

// All that was asked for, so that another request under the same id is known from the same once more.
std::string fingerprint(const NewMessage& message, const std::vector<Recipient>& recipients) {
  auto files = Json::array(), to = Json::array();
  for (const auto& file : message.files) files.push_back(file.text());
  for (const auto& one : recipients)
    to.push_back(Json::array({one.organisation_number, one.person ? std::string(one.person->reveal()) : std::string(),
                              one.party ? one.party->text() : std::string()}));
  const auto moment = [](const std::optional<base::Instant>& at) { return at ? Json(at->micros) : Json(); };
  const auto all =
      Json::array({message.service.text(), message.sender_name, message.case_reference, base::to_text(message.language),
                   message.title, message.summary, message.body, std::move(files), moment(message.due),
                   moment(message.publish_at), reply_text(message.reply), message.must_confirm, message.confidential,
                   message.notify, message.ignore_reservation, message.override_reason,
                   message.reply_to ? message.reply_to->text() : std::string(), std::move(to)});
  return base::to_hex(crypto::sha256(all.dump()));
}

// What an agency calls itself never stands alone: another's name tells nobody that it is the other who writes.
std::string name_of_sender(const std::string& given, const std::string& agency) {
  const auto words = base::search_words(given) + " ", own = base::search_words(agency) + " ";
  if (given.empty() || words == own) return agency;
  return words.starts_with(own) ? given : fmt::format("{}, {}", agency, given);
}

}  // namespace

// What is made ready before the first row.
struct MessageSending::Draft {
  BatchId id;
  base::Uuid key_id;
  base::Bytes caption, content, digest;
  std::int64_t size = 0;
  std::vector<MessageFile> files;
  std::string sender_name;
  store::Holder agency;
  base::Instant publish_at;
};

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
    const auto answered = with_.database.read([&](store::Tx& tx) { return find_message(tx, *message.reply_to); });
    if (!answered || answered->place.service.org != service.org || !answered->answered_at)
      add(MessagePart::reply_to, invalid("messages.error.reply_to", "no such message was answered"));
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

base::Result<KnownRecipients> MessageSending::find_recipients(const terms::Permit& permit,
                                                              const std::vector<Recipient>& recipients) {
  if (permit.action() != terms::Action::agency_send) return no_message();
  if (recipients.empty()) return make_error(ErrorKind::invalid, "messages.error.no_recipients", "nobody gets it");
  if (recipients.size() > max_recipients)
    return make_error(ErrorKind::too_many, "messages.error.too_many_recipients", "too many recipients",
                      {{"count", std::to_string(max_recipients)}});
  KnownRecipients found;
  std::set<terms::PartyId> seen;
  const auto find = [&](const Recipient& one) -> base::Result<parties::Party> {
    const int ways = int{!one.organisation_number.empty()} + int{one.person.has_value()} + int{one.party.has_value()};
    if (ways != 1) return make_error(ErrorKind::invalid, "messages.error.recipient", "a recipient is named in one way");
    if (one.person) {
      auto person = with_.parties.find_person(permit, *one.person);
      if (person || person.error().kind != ErrorKind::not_found) return person;
      return make_error(ErrorKind::not_found, "messages.error.recipient_unknown", "no register knows the recipient");
    }
    auto party = one.party ? with_.parties.find(*one.party) : with_.parties.find_organisation(one.organisation_number);
    if (!party)
      return make_error(ErrorKind::not_found, "messages.error.recipient_unknown", "no register knows the recipient");
    if (party->deleted)
      return make_error(ErrorKind::conflict, "messages.error.recipient_deleted", "the recipient is struck off");
    if (party->kind == parties::PartyKind::person &&
        with_.database.read([&](store::Tx& tx) { return parties::is_dead(tx, party->id); }))
      return make_error(ErrorKind::forbidden, "error.person.dead", "registered as dead");
    return *std::move(party);
  };
  for (std::size_t i = 0; i < recipients.size(); ++i) {
    auto party = find(recipients[i]);
    if (!party && party.error().kind == ErrorKind::unavailable) return party.error();  // a register is down
    if (party && !seen.insert(party->id).second)
      party = make_error(ErrorKind::conflict, "messages.error.recipient_twice", "the recipient is there twice");
    if (party)
      found.known.push_back({i, *std::move(party)});
    else
      found.faults.push_back({i, std::move(party.error())});
  }
  return found;
}

base::Result<KnownRecipients> MessageSending::look_up_recipients(const terms::Permit& permit,
                                                                 const std::vector<Recipient>& recipients,
                                                                 base::Instant at) {
  if (permit.action() != terms::Action::agency_send) return no_message();
  ALTING_CHECK(count_look_ups(permit, recipients, at));  // before any register is asked
  return find_recipients(permit, recipients);
}

base::Status MessageSending::count_look_ups(const terms::Permit& permit, const std::vector<Recipient>& recipients,
                                            base::Instant at) {
  const auto by_number = std::ranges::count_if(recipients, [](const Recipient& one) { return one.person.has_value(); });
  const auto counted = std::min(static_cast<std::int64_t>(by_number), static_cast<std::int64_t>(most_named_at_once));
  if (counted == 0) return {};
  return with_.database.write([&](store::Tx& tx) {
    return with_.quotas.spend(tx, store::Spending::entries, at, permit.actor().party, {}, counted);
  });
}

base::Result<StagedFile> MessageSending::stage_file(const terms::Permit& permit, const Upload& upload) {
  const auto app = permit.resource().starts_with("app:")
                       ? terms::AppId::parse(std::string_view(permit.resource()).substr(4))
                       : std::nullopt;
  if (permit.action() != terms::Action::agency_send || !app) return no_message();
  return with_.files.stage(permit, instances::agency_holder(app->org), upload);
}

base::Result<SendOutcome> MessageSending::send(const terms::Permit& permit, const NewMessage& asked,
                                               const std::vector<Recipient>& recipients, base::Instant at,
                                               std::string_view post_id) {
  auto message = asked;
  message.notify = asked.is_told();
  ALTING_TRY(service, service_of(permit, message));
  ALTING_TRY(post, read_post(post_id));
  if (recipients.size() > max_recipients)
    return make_error(ErrorKind::too_many, "messages.error.too_many_recipients", "too many recipients",
                      {{"count", std::to_string(max_recipients)}});
  const auto act = fmt::format("{} {}:{}", message_sent, service.text(), fingerprint(message, recipients));
  ALTING_TRY(earlier, with_.database.read([&](store::Tx& tx) {
    return store::outcome_of(tx, post, instances::party_holder(permit.actor().party), act);
  }));
  if (earlier) {
    ALTING_TRY(sent, read_sent(BatchId::parse(*earlier).value()));
    return SendOutcome{.sent = std::move(sent)};
  }
  ALTING_TRY(checked, check_whole(permit, message, recipients, at));
  if (const auto files = with_.files.find(instances::agency_holder(service.org), permit.actor().party, message.files);
      !files && message.files.size() <= max_message_files)
    checked.faults.push_back({MessagePart::files, files.error()});
  // Who sends to numbers that nobody has learns of the others too: it counts as a look at each.
  if (permit.actor().is_person() && !checked.to.faults.empty()) ALTING_CHECK(count_look_ups(permit, recipients, at));
  if (!checked.is_good()) return SendOutcome{{}, std::move(checked.to.faults), std::move(checked.faults)};
  ALTING_TRY(sent, write(permit, message, checked.to.known, at, post, act));
  return SendOutcome{.sent = std::move(sent)};
}

base::Result<SentBatch> MessageSending::write(const terms::Permit& permit, const NewMessage& message,
                                              const std::vector<KnownRecipient>& to, base::Instant at,
                                              const base::Uuid& post, const std::string& act) {
  Draft draft{.id = {base::Uuid::v7(with_.random, at)}, .agency = instances::agency_holder(message.service.org)};
  draft.publish_at = std::max(at, message.publish_at.value_or(at));
  const auto agency = with_.parties.find(permit.party());
  draft.sender_name = name_of_sender(message.sender_name, agency ? agency->name : message.service.org);
  ALTING_TRY(files, with_.files.find(draft.agency, permit.actor().party, message.files));
  draft.files = std::move(files);
  const auto content =
      content_text({draft.sender_name, message.case_reference, message.title, message.summary, message.body});
  auto sealed = with_.vault.seal(content, {draft.agency});
  draft.key_id = sealed.key_id;
  draft.content = std::move(sealed.ciphertext);
  draft.digest = std::move(sealed.digest);
  draft.size = static_cast<std::int64_t>(content.size());
  ALTING_TRY(caption, with_.vault.reseal(draft.key_id,
                                         caption_text({message.title, message.case_reference, message.override_reason}),
                                         draft.agency));
  draft.caption = std::move(caption.ciphertext);

  ALTING_CHECK(with_.database.write([&](store::Tx& tx) -> base::Status {
    ALTING_CHECK(with_.decider.recheck(tx, permit));
    if (permit.actor().is_person())
      ALTING_CHECK(with_.quotas.spend(tx, store::Spending::sent, at, permit.actor().party));
    tx.run(
        "INSERT INTO message_batch (batch_id, org, app, agency_party, sender_name, language, key_id, caption, content, "
        "digest, size, state, created_at, created_by, touched_at, publish_at, due_at, reply, must_confirm, "
        "confidential, notify, ignore_reservation, reply_to, files, recipients) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?, 'writing', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {draft.id,
         message.service.org,
         message.service.app,
         permit.party(),
         draft.sender_name,
         base::to_text(message.language),
         draft.key_id,
         store::Value::octets(draft.caption),
         store::Value::octets(draft.content),
         store::Value::octets(draft.digest),
         draft.size,
         at,
         permit.actor().party,
         with_.clock.now(),
         draft.publish_at,
         message.due,
         reply_text(message.reply),
         message.must_confirm,
         message.confidential,
         message.notify,
         message.ignore_reservation,
         message.reply_to,
         static_cast<std::int64_t>(draft.files.size()),
         static_cast<std::int64_t>(to.size())});
    return {};
  }));

  SentBatch sent{draft.id, at, draft.publish_at, {}};
  std::vector<base::Uuid> keys{draft.key_id};
  for (const auto& file : draft.files) keys.push_back(file.blob.key_id);
  for (std::size_t from = 0; from < to.size(); from += written_at_once) {
    store::failpoint::pass("inbox.before_chunk");
    const auto end = std::min(from + written_at_once, to.size());
    std::vector<store::ShareRequest> shares;
    for (std::size_t i = from; i < end; ++i) {
      shares.push_back({keys, draft.agency, instances::party_holder(to[i].party.id)});
      sent.messages.push_back({base::Uuid::v7(with_.random, at)});
    }
    if (auto shared = with_.vault.seal_all({}, shares); !shared) return shared.error();
    const auto stored = with_.database.write([&](store::Tx& tx) -> base::Status {
      if (tx.run("UPDATE message_batch SET touched_at = ? WHERE batch_id = ? AND state = 'writing' AND touched_at > 0",
                 {with_.clock.now(), draft.id}) == 0)
        return make_error(ErrorKind::unavailable, "messages.error.too_slow", "it was swept before it was whole");
      for (std::size_t i = from; i < end; ++i)
        tx.run(
            "INSERT INTO message (party_id, message_id, batch_id, place, org, app, confidential, key_id, folder, "
            "listed_at, changed_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'received', ?, ?, ?)",
            {to[i].party.id, sent.messages[i], draft.id, static_cast<std::int64_t>(i), message.service.org,
             message.service.app, message.confidential, draft.key_id, draft.publish_at, draft.publish_at, message.due});
      return {};
    });
    if (!stored) return stored.error();
    store::failpoint::pass("inbox.after_chunk");
  }

  auto entry = ledger::entry_for(ledger::EventKind::message_sent, permit, at);
  entry.agency = message.service.org;
  entry.set(ledger::parameter::batch, draft.id.text());
  entry.set(ledger::parameter::count, static_cast<std::int64_t>(to.size()));
  const auto prepared = with_.ledger.prepare(std::move(entry));
  const auto accepted = with_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
    return store::once(
        tx, post, instances::party_holder(permit.actor().party), act, at, [&]() -> base::Result<std::string> {
          ALTING_CHECK(with_.decider.recheck(tx, permit));
          std::int64_t place = 0;
          for (const auto& file : draft.files) {
            if (!StagedFiles::take(tx, file.id))
              return make_error(ErrorKind::not_found, "messages.error.file_gone",
                                "a file that was to go with it is not there");
            tx.run(
                "INSERT INTO message_file (batch_id, file_id, place, file_name, media_type, size, blob_name, key_id, "
                "digest, scan) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                {draft.id, file.id, place++, file.file_name, file.media_type, file.size, file.blob.name,
                 file.blob.key_id, store::Value::octets(file.digest), file.scan});
          }
          const bool now = draft.publish_at <= at;
          if (tx.run(
                  "UPDATE message_batch SET state = ?, published_at = ? WHERE batch_id = ? AND state = 'writing' AND "
                  "touched_at > 0",
                  {now ? "published" : "accepted", now ? std::optional(at) : std::nullopt, draft.id}) == 0)
            return make_error(ErrorKind::unavailable, "messages.error.too_slow", "it was swept before it was whole");
          with_.ledger.append(tx, prepared);
          store::emit(tx, with_.random, at, batch_due, draft.id.text(),
                      Json::object({{"batch", draft.id.text()}}).dump(), draft.publish_at);
          return draft.id.text();
        });
  });
  if (!accepted) return accepted.error();  // what was written is swept
  // Of two that came at once under one id, the one was first; what the other wrote is swept.
  if (*accepted != draft.id.text()) return read_sent(BatchId::parse(*accepted).value());
  return sent;
}

base::Result<SentBatch> MessageSending::read_sent(const BatchId& id) {
  return with_.database.read([&](store::Tx& tx) -> base::Result<SentBatch> {
    const auto row = tx.query_one("SELECT created_at, publish_at FROM message_batch WHERE batch_id = ?", {id});
    if (!row) return no_message();
    const auto [created, publish] = store::read_row<base::Instant, base::Instant>(*row);
    SentBatch sent{id, created, publish, {}};
    for (const auto& one : tx.query("SELECT message_id FROM message WHERE batch_id = ? ORDER BY place", {id}))
      sent.messages.push_back(store::read_one<MessageId>(one));
    return sent;
  });
}

bool MessageSending::publish(const BatchId& id) {
  const auto now = with_.clock.now();
  // A batch that is not due yet was announced by a clock that was ahead: it comes again.
  const auto due = with_.database.write([&](store::Tx& tx) -> base::Result<bool> {
    tx.run(
        "UPDATE message_batch SET state = 'published', published_at = ? WHERE batch_id = ? AND state = 'accepted' AND "
        "publish_at <= ?",
        {now, id, now});
    return store::read_one<std::int64_t>(
               tx, "SELECT COUNT(*) FROM message_batch WHERE batch_id = ? AND state = 'accepted'", {id}) == 0;
  });
  if (!due || !*due) return false;
  if (with_.database.read([&](store::Tx& tx) { return is_taken_back(tx, id); })) return empty(id);
  store::failpoint::pass("inbox.published");
  for (int i = 0; i < tellings; ++i)
    if (announce(id) == 0) return true;
  return false;
}

// An entry in the log for some of those who were not told yet, and a message to the outbox for each. An entry that
// something was made available comes once it is, and never before.
std::size_t MessageSending::announce(const BatchId& id) {
  struct Told {
    terms::PartyId party;
    MessageId message;
    ledger::PreparedEntry entry = {};
  };
  struct Facts {
    terms::AppId service;
    terms::PartyId agency;
    base::Bytes digest;
    std::int64_t size = 0;
    std::optional<base::Instant> published_at;
    bool confidential = false;
    std::vector<ledger::DocumentDigest> documents;
    std::vector<Told> to;
  };
  auto facts = with_.database.read([&](store::Tx& tx) {
    Facts read;
    const auto row = tx.query_one(
        "SELECT org, app, agency_party, digest, size, published_at, confidential FROM message_batch WHERE batch_id = ?",
        {id});
    if (!row) return read;
    store::RowReader from(*row);
    read.service.org = from.next<std::string>();
    read.service.app = from.next<std::string>();
    read.agency = from.next<terms::PartyId>();
    read.digest = from.next<std::string>();
    read.size = from.next<std::int64_t>();
    read.published_at = from.next<std::optional<base::Instant>>();
    read.confidential = from.next<bool>();
    read.documents = digests_of(files_of_batch(tx, id));
    for (const auto& one : tx.query("SELECT party_id, message_id FROM message WHERE batch_id = ? AND announced_at IS "
                                    "NULL ORDER BY place LIMIT ?",
                                    {id, static_cast<std::int64_t>(told_at_once)})) {
      const auto [party, message] = store::read_row<terms::PartyId, MessageId>(one);
      read.to.push_back({party, message});
    }
    return read;
  });
  if (facts.to.empty() || !facts.published_at) return 0;
  facts.documents.insert(facts.documents.begin(),
                         {"message", "application/json", "message.json", facts.size, facts.digest});
  const auto agency = with_.parties.find(facts.agency);
  for (auto& one : facts.to) {
    ledger::NewEntry entry{ledger::EventKind::message_made_available, *facts.published_at};
    entry.actor.kind = terms::ActorKind::organisation;
    entry.actor.party = facts.agency;
    if (agency) {
      entry.actor.party_uuid = agency->uuid;
      entry.actor.name = agency->name;
    }
    entry.party = one.party;
    if (const auto party = with_.parties.find(one.party)) {
      entry.party_uuid = party->uuid;
      entry.party_name = party->name;
      entry.organisation_number = party->organisation_number;
    }
    entry.resource = "app:" + facts.service.text();
    if (facts.confidential) entry.resource = ledger::confidential_resource(entry.resource);
    entry.agency = facts.service.org;
    entry.documents = facts.documents;
    entry.set(ledger::parameter::message, one.message.text());
    entry.set(ledger::parameter::confidential, facts.confidential ? "yes" : "no");
    one.entry = with_.ledger.prepare(std::move(entry));
  }
  const auto now = with_.clock.now();
  const auto told = with_.database.write([&](store::Tx& tx) -> base::Status {
    for (const auto& one : facts.to) {
      const auto message = find_message(tx, one.message);
      if (!message || message->announced_at) continue;  // another process was first
      tx.run("UPDATE message SET announced_at = ?, available_entry = ? WHERE party_id = ? AND message_id = ?",
             {now, one.entry.id, one.party, one.message});
      with_.ledger.append(tx, one.entry);
      move_count(tx, message->place, {}, counted(*message));
      store::emit(tx, with_.random, now, message_published, one.message.text(),
                  Json::object({{"message", one.message.text()}, {"batch", id.text()}}).dump());
    }
    return {};
  });
  if (!told) throw store::DatabaseError("recipients could not be told of a message");
  store::failpoint::pass("inbox.announced");
  return facts.to.size();
}

std::int64_t MessageSending::sweep() {
  const auto now = with_.clock.now();
  // SQLite has one process: what was begun before it started is written by nobody any more.
  const auto since =
      with_.database.engine() == store::Engine::sqlite ? std::max(started_, now - begun_for) : now - begun_for;
  const auto row = with_.database.read([&](store::Tx& tx) {
    // One that a wrong clock wrote into the future counts as past.
    return tx.query_one(
        "SELECT batch_id FROM message_batch WHERE state = 'writing' AND (touched_at < ? OR touched_at > ?) ORDER BY "
        "touched_at LIMIT 1",
        {since, now + begun_for});
  });
  if (!row) return 0;
  const auto id = store::read_one<BatchId>(*row);
  // Keys that no row names any more are swept by the store.
  const auto swept = with_.database.write([&](store::Tx& tx) -> base::Result<std::int64_t> {
    // From the first piece on nobody writes to it, however late they come: 0 is no time to go on from.
    if (tx.run("UPDATE message_batch SET touched_at = 0 WHERE batch_id = ? AND state = 'writing'", {id}) == 0)
      return std::int64_t{0};
    const auto rows = tx.query("SELECT party_id, message_id FROM message WHERE batch_id = ? ORDER BY place LIMIT ?",
                               {id, swept_at_once});
    for (const auto& one : rows) {
      const auto [party, message] = store::read_row<terms::PartyId, MessageId>(one);
      tx.run("DELETE FROM message WHERE party_id = ? AND message_id = ?", {party, message});
    }
    if (static_cast<std::int64_t>(rows.size()) < swept_at_once)
      tx.run("DELETE FROM message_batch WHERE batch_id = ?", {id});
    return static_cast<std::int64_t>(rows.size()) + 1;
  });
  return swept ? *swept : 0;
}

std::optional<NoticeFacts> notice_facts(store::Database& database, store::Vault& vault, const MessageId& id) {
  const auto found = database.read([&](store::Tx& tx) { return find_message(tx, id); });
  if (!found || !found->published_at) return std::nullopt;
  NoticeFacts facts{
      .id = id, .batch = found->place.batch, .party = found->place.party, .service = found->place.service};
  facts.sender_name = found->sender_name;
  facts.language = base::language_from(found->language).value_or(base::Language::nb);
  facts.confidential = found->place.confidential;
  facts.notify = found->notify;
  facts.ignore_reservation = found->ignore_reservation;
  if (found->ignore_reservation)
    if (const auto caption =
            vault.open(found->key_id, found->caption, instances::agency_holder(found->place.service.org)))
      facts.override_reason = caption_from(*caption).override_reason;
  facts.due = found->batch_due;
  facts.published_at = *found->published_at;
  facts.opened = found->opened_at.has_value();
  facts.gone = found->folder == in_none || found->folder == in_deleted;
  return facts;
}

}  // namespace alting::inbox
