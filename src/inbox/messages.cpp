#include "inbox/messages.h"

#include "base/text.h"
#include "inbox/message_rows.h"
#include "inbox/topics.h"
#include "instances/kept_deleted.h"
#include "instances/letting_go.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "store/failpoint.h"
#include "store/once.h"

namespace alting::inbox {

using base::ErrorKind;
using base::Json;
using base::make_error;
using ledger::EventKind;

namespace {

constexpr std::size_t max_answers = 50;  // to one message
constexpr std::int64_t ended_at_once = 50;

// The program's jobs and staff with a case look at what is a party's without being its people: nothing is opened by that.
bool is_by_its_people(const terms::Permit& permit) {
  const auto& kind = permit.evidence().kind;
  return kind == "self" || kind == "role" || kind == "delegation" || kind == "certificate";
}

// The law of a job that ends something is its ground, for what is confidential too.
bool is_by_job(const terms::Permit& permit) { return permit.evidence().kind == "job"; }

ledger::NewEntry entry_of(EventKind kind, const terms::Permit& permit, const StoredMessage& message, base::Instant at) {
  auto entry = ledger::entry_for(kind, permit, at);
  entry.agency = message.place.service.org;
  entry.set(ledger::parameter::message, message.place.id.text());
  return entry;
}

base::Error moved_meanwhile() {
  return make_error(ErrorKind::conflict, "messages.error.state", "the message is in another state");
}

}  // namespace

std::optional<MessagePlace> Messages::place_of(terms::PartyId party, const MessageId& id) {
  const auto found = places_of(party, {id});
  return found.empty() ? std::nullopt : std::optional(found.front());
}

std::vector<MessagePlace> Messages::places_of(terms::PartyId party, const std::vector<MessageId>& ids) {
  constexpr std::size_t most = 100;
  return with_.database.read([&](store::Tx& tx) {
    std::vector<MessagePlace> places;
    for (std::size_t i = 0; i < std::min(ids.size(), most); ++i) {
      const auto found = find_message(tx, ids[i]);
      if (found && found->published_at && found->place.party == party && found->folder != in_none)
        places.push_back(found->place);
    }
    return places;
  });
}

base::Result<FoundMessage> Messages::find(const terms::Permit& permit, terms::Action action, const MessageId& id) {
  if (permit.action() != action) return no_message();
  auto found = with_.database.read([&](store::Tx& tx) { return find_message(tx, id); });
  if (!found || !found->published_at || found->folder == in_none || found->place.party != permit.party() ||
      permit.resource() != "app:" + found->place.service.text() ||
      (found->place.confidential && !permit.confidential() && !(is_by_job(permit) && action == terms::Action::remove)))
    return no_message();
  return FoundMessage{*std::move(found), instances::party_holder(permit.party())};
}

base::Result<Message> Messages::open(const terms::Permit& permit, const MessageId& id, base::Instant at) {
  ALTING_TRY(found, find(permit, terms::Action::read, id));
  const auto& stored = found.stored;
  const auto caption = with_.vault.open(stored.key_id, stored.caption, found.holder);
  const auto content = with_.vault.open(stored.key_id, stored.content, found.holder);
  if (!caption || !content) return no_message();

  Message message;
  std::vector<std::pair<Answer, std::pair<base::Uuid, base::Bytes>>> answers;  // key and content, still sealed
  ALTING_CHECK(with_.database.read([&](store::Tx& tx) -> base::Status {
    // A copy of many, or of a large file, takes its time: what was taken back meanwhile ends it.
    ALTING_CHECK(with_.decider.recheck_read(tx, permit));
    message.files = files_of_batch(tx, stored.place.batch);
    answers.clear();
    for (const auto& row :
         tx.query("SELECT answer_id, key_id, content, written_at FROM message_answer WHERE party_id = "
                  "? AND message_id = ? ORDER BY written_at, answer_id",
                  {permit.party(), id})) {
      const auto [answer, key, sealed, written] =
          store::read_row<AnswerId, base::Uuid, std::string, base::Instant>(row);
      answers.push_back({{answer, written, "", "", files_of_answer(tx, permit.party(), answer)}, {key, sealed}});
    }
    message.form_replies = form_replies(tx, id);
    return {};
  }));
  for (auto& [answer, sealed] : answers) {
    const auto opened = with_.vault.open(sealed.first, sealed.second, found.holder);
    if (!opened) continue;
    auto written = answer_from(*opened);
    answer.by_name = std::move(written.by_name);
    answer.text = std::move(written.text);
    answer.original = *opened;
    message.answers.push_back(std::move(answer));
  }

  auto opened = stored.opened();
  if (!opened && is_by_its_people(permit)) {
    auto entry = entry_of(EventKind::message_opened, permit, stored, at);
    if (const auto party = with_.parties.find(permit.party())) {
      entry.party_name = party->name;
      entry.organisation_number = party->organisation_number;
    }
    const auto prepared = with_.ledger.prepare(std::move(entry));
    store::failpoint::pass("inbox.before_opened");
    ALTING_CHECK(with_.database.write([&](store::Tx& tx) -> base::Status {
      ALTING_CHECK(with_.decider.recheck(tx, permit));
      const auto now = find_message(tx, id);
      if (!now || now->folder == in_none) return no_message();
      if (now->opened_at) {  // somebody was first
        opened = now->opened();
        return {};
      }
      ALTING_CHECK(with_.quotas.spend(tx, store::Spending::entries, at, permit.actor().party));
      tx.run(
          "UPDATE message SET opened_at = ?, opened_by = ?, opened_ground = ?, opened_role = ?, opened_entry = ? WHERE "
          "party_id = ? AND message_id = ?",
          {at, permit.actor().party, permit.evidence().kind, permit.evidence().role, prepared.id, permit.party(), id});
      if (now->announced_at) {
        auto after = counted(*now);
        after.unread = false;
        move_count(tx, now->place, counted(*now), after);
      }
      with_.ledger.append(tx, prepared);
      opened = Deed{at, permit.evidence().kind, permit.evidence().role};
      return {};
    }));
  } else {
    with_.ledger.note_own_read(permit);
  }

  auto words = caption_from(*caption);
  auto text = content_from(*content);
  message.original = *content;
  message.place = stored.place;
  message.sender_name = stored.sender_name;
  message.case_reference = std::move(words.case_reference);
  message.title = std::move(words.title);
  message.summary = std::move(text.summary);
  message.body = std::move(text.body);
  message.language = base::language_from(stored.language).value_or(base::Language::nb);
  message.published_at = *stored.published_at;
  message.due = stored.batch_due;
  message.reply = reply_from(stored.reply);
  message.must_confirm = stored.must_confirm;
  message.notified = stored.notify;
  message.opened = opened;
  message.confirmed = stored.confirmed();
  message.reply_to = stored.reply_to;
  message.archived = stored.folder == in_archive;
  message.goes_at = stored.goes_at;
  return message;
}

base::Result<MessageFile> Messages::find_file(const terms::Permit& permit, const MessageId& id, const FileId& file) {
  ALTING_TRY(found, find(permit, terms::Action::read, id));
  const auto files = with_.database.read([&](store::Tx& tx) {
    auto all = files_of_batch(tx, found.stored.place.batch);
    for (const auto& row :
         tx.query("SELECT answer_id FROM message_answer WHERE party_id = ? AND message_id = ?", {permit.party(), id}))
      for (auto& one : files_of_answer(tx, permit.party(), store::read_one<AnswerId>(row)))
        all.push_back(std::move(one));
    return all;
  });
  for (const auto& one : files)
    if (one.id == file) return one;
  return no_message();
}

base::Status Messages::read_file(const terms::Permit& permit, const MessageId& id, const MessageFile& file,
                                 const std::function<void(base::ByteView)>& take) {
  // A file is part of what is opened: who fetches it first has opened the message.
  ALTING_TRY(message, open(permit, id, with_.clock.now()));
  return with_.vault.read_blob(file.blob, instances::party_holder(permit.party()), take);
}

base::Status Messages::confirm(const terms::Permit& permit, const MessageId& id, base::Instant at,
                               std::string_view post_id) {
  ALTING_TRY(post, read_post(post_id));
  ALTING_TRY(opened, open(permit, id, at));  // who confirms has read
  ALTING_TRY(found, find(permit, terms::Action::read, id));
  if (!is_by_its_people(permit)) return no_message();
  if (!found.stored.must_confirm)
    return make_error(ErrorKind::unprocessable, "messages.error.no_confirm", "the sender asks for no confirmation");
  if (found.stored.confirmed_at) return {};
  const auto prepared = with_.ledger.prepare(entry_of(EventKind::message_confirmed, permit, found.stored, at));
  const auto done = with_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
    return store::once(
        tx, post, instances::party_holder(permit.actor().party), fmt::format("{} {}", message_confirmed, id.text()), at,
        [&]() -> base::Result<std::string> {
          ALTING_CHECK(with_.decider.recheck(tx, permit));
          const auto now = find_message(tx, id);
          if (!now || now->folder == in_none) return no_message();
          if (now->confirmed_at) return id.text();
          ALTING_CHECK(with_.quotas.spend(tx, store::Spending::entries, at, permit.actor().party, permit.party()));
          tx.run(
              "UPDATE message SET confirmed_at = ?, confirmed_by = ?, confirmed_ground = ?, confirmed_role = ?, "
              "confirmed_entry = ? WHERE party_id = ? AND message_id = ?",
              {at, permit.actor().party, permit.evidence().kind, permit.evidence().role, prepared.id, permit.party(),
               id});
          if (!still_asks(*now, true, now->answered_at.has_value()))
            tx.run("UPDATE message SET due_at = NULL WHERE party_id = ? AND message_id = ?", {permit.party(), id});
          with_.ledger.append(tx, prepared);
          return id.text();
        });
  });
  if (!done) return done.error();
  return {};
}

