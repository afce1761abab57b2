#include "instances/agency_retention.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <vector>

#include "instances/topics.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "store/failpoint.h"
#include "store/outbox.h"
#include "store/row_reader.h"

namespace alting::instances {
namespace {

constexpr std::int64_t matters_looked_at_once = 100;
constexpr auto longest_part = std::chrono::seconds(2);  // a stop waits for it

// Nothing of it was sent since.
constexpr std::string_view matter_over =
    "s.org = ? AND s.app = ? AND s.agency_ended_at IS NULL AND s.received_at < ? AND s.kind = 'notice' AND NOT EXISTS "
    "(SELECT 1 FROM submission x WHERE x.party_id = s.party_id AND x.root_id = s.root_id AND x.received_at >= ?)";

}  // namespace

struct AgencyRetention::Due {
  Location at;  // of the notice
  terms::PartyUuid party_uuid;
  std::string party_name, reference;
  base::Instant received_at;
};

std::int64_t AgencyRetention::end_copies(const store::HoldsNow& holds) {
  const auto stop = std::chrono::steady_clock::now() + longest_part;
  std::int64_t ended = 0;
  for (const auto& app : with_.apps.all()) {
    const auto& id = app->facts().id;
    const auto before = forms::agency_copy_ended_before(app->facts().data_catalogue, with_.clock.now());
    if (!before) continue;
    // Those that are held stay at the head of the list, and are passed by.
    Due last{};
    last.received_at.micros = -1;
    while (true) {
      const auto due = with_.database.read([&](store::Tx& tx) {
        std::vector<Due> found;
        for (const auto& row : tx.query(
                 fmt::format("SELECT s.party_id, s.instance_id, s.party_uuid, s.party_name, s.archive_reference, "
                             "s.received_at FROM submission s WHERE {} AND (s.received_at, s.party_id, s.instance_id) "
                             "> (?, ?, ?) ORDER BY s.received_at, s.party_id, s.instance_id LIMIT ?",
                             matter_over),
                 {id.org, id.app, *before, *before, last.received_at, last.at.party, last.at.id,
                  matters_looked_at_once})) {
          store::RowReader from(row);
          Due one;
          one.at.party = from.next<terms::PartyId>();
          one.at.id = from.next<terms::InstanceId>();
          one.at.app = id;
          one.at.state = State::sent;
          one.at.root = one.at.id;
          one.party_uuid = from.next<terms::PartyUuid>();
          one.party_name = from.next<std::string>();
          one.reference = from.next<std::string>();
          one.received_at = from.next<base::Instant>();
          found.push_back(std::move(one));
        }
        return found;
      });
      if (due.empty()) break;
      for (const auto& one : due) {
        if (end_one(one, *before, holds)) ++ended;
        if (std::chrono::steady_clock::now() >= stop) return ended;
      }
      last = due.back();
    }
  }
  return ended;
}

bool AgencyRetention::end_one(const Due& due, base::Instant before, const store::HoldsNow& holds) {
  auto target = due.at.target();
  target.confidential = false;  // the law of the job is its ground, and no role
  const auto permit = with_.decider.permit_for_job(access::JobKind::retention, terms::Action::remove, target);
  if (!permit) return false;
  const auto now = with_.clock.now();
  auto entry = ledger::entry_for(ledger::EventKind::agency_copy_ended, *permit, now);
  entry.party_uuid = due.party_uuid;
  entry.party_name = due.party_name;
  entry.agency = due.at.app.org;
  entry.set(ledger::parameter::reference, due.reference);
  const auto prepared = with_.ledger.prepare(std::move(entry));
  const auto holder = agency_holder(due.at.app.org);
  std::vector<base::Uuid> keys;
  const auto done = with_.database.write([&](store::Tx& tx) -> base::Result<bool> {
    keys.clear();
    ALTING_CHECK(with_.decider.recheck(tx, *permit));
    const auto held = holds ? holds(tx) : store::Holds();
    if (held.whole(rule_of_agency_copy) || held.holds(rule_of_agency_copy, due.at.party, due.at.id.text()))
      return false;
    // An addition may have come, and its keys may be on their way to the agency.
    if (store::read_one<std::int64_t>(
            *tx.query_one("SELECT COUNT(*) FROM submission WHERE party_id = ? AND root_id = ? "
                          "AND (received_at >= ? OR agency_ended_at IS NOT NULL)",
                          {due.at.party, due.at.id, before})) > 0)
      return false;
    std::vector<terms::InstanceId> parts;
    for (const auto& row : tx.query("SELECT instance_id, key_id FROM submission WHERE party_id = ? AND root_id = ?",
                                    {due.at.party, due.at.id})) {
      const auto [part, key] = store::read_row<terms::InstanceId, base::Uuid>(row);
      parts.push_back(part);
      keys.push_back(key);
    }
    for (const auto& part : parts) {
      if (store::is_waiting(tx, keys_to_share, part.text())) return false;
      for (const auto& row :
           tx.query("SELECT key_id FROM attachment WHERE party_id = ? AND instance_id = ?", {due.at.party, part}))
        keys.push_back(store::read_one<base::Uuid>(row));
    }
    const bool party_has_it =
        store::read_one<std::int64_t>(*tx.query_one(
            "SELECT COUNT(*) FROM instance WHERE party_id = ? AND instance_id = ?", {due.at.party, due.at.id})) > 0;
    if (party_has_it) {
      // What only the agency's list asks for goes.
      tx.run("UPDATE submission SET agency_ended_at = ?, search_words = '' WHERE party_id = ? AND root_id = ?",
             {now, due.at.party, due.at.id});
    } else {
      for (const auto& part : parts)
        tx.run("DELETE FROM attachment WHERE party_id = ? AND instance_id = ?", {due.at.party, part});
      tx.run("DELETE FROM submission WHERE party_id = ? AND root_id = ?", {due.at.party, due.at.id});
    }
    held.count(tx, rule_of_agency_copy, "submission", 1);
    with_.erasure.emit_for(tx, holder, keys, due.at.id);
    with_.ledger.append(tx, prepared);
    return true;
  });
  if (!done || !*done) return false;
  store::failpoint::pass("instances.agency_copy_ended");
  with_.erasure.erase_at_once_for(holder, keys);
  return true;
}

std::int64_t AgencyRetention::would_end(store::Tx& tx, base::Instant at) const {
  std::int64_t all = 0;
  for (const auto& app : with_.apps.all()) {
    const auto& id = app->facts().id;
    const auto before = forms::agency_copy_ended_before(app->facts().data_catalogue, at);
    if (!before) continue;
    all += store::read_one<std::int64_t>(*tx.query_one(
        fmt::format("SELECT COUNT(*) FROM submission s WHERE {}", matter_over), {id.org, id.app, *before, *before}));
  }
  return all;
}

std::int64_t AgencyRetention::would_stay(store::Tx& tx, base::Instant at, const store::Holds& holds) const {
  std::int64_t all = 0;
  const auto held_parties = holds.parties(rule_of_agency_copy);
  for (const auto& app : with_.apps.all()) {
    const auto& id = app->facts().id;
    const auto before = forms::agency_copy_ended_before(app->facts().data_catalogue, at);
    if (!before) continue;
    for (const auto party : held_parties)
      for (const auto& row :
           tx.query(fmt::format("SELECT s.instance_id FROM submission s WHERE s.party_id = ? AND {}", matter_over),
                    {party, id.org, id.app, *before, *before}))
        if (holds.holds(rule_of_agency_copy, party, store::read_one<std::string>(row))) ++all;
  }
  return all;
}

}  // namespace alting::instances
