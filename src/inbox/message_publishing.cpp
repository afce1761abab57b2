// What was written becomes visible, by one row, and each recipient is told of; what nobody finished is swept.
#include <algorithm>

#include "inbox/message_rows.h"
#include "inbox/message_sending.h"
#include "inbox/topics.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "store/failpoint.h"

namespace alting::inbox {

using base::Json;

namespace {

constexpr std::size_t told_at_once = 50;                           // entries in one
constexpr int tellings = 20;                                       // such transactions in one delivery of the outbox
constexpr base::Duration begun_for = base::Duration::minutes(10);  // what nothing is written to so long is swept
constexpr std::int64_t swept_at_once = 500;

}  // namespace

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
