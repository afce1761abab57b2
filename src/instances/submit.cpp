// Sending: what was filled in becomes a Submission, in one transaction with its ledger entry and its outbox event.
#include "base/text.h"
#include "crypto/hash.h"
#include "instances/draft_content.h"
#include "instances/rows.h"
#include "instances/topics.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "store/once.h"

namespace alting::instances {

using base::ErrorKind;
using base::Json;
using base::make_error;

namespace {

// "AR" and the last twelve hexadecimal digits of the instance's id, in the manner of Altinn's archive references.
std::string archive_reference(const terms::InstanceId& id) { return "AR" + base::to_upper(id.text().substr(24)); }

Json attachment_list(const std::vector<Attachment>& attachments) {
  Json list = Json::array();
  for (const auto& one : attachments) {
    list.push_back(Json::object({{"id", one.id.text()},
                                 {"dataType", one.data_type},
                                 {"tag", one.tag},
                                 {"fileName", one.file_name},
                                 {"mediaType", one.media_type},
                                 {"size", one.size},
                                 {"sha256", base::to_hex(one.digest)}}));
  }
  return list;
}

// The answers that stand beside the text of an addition, by path.
Json about_addition(const forms::App& app, const Json& data) {
  Json about = Json::object();
  const auto& text = app.supplement_text_path();
  const auto dot = text.rfind('.');
  const Json* block = dot == std::string::npos ? nullptr : find_path(data, text.substr(0, dot));
  if (block == nullptr || !block->is_object()) return about;
  for (const auto& [name, value] : block->members()) {
    auto path = text.substr(0, dot + 1) + name;
    if (path != text) about.set(path, value);
  }
  return about;
}

// The document that is frozen, hashed, stored and served (docs/submission-format.md).
Json to_document(const Draft& draft, const forms::App& app, const forms::App::Final& final, base::Instant received,
                 std::string_view reference) {
  Json document = Json::object({
      {"format", draft.at.parent ? "alting.supplement/1" : "alting.submission/1"},
      {"app", draft.at.app.text()},
      {"appVersion", app.version()},
      {"instance", draft.at.id.text()},
      {"archiveReference", reference},
      {"received", base::to_rfc3339(received)},
  });
  if (!draft.at.parent) {
    document.set("data", final.data);
    document.set("later", later_to_json(final.later));
  } else {
    document.set("addsTo", draft.at.root.text());
    const Json* kind = find_path(final.data, app.supplement_type_path());
    const Json* text = find_path(final.data, app.supplement_text_path());
    document.set("type", kind != nullptr ? *kind : Json());
    document.set("text", text != nullptr && text->is_string() ? *text : Json(""));
    // What is said of the addition belongs to it, not to what it adds to.
    document.set("about", about_addition(app, final.data));
    auto changes = app.changes(draft.base, final.data);
    std::erase_if(changes, [&](const forms::Change& change) { return app.is_about_supplement(change.path); });
    document.set("changes", changes_to_json(changes));
    document.set("later", later_to_json(final.later));
  }
  document.set("attachments", attachment_list(draft.attachments));
  return document;
}

std::vector<ledger::DocumentDigest> digests(const Json& document, const std::string& bytes, const base::Bytes& digest,
                                            const std::vector<Attachment>& attachments) {
  std::vector<ledger::DocumentDigest> all;
  all.push_back({"form", "application/json", std::string(document.text("archiveReference")) + ".json",
                 static_cast<std::int64_t>(bytes.size()), digest});
  for (const auto& one : attachments)
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

bool has_errors(const std::vector<forms::Issue>& issues) {
  return std::any_of(issues.begin(), issues.end(),
                     [](const forms::Issue& issue) { return issue.severity == forms::Severity::error; });
}

bool adds_nothing(const Draft& draft, const Json& document) {
  return draft.at.parent && document.text("text").empty() && document["changes"].size() == 0 &&
         draft.attachments.empty();
}

}  // namespace

base::Result<std::variant<Sent, SubmitRefusal>> Instances::submit(const terms::Permit& permit, base::Language language,
                                                                  base::Instant received, std::int64_t version,
                                                                  std::string_view post_id) {
  using Answer = std::variant<Sent, SubmitRefusal>;
  if (!permit.instance() || permit.action() != terms::Action::complete) return not_found();

  ALTING_TRY(once_id, read_post_id(post_id));
  const auto poster = party_holder(permit.actor().party);
  const auto act = act_on(draft_sent, permit.instance()->text());
  const auto first_answer = [&]() -> base::Result<Answer> {
    ALTING_TRY(submission, open_sent(permit));
    auto receipt = env_.ledger.receipt(submission.entry_id);
    return Answer(Sent{std::move(submission), receipt ? std::optional(*receipt) : std::nullopt});
  };
  auto opened = open_draft(permit);
  if (!opened) {  // a repeated POST of something that was sent gets the first answer
    ALTING_TRY(already, env_.database.read([&](store::Tx& tx) { return store::outcome_of(tx, once_id, poster, act); }));
    if (already) return first_answer();
    return opened.error();
  }
  auto& draft = *opened;
  const auto app = env_.apps.find(draft.at.app);
  if (!app) return not_found();
  if (draft.version != version)
    return make_error(ErrorKind::conflict, "error.submit.changed",
                      "the draft was changed after the overview was shown");
  auto around = surroundings(draft, language, received);
  auto final = app->finalise(around);
  around.data = final.data;
  around.later = final.later;
  auto issues = app->validate(around, forms::When::submit);
  if (has_errors(issues)) return Answer(SubmitRefusal{std::move(issues)});

  Submission submission;
  submission.at = draft.at;
  submission.at.state = State::sent;
  submission.supplement = draft.at.parent.has_value();
  submission.app_version = app->version();
  submission.archive_reference = archive_reference(draft.at.id);
  submission.received_at = received;
  submission.document = to_document(draft, *app, final, received, submission.archive_reference);
  if (adds_nothing(draft, submission.document)) {
    return Answer(SubmitRefusal{
        {{forms::Severity::error, app->supplement_text_path(), "", app->supplement_page(), "supplement.empty", ""}}});
  }
  submission.bytes = submission.document.dump();
  submission.digest = crypto::sha256(submission.bytes);
  submission.sender_name = permit.actor().name;
  submission.party_uuid = permit.party_uuid();
  const auto party = env_.parties.find(permit.party());
  if (!party) return not_found();
  submission.party_name = party->name;
  submission.open_count = static_cast<std::int64_t>(final.later.size());
  submission.attachments = draft.attachments;
  const auto deadlines = app->deadlines(around);
  if (!deadlines.empty() && !submission.supplement) {
    submission.deadline_at = deadlines.front().statutory_end;
    submission.late = deadlines.front().passed;
  }

  // Keys first, durable, for both holders; then the one transaction.
  const std::vector<store::Holder> holders{party_holder(permit.party()), agency_holder(draft.at.app.org)};
  const auto sealed = env_.vault.seal(submission.bytes, holders);
  ALTING_TRY(sender, env_.vault.reseal(sealed.key_id, submission.sender_name, holders.front()));
  ALTING_TRY(caption, env_.vault.reseal(sealed.key_id, caption_of(*app, final.data), holders.front()));
  std::vector<base::Uuid> attachment_keys;
  for (const auto& one : draft.attachments) attachment_keys.push_back(one.blob.key_id);

  auto entry = ledger::entry_for(
      submission.supplement ? ledger::EventKind::supplement_received : ledger::EventKind::submission_received, permit,
      received);
  entry.party_name = submission.party_name;
  entry.organisation_number = party->organisation_number;
  if (party->kind == parties::PartyKind::person)
    if (const auto number = env_.parties.identity_number(permit)) entry.identity_number = number->reveal();
  entry.documents = digests(submission.document, submission.bytes, submission.digest, draft.attachments);
  entry.set(ledger::parameter::reference, submission.archive_reference);
  entry.set(ledger::parameter::app_version, submission.app_version);
  if (submission.deadline_at) {
    entry.set(ledger::parameter::deadline, base::to_rfc3339(*submission.deadline_at));
    entry.set(ledger::parameter::in_time, submission.late ? "no" : "yes");
  }
  name_open_fields(entry, final.later);
  if (submission.supplement) {
    entry.set(ledger::parameter::supplements, draft.at.root.text());
    entry.set(ledger::parameter::supplements_reference, archive_reference(draft.at.root));
  }
  entry.agency = draft.at.app.org;

  const auto prepared = env_.ledger.prepare(std::move(entry));
  const auto search_words =
      base::search_words(fmt::format("{} {}", submission.party_name, submission.archive_reference));
  ledger::EntryHandle handle;
  const auto stored = env_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
    handle = {};
    return store::once(tx, once_id, poster, act, received, [&]() -> base::Result<std::string> {
      ALTING_CHECK(env_.decider.recheck(tx, permit));
      ALTING_CHECK(env_.quotas.spend(tx, store::Spending::sent, received, permit.actor().party, permit.party()));
      const auto committed = env_.clock.now();
      const auto taken = tx.run("DELETE FROM draft WHERE party_id = ? AND instance_id = ? AND version = ?",
                                {permit.party(), draft.at.id, draft.stored_version});
      if (taken == 0)
        return make_error(ErrorKind::conflict, "error.submit.changed", "the draft was changed or sent meanwhile");
      if (draft.at.parent) {
        const auto earlier = tx.query_one("SELECT COUNT(*) FROM submission WHERE party_id = ? AND root_id = ?",
                                          {permit.party(), draft.at.root});
        if (earlier->number(0) != draft.version - draft.stored_version)
          return make_error(ErrorKind::conflict, "error.submit.changed", "an addition to the same was sent meanwhile");
      }
      const auto count = tx.query_one("SELECT COUNT(*) FROM attachment WHERE party_id = ? AND instance_id = ?",
                                      {permit.party(), draft.at.id});
      if (count->number(0) != static_cast<std::int64_t>(draft.attachments.size())) {
        return make_error(ErrorKind::conflict, "error.submit.changed", "an attachment came or went meanwhile");
      }
      handle = env_.ledger.append(tx, prepared);
      // The draft's key opens every save there was, also in old copies: it does not outlive the draft.
      emit_key_erasure(tx, {key_of_instance(tx, permit.party(), draft.at.id)}, draft.at.id);
      emit_key_sharing(tx, attachment_keys, draft.at);
      tx.run(
          "UPDATE instance SET state = 'sent', changed_at = ?, changed_by = ?, key_id = ?, caption = ? WHERE party_id "
          "= ? AND instance_id = ?",
          {committed, permit.actor().party, sealed.key_id, store::Value::octets(caption.ciphertext), permit.party(),
           draft.at.id});
      tx.run(
          "INSERT INTO submission (party_id, instance_id, org, app, app_version, root_id, kind, archive_reference, "
          "received_at, committed_at, key_id, content, "
          "digest, size, entry_id, sender_id, sender_name, party_uuid, party_name, deadline_at, late, open_count, "
          "search_words) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          {permit.party(),
           draft.at.id,
           draft.at.app.org,
           draft.at.app.app,
           submission.app_version,
           draft.at.root,
           submission.supplement ? "supplement" : "notice",
           submission.archive_reference,
           received,
           committed,
           sealed.key_id,
           store::Value::octets(sealed.ciphertext),
           store::Value::octets(submission.digest),
           static_cast<std::int64_t>(submission.bytes.size()),
           handle.id,
           permit.actor().party,
           store::Value::octets(sender.ciphertext),
           permit.party_uuid(),
           submission.party_name,
           submission.deadline_at,
           submission.late,
           submission.open_count,
           search_words});
      store::emit(tx, env_.random, committed, process_completed, draft.at.id.text(),
                  Json::object(
                      {{"party", permit.party().value}, {"instance", draft.at.id.text()}, {"app", draft.at.app.text()}})
                      .dump());
      submission.committed_at = committed;
      submission.entry_id = handle.id;
      return draft.at.id.text();
    });
  });
  if (!stored) return stored.error();
  if (!handle.pending) return first_answer();  // the same POST came twice at once, and the other was first
  share_at_once(attachment_keys, draft.at);
  Sent sent{std::move(submission), std::nullopt};
  auto receipt = env_.ledger.await_receipt(handle);
  if (receipt) sent.receipt = std::move(*receipt);
  return Answer(std::move(sent));
}

base::Status Instances::archive(const terms::Permit& permit, bool archived, base::Instant received) {
  if (!permit.instance()) return not_found();
  auto entry = ledger::entry_for(ledger::EventKind::instance_archived, permit, received);
  entry.set(ledger::parameter::folder, archived ? "archive" : "sent");
  entry.set(ledger::parameter::reference, archive_reference(*permit.instance()));
  const auto prepared = env_.ledger.prepare(std::move(entry));
  return env_.database.write([&](store::Tx& tx) -> base::Status {
    ALTING_CHECK(env_.decider.recheck(tx, permit));
    ALTING_CHECK(env_.quotas.spend(tx, store::Spending::entries, received, permit.actor().party, permit.party()));
    const auto changed = tx.run(
        "UPDATE instance SET state = ?, changed_at = ? WHERE party_id = ? AND instance_id = ? AND state = ?",
        {archived ? "archived" : "sent", received, permit.party(), *permit.instance(), archived ? "sent" : "archived"});
    if (changed == 0) return wrong_state();
    env_.ledger.append(tx, prepared);
    return {};
  });
}

}  // namespace alting::instances