base::Result<std::vector<MessageReceipt>> Messages::receipts(const terms::Permit& permit, const MessageId& id) {
  ALTING_TRY(found, find(permit, terms::Action::read, id));
  const auto& stored = found.stored;
  if (!stored.available_entry)
    return make_error(ErrorKind::unavailable, "messages.error.proof_follows", "the proof is not written yet");
  // Those whose proof is there: one that was just written follows.
  std::vector<MessageReceipt> all;
  const auto add = [&](std::string act, base::Instant at, const base::Uuid& entry) {
    if (auto receipt = with_.ledger.receipt(entry)) all.push_back({std::move(act), at, *std::move(receipt)});
  };
  add("available", *stored.published_at, *stored.available_entry);
  if (stored.opened_entry) add("opened", *stored.opened_at, *stored.opened_entry);
  if (stored.confirmed_entry) add("confirmed", *stored.confirmed_at, *stored.confirmed_entry);
  for (const auto& row : with_.database.read([&](store::Tx& tx) {
         return tx.query(
             "SELECT entry_id, written_at FROM message_answer WHERE party_id = ? AND message_id = ? ORDER BY "
             "written_at",
             {permit.party(), id});
       })) {
    const auto [entry, written] = store::read_row<base::Uuid, base::Instant>(row);
    add("answered", written, entry);
  }
  if (stored.removed_entry) add("removed", *stored.removed_at, *stored.removed_entry);
  if (all.empty())
    return make_error(ErrorKind::unavailable, "messages.error.proof_follows", "the proof is not written yet");
  return all;
}

