#include "inbox/ended_messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <tuple>
#include <vector>

#include "inbox/message_rows.h"
#include "inbox/room_catalogue.h"
#include "instances/instance.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "store/failpoint.h"
#include "store/row_reader.h"

namespace alting::inbox {
namespace {

constexpr std::string_view rule_of_sent = "inbox.sent", rule_of_answers = "inbox.answer";
constexpr std::int64_t batches_looked_at_once = 100, recipients_deleted_at_once = 200, recipients_erased_at_once = 200;
constexpr std::int64_t before_first_place = -1;
constexpr auto longest_ending = std::chrono::seconds(2);  // a stop waits for it

// Sent before the moment, and nothing came back since.
constexpr std::string_view over_before =
    "b.org = ? AND b.app = ? AND b.state IN ('published', 'taken_back') AND b.created_at < ? AND "
    "COALESCE(b.published_at, b.created_at) < ? AND NOT EXISTS (SELECT 1 FROM message m JOIN message_answer a ON "
    "a.party_id = m.party_id AND a.message_id = m.message_id WHERE m.batch_id = b.batch_id AND a.written_at >= ?)";

const terms::Table& table_of_messages() {
  return *std::ranges::find(room_catalogue().tables, "message", &terms::Table::name);
}

// Of rows of `message`: what their party has is held. "" where nothing of a party or an item is.
store::Holds::Condition is_held_message(const store::Holds& holds) {
  store::Holds::Condition any;
  for (const auto rule : {rule_of_sent, rule_of_answers}) {
    auto free = holds.none_of(table_of_messages(), rule, false);
    if (free.sql.empty()) continue;
    any.sql += fmt::format("{}NOT (1 = 1{})", any.sql.empty() ? "" : " OR ", free.sql);
    for (auto& value : free.values) any.values.push_back(std::move(value));
  }
  return any;
}

bool is_held(store::Tx& tx, const store::Holds& holds, const BatchId& id) {
  if (holds.whole(rule_of_sent) || holds.whole(rule_of_answers)) return true;
  auto held = is_held_message(holds);
  if (held.sql.empty()) return false;
  held.values.insert(held.values.begin(), store::Value(id));
  return !tx.query_with(fmt::format("SELECT message_id FROM message WHERE batch_id = ? AND ({}) LIMIT 1", held.sql),
                        held.values)
              .empty();
}

// Of what was sent: the agency's keys of the text and its files.
std::vector<base::Uuid> keys_of_sent(store::Tx& tx, const BatchId& id) {
  std::vector<base::Uuid> keys;
  for (const auto* sql :
       {"SELECT key_id FROM message_batch WHERE batch_id = ?", "SELECT key_id FROM message_file WHERE batch_id = ?"})
    for (const auto& row : tx.query(sql, {id})) keys.push_back(store::read_one<base::Uuid>(row));
  return keys;
}

// Of what some recipients answered, by their places.
std::vector<base::Uuid> keys_of_answers(store::Tx& tx, const BatchId& id, std::int64_t after, std::int64_t to) {
  std::vector<base::Uuid> keys;
  for (const auto* sql :
       {"SELECT a.key_id FROM message m JOIN message_answer a ON a.message_id = m.message_id AND a.party_id = "
        "m.party_id WHERE m.batch_id = ? AND m.place > ? AND m.place <= ?",
        "SELECT f.key_id FROM message m JOIN message_answer a ON a.message_id = m.message_id AND a.party_id = "
        "m.party_id JOIN message_answer_file f ON f.party_id = a.party_id AND f.answer_id = a.answer_id WHERE "
        "m.batch_id = ? AND m.place > ? AND m.place <= ?"})
    for (const auto& row : tx.query(sql, {id, after, to})) keys.push_back(store::read_one<base::Uuid>(row));
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
  // Nothing of one is deleted that a wrap of the agency's is left of.
  if (!erase_keys_of_answers(stop)) return 1;
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
        if (end_one(id, service, agency, *before, holds)) {
          ++ended;
          if (!erase_keys_of_answers(stop)) return ended;
        }
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
    const auto held = holds ? holds(tx) : store::Holds();
    if (is_held(tx, held, id)) return false;
    if (tx.run(fmt::format("UPDATE message_batch SET state = 'ended', keys_erased_to = ? WHERE batch_id IN (SELECT "
                           "b.batch_id FROM message_batch b WHERE {} AND b.batch_id = ?)",
                           over_before),
               {before_first_place, service.org, service.app, before, before, before, id}) == 0)
      return false;
    held.count(tx, rule_of_sent, "message_batch", 1);
    keys = keys_of_sent(tx, id);
    emit_keys(tx, with_.random, now, holder, keys);
    with_.ledger.append(tx, prepared);
    return true;
  });
  if (!done || !*done) return false;
  store::failpoint::pass("inbox.agency_copy_ended");
  erase_now(with_.vault, holder, keys);
  return true;
}

