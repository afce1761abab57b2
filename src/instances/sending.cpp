#include "instances/sending.h"

#include <fmt/format.h>

#include "base/text.h"
#include "instances/archive_reference.h"
#include "instances/attachment_rows.h"
#include "instances/instance_rows.h"
#include "instances/topics.h"
#include "instances/use_case.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "store/once.h"
#include "store/row_reader.h"

namespace alting::instances {

using base::ErrorKind;
using base::Json;
using base::make_error;

namespace {

std::vector<ledger::DocumentDigest> digests(const Submission& submission) {
  std::vector<ledger::DocumentDigest> all;
  all.push_back({"form", "application/json", submission.archive_reference + ".json",
                 static_cast<std::int64_t>(submission.bytes.size()), submission.digest});
  for (const auto& one : submission.attachments)
    all.push_back({"attachment", one.media_type, one.file_name, one.size, one.digest});
  return all;
}

// The document names them all, and its digest stands in the entry: where they are more than an entry has room for
// beside the most attachments, the entry says how many there are.
void name_open_fields(ledger::NewEntry& entry, const std::vector<forms::Later>& later) {
  constexpr std::size_t room = 12 * 1024;  // octets
  Json paths = Json::array();
  std::size_t used = 0;
  for (const auto& one : later) {
    used += one.path.size() + 3;
    if (used > room) break;
    paths.push_back(one.path);
  }
  if (used > room) entry.set(ledger::parameter::open_count, static_cast<std::int64_t>(later.size()));
  if (!later.empty()) entry.set(ledger::parameter::open_fields, std::move(paths));
}

ledger::NewEntry receiving_entry(const terms::Permit& permit, const Outgoing& outgoing) {
  const auto& submission = outgoing.submission;
  auto entry = ledger::entry_for(
      submission.supplement ? ledger::EventKind::supplement_received : ledger::EventKind::submission_received, permit,
      submission.received_at);
  entry.party_name = submission.party_name;
  entry.agency = submission.at.app.org;
  entry.documents = digests(submission);
  entry.set(ledger::parameter::reference, submission.archive_reference);
  entry.set(ledger::parameter::app_version, submission.app_version);
  if (submission.deadline_at) {
    entry.set(ledger::parameter::deadline, base::to_rfc3339(*submission.deadline_at));
    entry.set(ledger::parameter::in_time, submission.late ? "no" : "yes");
  }
  name_open_fields(entry, outgoing.later);
  if (submission.supplement) {
    entry.set(ledger::parameter::supplements, submission.at.root.text());
    entry.set(ledger::parameter::supplements_reference, archive_reference(submission.at.root));
  }
  return entry;
}

base::Error changed_meanwhile(std::string detail) {
  return make_error(ErrorKind::conflict, "error.submit.changed", std::move(detail));
}

// The draft's row goes, and nothing of what was shown has changed since it was read.
base::Status take_draft(store::Tx& tx, const Draft& draft) {
  const auto& at = draft.at;
  const auto count = [&](std::string_view sql, const terms::InstanceId& of) {
    return store::read_one<std::int64_t>(tx, sql, {at.party, of});
  };
  const auto taken = tx.run("DELETE FROM draft WHERE party_id = ? AND instance_id = ? AND version = ?",
                            {at.party, at.id, draft.stored_version});
  if (taken == 0) return changed_meanwhile("the draft was changed or sent meanwhile");
  if (at.parent && count("SELECT COUNT(*) FROM submission WHERE party_id = ? AND root_id = ?", at.root) !=
                       draft.version - draft.stored_version)
    return changed_meanwhile("an addition to the same was sent meanwhile");
  if (count("SELECT COUNT(*) FROM attachment WHERE party_id = ? AND instance_id = ?", at.id) !=
      static_cast<std::int64_t>(draft.attachments.size()))
    return changed_meanwhile("an attachment came or went meanwhile");
  return {};
}

// What is sent to a matter stands in the order it came, though the clocks of two machines differ: the last addition says
// what the matter still lacks.
base::Instant time_of_commit(store::Tx& tx, const Location& at, base::Instant now) {
  if (!at.parent) return now;
  const auto last = store::read_one<std::optional<base::Instant>>(
      tx, "SELECT MAX(committed_at) FROM submission WHERE party_id = ? AND root_id = ?", {at.party, at.root});
  return last && now <= *last ? base::Instant{last->micros + 1} : now;
}

}  // namespace

// Made ready before the transaction: keys that are durable, and the entry for the log.
struct Sending::Sealed {
  Outgoing outgoing;
  store::SealedDocument content, sender_name, caption;  // all under the submission's key
  ledger::PreparedEntry entry;