base::Result<StagedFile> Messages::stage_file(const terms::Permit& permit, const MessageId& id, const Upload& upload) {
  ALTING_TRY(found, find(permit, terms::Action::complete, id));
  if (reply_from(found.stored.reply).kind != ReplyWay::Kind::message)
    return make_error(ErrorKind::unprocessable, "messages.error.no_answer", "the sender takes no message back");
  return with_.files.stage(permit, found.holder, upload);
}

base::Result<AnswerId> Messages::answer(const terms::Permit& permit, const MessageId& id, std::string_view text,
                                        const std::vector<FileId>& files, base::Instant at, std::string_view post_id) {
  ALTING_TRY(post, read_post(post_id));
  const auto poster = instances::party_holder(permit.actor().party);
  const auto act = fmt::format("{} {}", message_replied, id.text());
  ALTING_TRY(found, find(permit, terms::Action::complete, id));
  ALTING_TRY(earlier, with_.database.read([&](store::Tx& tx) { return store::outcome_of(tx, post, poster, act); }));
  if (earlier) return AnswerId::parse(*earlier).value();
  const auto& stored = found.stored;
  if (reply_from(stored.reply).kind != ReplyWay::Kind::message)
    return make_error(ErrorKind::unprocessable, "messages.error.no_answer", "the sender takes no message back");
  if (base::trim(text).empty()) return make_error(ErrorKind::invalid, "messages.error.no_body", "no text");
  if (text.size() > max_answer)
    return make_error(ErrorKind::too_large, "messages.error.body_long", "the text is too long",
                      {{"count", std::to_string(max_answer)}});
  if (!base::is_utf8(text) || text.find('\0') != std::string_view::npos)
    return make_error(ErrorKind::invalid, "messages.error.signs", "signs that no text may have");
  if (files.size() > max_answer_files)
    return make_error(ErrorKind::too_many, "messages.error.too_many_files", "too many files",
                      {{"count", std::to_string(max_answer_files)}});
  ALTING_TRY(attached, with_.files.find(found.holder, permit.actor().party, files));

  const AnswerId answer{base::Uuid::v7(with_.random, at)};
  const auto agency = instances::agency_holder(stored.place.service.org);
  const auto content = answer_text({permit.actor().name, std::string(text)});
  std::vector<store::ShareRequest> shares;
  if (!attached.empty()) {
    std::vector<base::Uuid> keys;
    for (const auto& file : attached) keys.push_back(file.blob.key_id);
    shares.push_back({std::move(keys), found.holder, agency});
  }
  const store::SealRequest seal{content, {found.holder, agency}};
  ALTING_TRY(sealed, with_.vault.seal_all({&seal, 1}, shares));
  auto entry = entry_of(EventKind::message_answered, permit, stored, at);
  entry.documents = digests_of(attached);
  entry.documents.insert(entry.documents.begin(), {"answer", "application/json", "answer.json",
                                                   static_cast<std::int64_t>(content.size()), sealed[0].digest});
  if (const auto party = with_.parties.find(permit.party())) {
    entry.party_name = party->name;
    entry.organisation_number = party->organisation_number;
  }
  const auto prepared = with_.ledger.prepare(std::move(entry));
  const auto done = with_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
    return store::once(tx, post, poster, act, at, [&]() -> base::Result<std::string> {
      ALTING_CHECK(with_.decider.recheck(tx, permit));
      const auto now = find_message(tx, id);
      if (!now || now->folder == in_none) return no_message();
      ALTING_CHECK(with_.quotas.spend(tx, store::Spending::sent, at, permit.actor().party, permit.party()));
      if (store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM message_answer WHERE party_id = ? AND message_id = ?",
                                        {permit.party(), id}) >= static_cast<std::int64_t>(max_answers))
        return make_error(ErrorKind::too_many, "messages.error.too_many_answers", "too many answers to one message",
                          {{"count", std::to_string(max_answers)}});
      tx.run(
          "INSERT INTO message_answer (party_id, answer_id, message_id, org, app, key_id, content, written_at, "
          "written_by, entry_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          {permit.party(), answer, id, stored.place.service.org, stored.place.service.app, sealed[0].key_id,
           store::Value::octets(sealed[0].ciphertext), at, permit.actor().party, prepared.id});
      std::int64_t place = 0;
      for (const auto& file : attached) {
        if (!StagedFiles::take(tx, file.id))
          return make_error(ErrorKind::not_found, "messages.error.file_gone",
                            "a file that was to go with it is not there");
        tx.run(
            "INSERT INTO message_answer_file (party_id, answer_id, file_id, place, file_name, media_type, size, "
            "blob_name, key_id, digest, scan) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            {permit.party(), answer, file.id, place++, file.file_name, file.media_type, file.size, file.blob.name,
             file.blob.key_id, store::Value::octets(file.digest), file.scan});
      }
      tx.run("UPDATE message SET answered_at = COALESCE(answered_at, ?) WHERE party_id = ? AND message_id = ?",
             {at, permit.party(), id});
      if (!still_asks(*now, now->confirmed_at.has_value(), true))
        tx.run("UPDATE message SET due_at = NULL WHERE party_id = ? AND message_id = ?", {permit.party(), id});
      with_.ledger.append(tx, prepared);
      store::emit(
          tx, with_.random, at, message_answered, stored.place.service.org,
          Json::object({{"answer", answer.text()}, {"message", id.text()}, {"app", stored.place.service.text()}})
              .dump());
      return answer.text();
    });
  });
  if (!done) return done.error();
  return AnswerId::parse(*done).value();
}

