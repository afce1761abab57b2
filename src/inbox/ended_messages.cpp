#include "inbox/ended_messages.h"

#include <fmt/format.h>

#include <chrono>
#include <tuple>
#include <vector>

#include "inbox/message_rows.h"
#include "instances/instance.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "store/failpoint.h"
#include "store/row_reader.h"

namespace alting::inbox {
namespace {

constexpr std::string_view rule_of_sent = "inbox.sent", rule_of_answers = "inbox.answer";
constexpr std::int64_t batches_looked_at_once = 100, recipients_deleted_at_once = 200;
constexpr auto longest_ending = std::chrono::seconds(2);  // a stop waits for it

// Sent before the moment, and nothing came back since.
constexpr std::string_view over_before =
    "b.org = ? AND b.app = ? AND b.state IN ('published', 'taken_back') AND b.created_at < ? AND "
    "COALESCE(b.published_at, b.created_at) < ? AND NOT EXISTS (SELECT 1 FROM message m JOIN message_answer a ON "
    "a.party_id = m.party_id AND a.message_id = m.message_id WHERE m.batch_id = b.batch_id AND a.written_at >= ?)";

// Any of its recipients has something of it that is held.
bool is_held(store::Tx& tx, const store::Holds& holds, const BatchId& id) {
  if (holds.none()) return false;
  if (holds.whole(rule_of_sent) || holds.whole(rule_of_answers)) return true;
  for (const auto& row : tx.query("SELECT party_id, message_id FROM message WHERE batch_id = ?", {id})) {
    const auto [party, message] = store::read_row<terms::PartyId, MessageId>(row);
    if (holds.holds(rule_of_sent, party, message.text()) || holds.holds(rule_of_answers, party, message.text()))
      return true;
  }
  return false;
}

// All that the agency holds of it.
std::vector<base::Uuid> agencys_keys(store::Tx& tx, const BatchId& id) {
  std::vector<base::Uuid> keys;
  const auto add = [&](const std::vector<store::Row>& rows) {
    for (const auto& row : rows) keys.push_back(store::read_one<base::Uuid>(row));
  };
  add(tx.query("SELECT key_id FROM message_batch WHERE batch_id = ?", {id}));
  add(tx.query("SELECT key_id FROM message_file WHERE batch_id = ?", {id}));
  add(
      tx.query("SELECT a.key_id FROM message_answer a JOIN message m ON m.party_id = a.party_id AND m.message_id = "
               "a.message_id WHERE m.batch_id = ?",
               {id}));
  add(
      tx.query("SELECT f.key_id FROM message_answer_file f JOIN message_answer a ON a.party_id = f.party_id AND "
               "a.answer_id = f.answer_id JOIN message m ON m.party_id = a.party_id AND m.message_id = a.message_id "
               "WHERE m.batch_id = ?",
               {id}));
  return keys;
}

// Of one recipient who has nothing of it any more.
void delete_recipient(store::Tx& tx, terms::PartyId party, const MessageId& id) {
  tx.run(
      "DELETE FROM message_answer_file WHERE party_id = ? AND answer_id IN (SELECT answer_id FROM message_answer WHERE "
      "party_id = ? AND message_id = ?)",
      {party, party, id});
  tx.run("DELETE FROM message_answer WHERE party_id = ? AND message_id = ?", {party, id});
  tx.run("DELETE FROM message_form_reply WHERE party_id = ? AND message_id = ?", {party, id});
  tx.run("DELETE FROM message WHERE party_id = ? AND message_id = ?", {party, id});
}

}  // namespace

std::int64_t EndedMessages::end_copies(const store::HoldsNow& holds) {
  const auto stop = std::chrono::steady_clock::now() + longest_ending;
  std::int64_t ended = delete_some();
  for (const auto& app : with_.apps.services()) {
    const auto& service = app->facts().id;
    const auto before = forms::agency_copy_ended_before(app->facts().data_catalogue, with_.clock.now());
    if (!before || !app->messages_only()) continue;
    auto after = std::pair(base::Instant{-1}, BatchId{});
    while (true) {
      const auto due = with_.database.read([&](store::Tx& tx) {
        std::vector<std::tuple<BatchId, terms::PartyId, base::Instant>> found;
        for (const auto& row :
             tx.query(fmt::format("SELECT b.batch_id, b.agency_party, b.created_at FROM message_batch b WHERE {} AND "
                                  "(b.created_at, b.batch_id) > (?, ?) ORDER BY b.created_at, b.batch_id LIMIT ?",
                                  over_before),
                      {service.org, service.app, *before, *before, *before, after.first, after.second,
                       batches_looked_at_once}))
          found.push_back(store::read_row<BatchId, terms::PartyId, base::Instant>(row));
        return found;
      });
      if (due.empty()) break;
      for (const auto& [id, agency, created] : due) {
        if (end_one(id, service, agency, *before, holds)) ++ended;
        if (std::chrono::steady_clock::now() >= stop) return ended;
        after = {created, id};
      }
    }
  }
  return ended;
}

bool EndedMessages::end_one(const BatchId& id, const terms::AppId& service, terms::PartyId agency, base::Instant before,
                            const store::HoldsNow& holds) {
  const auto permit = with_.decider.permit_for_job(access::JobKind::retention, terms::Action::remove,
                                                   {.party = agency, .app = service});
  const auto party = with_.parties.find(agency);
  if (!permit || !party) return false;
  const auto now = with_.clock.now();
  auto entry = ledger::entry_for(ledger::EventKind::message_agency_copy_ended, *permit, now);
  entry.party_uuid = party->uuid;
  entry.party_name = party->name;
  entry.agency = service.org;
  entry.set(ledger::parameter::batch, id.text());
  const auto prepared = with_.ledger.prepare(std::move(entry));
  const auto holder = instances::agency_holder(service.org);
  std::vector<base::Uuid> keys;
  const auto done = with_.database.write([&](store::Tx& tx) -> base::Result<bool> {
    keys.clear();
    ALTING_CHECK(with_.decider.recheck(tx, *permit));
    if (is_held(tx, holds ? holds(tx) : store::Holds(), id)) return false;
    if (tx.run(fmt::format("UPDATE message_batch SET state = 'ended' WHERE batch_id IN (SELECT b.batch_id FROM "
                           "message_batch b WHERE {} AND b.batch_id = ?)",
                           over_before),
               {service.org, service.app, before, before, before, id}) == 0)
      return false;
    keys = agencys_keys(tx, id);
    emit_keys(tx, with_.random, now, holder, keys);
    with_.ledger.append(tx, prepared);
    return true;
  });
  if (!done || !*done) return false;
  store::failpoint::pass("inbox.agency_copy_ended");
  erase_now(with_.vault, holder, keys);
  return true;
}

std::int64_t EndedMessages::delete_some() {
  return with_.database
      .write([&](store::Tx& tx) -> base::Result<std::int64_t> {
        std::int64_t deleted = 0;
        const auto rows = tx.query(
            "SELECT m.party_id, m.message_id FROM message_batch b JOIN message m ON m.batch_id = b.batch_id "
            "WHERE b.state = 'ended' AND m.folder = ? LIMIT ?",
            {in_none, recipients_deleted_at_once});
        for (const auto& row : rows) {
          const auto [party, message] = store::read_row<terms::PartyId, MessageId>(row);
          delete_recipient(tx, party, message);
          ++deleted;
        }
        for (const auto& row : tx.query("SELECT b.batch_id FROM message_batch b WHERE b.state = 'ended' AND NOT EXISTS "
                                        "(SELECT 1 FROM message m WHERE m.batch_id = b.batch_id) LIMIT 20")) {
          const auto batch = store::read_one<BatchId>(row);
          tx.run("DELETE FROM message_file WHERE batch_id = ?", {batch});
          tx.run("DELETE FROM message_batch WHERE batch_id = ?", {batch});
          ++deleted;
        }
        return deleted;
      })
      .value();
}

std::int64_t EndedMessages::would_end(store::Tx& tx, base::Instant at) const {
  std::int64_t all = 0;
  for (const auto& app : with_.apps.services()) {
    const auto& service = app->facts().id;
    const auto before = forms::agency_copy_ended_before(app->facts().data_catalogue, at);
    if (!before || !app->messages_only()) continue;
    all += store::read_one<std::int64_t>(
        *tx.query_one(fmt::format("SELECT COUNT(*) FROM message_batch b WHERE {}", over_before),
                      {service.org, service.app, *before, *before, *before}));
  }
  return all;
}

}  // namespace alting::inbox