// The row says how far it has come, so a kill leaves no more than some to be erased once more.
bool EndedMessages::erase_keys_of_answers(std::chrono::steady_clock::time_point stop) {
  while (true) {
    struct Part {
      BatchId batch;
      store::Holder holder;
      std::int64_t after = 0;
      std::optional<std::int64_t> to;  // nothing: no recipient is behind it
      std::vector<base::Uuid> keys;
    };
    const auto part = with_.database.read([](store::Tx& tx) -> std::optional<Part> {
      const auto row = tx.query_one(
          "SELECT batch_id, org, keys_erased_to FROM message_batch WHERE keys_erased_to IS NOT NULL ORDER BY batch_id "
          "LIMIT 1");
      if (!row) return std::nullopt;
      auto [batch, org, after] = store::read_row<BatchId, std::string, std::int64_t>(*row);
      Part found{.batch = batch, .holder = instances::agency_holder(org), .after = after, .to = {}, .keys = {}};
      found.to = store::read_one<std::optional<std::int64_t>>(
          *tx.query_one("SELECT MAX(place) FROM (SELECT place FROM message WHERE batch_id = ? AND place > ? ORDER BY "
                        "place LIMIT ?) AS page",
                        {batch, after, recipients_erased_at_once}));
      if (found.to) found.keys = keys_of_answers(tx, batch, after, *found.to);
      return found;
    });
    if (!part) return true;
    if (!part->keys.empty()) with_.vault.erase(part->keys, part->holder);
    store::failpoint::pass("inbox.keys_of_answers_erased");
    const auto noted = with_.database.write([&](store::Tx& tx) -> base::Status {
      tx.run("UPDATE message_batch SET keys_erased_to = ? WHERE batch_id = ? AND keys_erased_to = ?",
             {part->to, part->batch, part->after});
      return {};
    });
    if (!noted || std::chrono::steady_clock::now() >= stop) return false;
  }
}

std::int64_t EndedMessages::delete_some() {
  return with_.database
      .write([&](store::Tx& tx) -> base::Result<std::int64_t> {
        std::int64_t deleted = 0;
        const auto rows = tx.query(
            "SELECT m.party_id, m.message_id FROM message_batch b JOIN message m ON m.batch_id = b.batch_id "
            "WHERE b.state = 'ended' AND b.keys_erased_to IS NULL AND m.folder = ? LIMIT ?",
            {in_none, recipients_deleted_at_once});
        for (const auto& row : rows) {
          const auto [party, message] = store::read_row<terms::PartyId, MessageId>(row);
          delete_recipient(tx, party, message);
          ++deleted;
        }
        for (const auto& row : tx.query("SELECT b.batch_id FROM message_batch b WHERE b.state = 'ended' AND "
                                        "b.keys_erased_to IS NULL AND NOT EXISTS "
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

std::int64_t EndedMessages::count_over(store::Tx& tx, base::Instant at, const store::Holds::Condition& also) const {
  std::int64_t all = 0;
  for (const auto& app : with_.apps.services()) {
    const auto& service = app->facts().id;
    const auto before = forms::agency_copy_ended_before(app->facts().data_catalogue, at);
    if (!before || !app->messages_only()) continue;
    std::vector<store::Value> values{service.org, service.app, *before, *before, *before};
    values.insert(values.end(), also.values.begin(), also.values.end());
    const auto sql = fmt::format("SELECT COUNT(*) FROM message_batch b WHERE {}{}", over_before, also.sql);
    all += store::read_one<std::int64_t>(tx.query_with(sql, values).front());
  }
  return all;
}

std::int64_t EndedMessages::would_end(store::Tx& tx, base::Instant at) const { return count_over(tx, at, {}); }

std::int64_t EndedMessages::would_stay(store::Tx& tx, base::Instant at, const store::Holds& holds) const {
  auto held = is_held_message(holds);
  if (held.sql.empty()) return 0;
  held.sql = fmt::format(" AND EXISTS (SELECT 1 FROM message WHERE message.batch_id = b.batch_id AND ({}))", held.sql);
  return count_over(tx, at, held);
}

}  // namespace alting::inbox