base::Status Messages::archive(const terms::Permit& permit, const MessageId& id, base::Instant at,
                               std::string_view post_id) {
  return move(permit, id, at, true, post_id);
}
base::Status Messages::take_back(const terms::Permit& permit, const MessageId& id, base::Instant at,
                                 std::string_view post_id) {
  return move(permit, id, at, false, post_id);
}

base::Status Messages::move(const terms::Permit& permit, const MessageId& id, base::Instant at, bool archive,
                            std::string_view post_id) {
  std::optional<base::Uuid> post;
  if (!post_id.empty()) {
    ALTING_TRY(read, read_post(post_id));
    post = read;
  }
  ALTING_TRY(found, find(permit, terms::Action::remove, id));
  const auto to = archive ? in_archive : in_received;
  auto entry = entry_of(EventKind::message_moved, permit, found.stored, at);
  entry.set(ledger::parameter::folder, to);
  const auto prepared = with_.ledger.prepare(std::move(entry));
  const auto work = [&](store::Tx& tx) -> base::Result<std::string> {
    ALTING_CHECK(with_.decider.recheck(tx, permit));
    const auto now = find_message(tx, id);
    if (!now || now->folder == in_none) return no_message();
    if (now->folder == to) return id.text();  // it is there already, as when it is asked for twice
    if (archive && now->folder != in_received) return moved_meanwhile();
    ALTING_CHECK(with_.quotas.spend(tx, store::Spending::entries, at, permit.actor().party, permit.party()));
    tx.run(
        "UPDATE message SET folder = ?, changed_at = ?, goes_at = NULL, removed_at = NULL, removed_entry = NULL WHERE "
        "party_id = ? AND message_id = ?",
        {to, at, permit.party(), id});
    if (now->announced_at) move_count(tx, now->place, counted(*now), Counted{to, !now->opened_at});
    with_.ledger.append(tx, prepared);
    return id.text();
  };
  const auto act = fmt::format("{} {} {}", message_moved, id.text(), to);
  const auto done = with_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
    if (!post) return work(tx);
    return store::once(tx, *post, instances::party_holder(permit.actor().party), act, at, [&] { return work(tx); });
  });
  if (!done) return done.error();
  return {};
}