  // The rows of the instance and of its submission, once the entry is appended.
  void put(store::Tx& tx, const terms::Permit& permit) const;
};

void Sending::Sealed::put(store::Tx& tx, const terms::Permit& permit) const {
  const auto& submission = outgoing.submission;
  const auto& at = submission.at;
  tx.run(
      "UPDATE instance SET state = 'sent', deadline_at = NULL, changed_at = ?, changed_by = ?, key_id = ?, caption = ? "
      "WHERE party_id "
      "= ? AND instance_id = ?",
      {submission.committed_at, permit.actor().party, content.key_id, store::Value::octets(caption.ciphertext),
       at.party, at.id});
  tx.run(
      "INSERT INTO submission (party_id, instance_id, org, app, app_version, root_id, kind, archive_reference, "
      "received_at, committed_at, key_id, content, "
      "digest, size, entry_id, sender_id, sender_name, party_uuid, party_name, deadline_at, late, open_count, "
      "urgent, search_words) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {at.party,
       at.id,
       at.app.org,
       at.app.app,
       submission.app_version,
       at.root,
       submission.supplement ? "supplement" : "notice",
       submission.archive_reference,
       submission.received_at,
       submission.committed_at,
       content.key_id,
       store::Value::octets(content.ciphertext),
       store::Value::octets(submission.digest),
       static_cast<std::int64_t>(submission.bytes.size()),
       submission.entry_id,
       permit.actor().party,
       store::Value::octets(sender_name.ciphertext),
       submission.party_uuid,
       submission.party_name,
       submission.deadline_at,
       submission.late,
       submission.open_count,
       outgoing.urgent,
       base::search_words(fmt::format("{} {}", submission.party_name, submission.archive_reference))});
}

struct Sending::Post {
  base::Uuid once_id;
  store::Holder poster;
  std::string act;
};

base::Result<Sending::Sealed> Sending::seal(const terms::Permit& permit, const Draft& draft, Outgoing outgoing) {
  const auto party = with_.parties.find(permit.party());
  if (!party) return not_found();
  auto& submission = outgoing.submission;
  submission.sender_name = permit.actor().name;
  submission.party_uuid = permit.party_uuid();
  submission.party_name = party->name;

  const auto own = party_holder(permit.party());
  auto content = with_.vault.seal(submission.bytes, {own, agency_holder(draft.at.app.org)});
  ALTING_TRY(sender_name, with_.vault.reseal(content.key_id, submission.sender_name, own));
  ALTING_TRY(caption, with_.vault.reseal(content.key_id, outgoing.caption, own));

  auto entry = receiving_entry(permit, outgoing);
  entry.organisation_number = party->organisation_number;
  if (party->kind == parties::PartyKind::person)
    if (const auto number = with_.parties.identity_number(permit)) entry.identity_number = number->reveal();
  return Sealed{std::move(outgoing), std::move(content), std::move(sender_name), std::move(caption),
                with_.ledger.prepare(std::move(entry))};
}

