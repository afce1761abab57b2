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

constexpr std::size_t written_at_once = 50;  // recipients in one transaction

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

std::string act_of(const NewMessage& message, const std::vector<Recipient>& recipients) {
  return fmt::format("{} {}:{}", message_sent, message.service.text(), fingerprint(message, recipients));
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

base::Result<std::optional<SentBatch>> MessageSending::sent_before(const terms::Permit& permit, const NewMessage& asked,
                                                                   const std::vector<Recipient>& recipients,
                                                                   std::string_view post_id) {
  auto message = asked;
  message.notify = asked.is_told();
  ALTING_TRY(service, service_of(permit, message));
  ALTING_TRY(post, read_post(post_id));
  ALTING_TRY(earlier, with_.database.read([&](store::Tx& tx) {
    return store::outcome_of(tx, post, instances::party_holder(permit.actor().party), act_of(message, recipients));
  }));
  if (!earlier) return std::optional<SentBatch>();
  ALTING_TRY(sent, read_sent(BatchId::parse(*earlier).value()));
  return std::optional(std::move(sent));
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
  ALTING_TRY(before, sent_before(permit, message, recipients, post_id));
  if (before) return SendOutcome{.sent = std::move(before)};
  ALTING_TRY(checked, check_whole(permit, message, recipients, at));
  if (const auto files = with_.files.find(instances::agency_holder(service.org), permit.actor().party, message.files);
      !files && message.files.size() <= max_message_files)
    checked.faults.push_back({MessagePart::files, files.error()});
  // Who sends to numbers that nobody has learns of the others too: it counts as a look at each.
  if (permit.actor().is_person() && !checked.to.faults.empty()) ALTING_CHECK(count_look_ups(permit, recipients, at));
  if (!checked.is_good()) return SendOutcome{{}, std::move(checked.to.faults), std::move(checked.faults)};
  ALTING_TRY(sent, write(permit, message, checked.to.known, at, post, act_of(message, recipients)));
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

}  // namespace alting::inbox