base::Status Messages::remove(const terms::Permit& permit, const MessageId& id, base::Instant at,
                              std::string_view post_id) {
  ALTING_TRY(post, read_post(post_id));
  const auto poster = instances::party_holder(permit.actor().party);
  const auto act = fmt::format("{} {}", message_removed, id.text());
  ALTING_TRY(earlier, with_.database.read([&](store::Tx& tx) { return store::outcome_of(tx, post, poster, act); }));
  if (earlier) return {};
  ALTING_TRY(found, find(permit, terms::Action::remove, id));
  const auto party = with_.parties.find(permit.party());
  const bool is_person = party && party->kind == parties::PartyKind::person;
  const bool at_once = is_person || is_by_job(permit);
  const bool erases = at_once || found.stored.folder == in_deleted;
  auto entry = entry_of(EventKind::message_removed, permit, found.stored, at);
  entry.set(ledger::parameter::how, erases ? "erased" : "marked");
  const auto prepared = with_.ledger.prepare(std::move(entry));
  std::vector<base::Uuid> keys;
  const auto done = with_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
    keys.clear();
    return store::once(tx, post, poster, act, at, [&]() -> base::Result<std::string> {
      ALTING_CHECK(with_.decider.recheck(tx, permit));
      const auto now = find_message(tx, id);
      if (!now || now->folder == in_none) return id.text();
      // Somebody of the business deleted it, or took it back, meanwhile: whoever asks sees it first.
      if (!at_once && erases != (now->folder == in_deleted)) return moved_meanwhile();
      if (erases && !is_by_job(permit))
        ALTING_CHECK(instances::check_not_held(tx, with_.held, permit.party(), id.text()));
      if (!is_by_job(permit))
        ALTING_CHECK(with_.quotas.spend(tx, store::Spending::deletions, at, permit.actor().party, permit.party()));
      const auto to = erases ? in_none : in_deleted;
      tx.run(
          "UPDATE message SET folder = ?, changed_at = ?, removed_at = ?, removed_entry = ?, goes_at = ? WHERE "
          "party_id "
          "= ? AND message_id = ?",
          {to, at, at, prepared.id, erases ? std::nullopt : std::optional(instances::goes_for_good(at)), permit.party(),
           id});
      if (now->announced_at) move_count(tx, now->place, counted(*now), Counted{to, !now->opened_at});
      if (erases) {
        keys = keys_of(tx, *now);
        emit_keys(tx, with_.random, at, found.holder, keys);
        if (!is_by_job(permit)) instances::emit_let_go(tx, with_.random, with_.clock.now(), permit.party());
      }
      with_.ledger.append(tx, prepared);
      return id.text();
    });
  });
  if (!done) return done.error();
  store::failpoint::pass("inbox.removed");
  if (!keys.empty()) erase_now(with_.vault, found.holder, keys);
  return {};
}