// What this transaction commits at once: the entry, the submission in the draft's place, and all that follows it.
base::Result<ledger::EntryHandle> Sending::store_in(store::Tx& tx, const terms::Permit& permit, const Draft& draft,
                                                    Sealed& sealed) {
  auto& submission = sealed.outgoing.submission;
  const auto& at = draft.at;
  ALTING_CHECK(with_.decider.recheck(tx, permit));
  ALTING_CHECK(
      with_.quotas.spend(tx, store::Spending::sent, submission.received_at, permit.actor().party, permit.party()));
  ALTING_CHECK(take_draft(tx, draft));
  const auto committed = time_of_commit(tx, at, with_.clock.now());
  const auto handle = with_.ledger.append(tx, sealed.entry);
  submission.committed_at = committed;
  submission.entry_id = handle.id;
  // The draft's key opens every save there was, also in old copies: it does not outlive the draft.
  with_.erasure.emit(tx, {key_of_instance(tx, at.party, at.id).value()}, at.id);
  with_.sharing.emit(tx, keys_of(draft.attachments), at);
  sealed.put(tx, permit);
  auto told = Json::object({{"party", at.party.value}, {"instance", at.id.text()}, {"app", at.app.text()}});
  if (sealed.outgoing.urgent) told.set("urgent", true);
  store::emit(tx, with_.random, committed, process_completed, at.app.org, told.dump());
  return handle;
}

base::Result<ledger::EntryHandle> Sending::store_sealed(const terms::Permit& permit, const Post& post,
                                                        const Draft& draft, Sealed& sealed) {
  const auto received = sealed.outgoing.submission.received_at;
  ledger::EntryHandle handle;
  const auto stored = with_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
    handle = {};
    return store::once(tx, post.once_id, post.poster, post.act, received, [&]() -> base::Result<std::string> {
      ALTING_TRY(appended, store_in(tx, permit, draft, sealed));
      handle = appended;
      return draft.at.id.text();
    });
  });
  if (!stored) return stored.error();
  return handle;
}

base::Result<Sending::Answer> Sending::first_answer(const terms::Permit& permit) {
  ALTING_TRY(submission, with_.matters.open_submission(permit));
  auto receipt = with_.ledger.receipt(submission.entry_id);
  return Answer(Sent{std::move(submission), receipt ? std::optional(std::move(*receipt)) : std::nullopt});
}

base::Result<Sending::Answer> Sending::submit(const terms::Permit& permit, base::Language language,
                                              base::Instant received, std::int64_t version, std::string_view post_id) {
  if (!permit.instance() || permit.action() != terms::Action::complete) return not_found();
  ALTING_TRY(once_id, read_post_id(post_id));
  const Post post{once_id, party_holder(permit.actor().party), act_on(draft_sent, permit.instance()->text())};

  const auto draft = with_.drafts.open(permit);
  if (!draft) {  // a repeated POST of something that was sent gets the first answer
    ALTING_TRY(already, with_.database.read(
                            [&](store::Tx& tx) { return store::outcome_of(tx, post.once_id, post.poster, post.act); }));
    if (already) return first_answer(permit);
    return draft.error();
  }
  const auto app = with_.apps.find(draft->at.app);
  if (!app) return not_found();
  if (draft->version != version) return changed_meanwhile("the draft was changed after the overview was shown");

  auto reading = app->read(with_.drafts.context_of(*draft, language, received));
  auto outcome = work_out(*app, *draft, reading, received);
  if (auto* refusal = std::get_if<SubmitRefusal>(&outcome)) return Answer(std::move(*refusal));
  ALTING_TRY(sealed, seal(permit, *draft, std::get<Outgoing>(std::move(outcome))));
  ALTING_TRY(handle, store_sealed(permit, post, *draft, sealed));
  if (!handle.pending) return first_answer(permit);  // the same POST came twice at once, and the other was first

  with_.sharing.share_at_once(keys_of(draft->attachments), draft->at);
  Sent sent{std::move(sealed.outgoing.submission), std::nullopt};
  if (auto receipt = with_.ledger.await_receipt(handle)) sent.receipt = std::move(*receipt);
  return Answer(std::move(sent));
}

}  // namespace alting::instances