bool Messages::end_one(const StoredMessage& one, base::Instant before, const store::HoldsNow& holds) {
  auto target = one.place.target(terms::Action::remove);
  target.confidential = false;  // the law of the job is its ground, and no role
  const auto permit = with_.decider.permit_for_job(access::JobKind::retention, terms::Action::remove, target);
  if (!permit) return false;
  const auto now = with_.clock.now();
  auto entry = entry_of(EventKind::message_removed, *permit, one, now);
  entry.set(ledger::parameter::how, "erased");
  const auto prepared = with_.ledger.prepare(std::move(entry));
  const auto holder = instances::party_holder(one.place.party);
  std::vector<base::Uuid> keys;
  const auto done = with_.database.write([&](store::Tx& tx) -> base::Status {
    keys.clear();
    ALTING_CHECK(with_.decider.recheck(tx, *permit));
    const auto held = holds ? holds(tx) : store::Holds();
    if (held.holds(instances::rule_of_deleted, one.place.party, one.place.id.text())) return {};
    const auto there = find_message(tx, one.place.id);
    if (!there || !there->goes_at || !there->removed_at || *there->removed_at >= before) return {};
    tx.run("UPDATE message SET folder = ?, goes_at = NULL, removed_entry = ? WHERE party_id = ? AND message_id = ?",
           {in_none, prepared.id, one.place.party, one.place.id});
    if (there->announced_at) move_count(tx, there->place, counted(*there), {});
    keys = keys_of(tx, *there);
    held.count(tx, instances::rule_of_deleted, "message", 1);
    emit_keys(tx, with_.random, now, holder, keys);
    with_.ledger.append(tx, prepared);
    return {};
  });
  if (!done || keys.empty()) return false;
  erase_now(with_.vault, holder, keys);
  return true;
}

std::int64_t Messages::end_deleted(const store::HoldsNow& holds) {
  const auto before = instances::over_when_deleted_before(with_.clock.now());
  if (!before) return 0;
  std::int64_t ended = 0;
  std::optional<StoredMessage> last;  // what is held or restricted stays, and those behind it get their turn
  while (ended < ended_at_once) {
    const auto due = with_.database.read([&](store::Tx& tx) {
      std::vector<StoredMessage> found;
      for (const auto& row : tx.query(
               fmt::format(
                   "SELECT {} FROM message m JOIN message_batch b ON b.batch_id = m.batch_id WHERE m.goes_at IS NOT "
                   "NULL AND m.removed_at < ? AND (m.removed_at, m.party_id, m.message_id) > (?, ?, ?) ORDER BY "
                   "m.removed_at, m.party_id, m.message_id LIMIT ?",
                   listed_columns),
               {*before, last ? last->removed_at.value_or(base::Instant{}) : base::Instant{},
                last ? last->place.party : terms::PartyId{}, last ? last->place.id.text() : std::string(),
                ended_at_once})) {
        store::RowReader from(row);
        found.push_back(next_message(from));
      }
      return found;
    });
    if (due.empty()) break;
    for (const auto& one : due)
      if (end_one(one, *before, holds)) ++ended;
    last = due.back();
  }
  return ended;
}

}  // namespace alting::inbox
