#include "instances/deleting.h"

#include <map>
#include <set>

#include "instances/archive_reference.h"
#include "instances/attachment_rows.h"
#include "instances/instance_rows.h"
#include "instances/kept_deleted.h"
#include "instances/topics.h"
#include "instances/use_case.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "store/failpoint.h"
#include "store/once.h"
#include "store/outbox.h"
#include "store/row_reader.h"

namespace alting::instances {

using base::ErrorKind;
using base::make_error;

namespace {

constexpr std::int64_t matters_ended_at_once = 50;

// One of a matter, the notice or an addition.
struct PartOfMatter {
  terms::InstanceId id;
  State state = State::draft;
  base::Uuid key;
};

std::vector<PartOfMatter> parts_of_matter(store::Tx& tx, terms::PartyId party, const terms::InstanceId& root) {
  std::vector<PartOfMatter> parts;
  for (const auto& row : tx.query(
           "SELECT instance_id, state, key_id FROM instance WHERE party_id = ? AND root_id = ? ORDER BY instance_id",
           {party, root})) {
    store::RowReader from(row);
    PartOfMatter part;
    part.id = from.next<terms::InstanceId>();
    part.state = to_state(from.next<std::string>());
    part.key = from.next<base::Uuid>();
    parts.push_back(part);
  }
  return parts;
}

base::Status check_parts(const std::vector<PartOfMatter>& parts) {
  if (parts.empty()) return not_found();
  for (const auto& part : parts)
    if (part.state == State::draft)
      return make_error(ErrorKind::conflict, "error.deleting.addition", "a draft adds to it");
  return {};
}
bool lies_deleted(const std::vector<PartOfMatter>& parts) {
  for (const auto& part : parts)
    if (part.state != State::deleted) return false;
  return true;
}

// The party's copy goes. Answers the keys that the party loses. `shared`: those whose files the agency has the keys of.
base::Result<std::vector<base::Uuid>> end_copy(store::Tx& tx, terms::PartyId party,
                                               const std::vector<PartOfMatter>& parts,
                                               const std::set<terms::InstanceId>& shared) {
  std::vector<base::Uuid> keys;
  for (const auto& part : parts) {
    // The agency gets its wraps from the party's, which must be there until then.
    if (!shared.contains(part.id) && store::is_waiting(tx, keys_to_share, part.id.text()))
      return make_error(ErrorKind::conflict, "error.deleting.on_its_way", "keys for the agency are still to be shared");
    for (const auto& key : keys_of(attachments_of(tx, party, part.id))) keys.push_back(key);
    keys.push_back(part.key);
    const auto sent = tx.query_one(
        "SELECT key_id, agency_ended_at FROM submission WHERE party_id = ? AND instance_id = ?", {party, part.id});
    if (sent) {
      const auto [key, agency_ended] = store::read_row<base::Uuid, std::optional<base::Instant>>(*sent);
      if (key != part.key) keys.push_back(key);  // the caption is still under the key of the draft (kept_draft_keys.h)
      if (agency_ended) {
        tx.run("DELETE FROM attachment WHERE party_id = ? AND instance_id = ?", {party, part.id});
        tx.run("DELETE FROM submission WHERE party_id = ? AND instance_id = ?", {party, part.id});
      }
    }
    tx.run("DELETE FROM draft_key_kept WHERE party_id = ? AND instance_id = ?", {party, part.id});
    tx.run("DELETE FROM instance WHERE party_id = ? AND instance_id = ?", {party, part.id});
  }
  return keys;
}

ledger::NewEntry removing_entry(const terms::Permit& permit, base::Instant at, const Location& of,
                                std::string_view how) {
  auto entry = ledger::entry_for(ledger::EventKind::instance_removed, permit, at);
  entry.set(ledger::parameter::how, std::string(how));
  entry.set(ledger::parameter::reference, archive_reference(of.root));
  return entry;
}

}  // namespace

// What waits to be shared with the agency is shared now. Answers of which forms.
base::Result<Deleting::InstanceIds> Deleting::share_first(const Location& of) {
  std::map<terms::InstanceId, std::vector<base::Uuid>> waiting;
  with_.database.read([&](store::Tx& tx) {
    waiting.clear();
    for (const auto& part : parts_of_matter(tx, of.party, of.root))
      if (store::is_waiting(tx, keys_to_share, part.id.text()))
        waiting[part.id] = keys_of(attachments_of(tx, of.party, part.id));
  });
  InstanceIds shared;
  for (const auto& [id, keys] : waiting) {
    ALTING_CHECK(with_.sharing.share_now(keys, of));
    shared.insert(id);
  }
  return shared;
}

base::Status Deleting::remove(const terms::Permit& permit, base::Instant received, std::string_view post_id, How how) {
  if (!permit.instance()) return not_found();
  ALTING_CHECK(check_action(permit, terms::Action::remove));
  ALTING_TRY(once_id, read_post_id(post_id));
  const auto poster = party_holder(permit.actor().party);
  const auto act = act_on(form_removed, permit.instance()->text());
  ALTING_TRY(earlier, with_.database.read([&](store::Tx& tx) { return store::outcome_of(tx, once_id, poster, act); }));
  if (earlier) return {};
  const auto at =
      with_.database.read([&](store::Tx& tx) { return find_location(tx, permit.party(), *permit.instance()); });
  const bool by_job = permit.evidence().kind == "job";
  if (!at) return by_job ? base::Status() : not_found();
  if (at->state == State::draft) return wrong_state();
  const auto party = with_.parties.find(permit.party());
  const bool is_person = party && party->kind == parties::PartyKind::person;
  const bool at_once = is_person || by_job;
  const bool erases = at_once || how == How::for_good;
  InstanceIds shared;
  if (erases) {
    ALTING_TRY(done_now, share_first(*at));
    shared = std::move(done_now);
  }
  const auto prepared = with_.ledger.prepare(removing_entry(permit, received, *at, erases ? "erased" : "marked"));
  std::vector<base::Uuid> keys;
  const auto put_away = [&](store::Tx& tx) -> base::Result<std::string> {
    ALTING_CHECK(with_.decider.recheck(tx, permit));
    const auto parts = parts_of_matter(tx, permit.party(), at->root);
    ALTING_CHECK(check_parts(parts));
    const bool is_deleted = lies_deleted(parts);
    if (!erases && is_deleted) return at->id.text();
    if (erases && !at_once && !is_deleted) return wrong_state();  // somebody brought it back meanwhile
    if (erases && !by_job)
      for (const auto& part : parts) ALTING_CHECK(check_not_held(tx, with_.held, permit.party(), part.id.text()));
    if (!by_job)
      ALTING_CHECK(with_.quotas.spend(tx, store::Spending::deletions, received, permit.actor().party, permit.party()));
    if (erases) {
      ALTING_TRY(lost, end_copy(tx, permit.party(), parts, shared));
      keys = lost;
      with_.erasure.emit_for(tx, party_holder(permit.party()), keys, at->root);
      if (!by_job) with_.erasure.emit_let_go_by(tx, permit.party());
    } else {
      tx.run("UPDATE instance SET state = 'deleted', removed_at = ?, changed_at = ? WHERE party_id = ? AND root_id = ?",
             {received, received, permit.party(), at->root});
    }
    with_.ledger.append(tx, prepared);
    return at->id.text();
  };
  const auto done = with_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
    keys.clear();
    return store::once(tx, once_id, poster, act, received, [&] { return put_away(tx); });
  });
  if (!done) return done.error();
  store::failpoint::pass("instances.removed");
  with_.erasure.erase_at_once_for(party_holder(permit.party()), keys);
  return {};
}

base::Status Deleting::bring_back(const terms::Permit& permit, base::Instant received, std::string_view post_id) {
  if (!permit.instance()) return not_found();
  ALTING_CHECK(check_action(permit, terms::Action::remove));
  std::optional<base::Uuid> once_id;
  if (!post_id.empty()) {
    ALTING_TRY(read, read_post_id(post_id));
    once_id = read;
  }
  const auto at =
      with_.database.read([&](store::Tx& tx) { return find_location(tx, permit.party(), *permit.instance()); });
  if (!at) return not_found();
  auto entry = ledger::entry_for(ledger::EventKind::instance_brought_back, permit, received);
  entry.set(ledger::parameter::reference, archive_reference(at->root));
  const auto prepared = with_.ledger.prepare(std::move(entry));
  const auto bring = [&](store::Tx& tx) -> base::Result<std::string> {
    ALTING_CHECK(with_.decider.recheck(tx, permit));
    const auto now = find_location(tx, permit.party(), at->id);
    if (!now) return not_found();
    if (now->state != State::deleted) return at->id.text();
    ALTING_CHECK(with_.quotas.spend(tx, store::Spending::entries, received, permit.actor().party, permit.party()));
    tx.run("UPDATE instance SET state = 'sent', removed_at = NULL, changed_at = ? WHERE party_id = ? AND root_id = ?",
           {received, permit.party(), at->root});
    with_.ledger.append(tx, prepared);
    return at->id.text();
  };
  const auto act = act_on(form_brought_back, at->id.text());
  const auto done = with_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
    if (!once_id) return bring(tx);
    return store::once(tx, *once_id, party_holder(permit.actor().party), act, received, [&] { return bring(tx); });
  });
  if (!done) return done.error();
  return {};
}

base::Result<bool> Deleting::end_one(const Location& notice, base::Instant before, const store::HoldsNow& holds) {
  ALTING_TRY(permit, with_.decider.permit_for_job(access::JobKind::retention, terms::Action::remove, notice.target()));
  ALTING_TRY(shared, share_first(notice));
  const auto prepared = with_.ledger.prepare(removing_entry(permit, with_.clock.now(), notice, "erased"));
  std::vector<base::Uuid> keys;
  const auto holder = party_holder(notice.party);
  const auto done = with_.database.write([&](store::Tx& tx) -> base::Status {
    keys.clear();
    ALTING_CHECK(with_.decider.recheck(tx, permit));
    const auto held = holds ? holds(tx) : store::Holds();
    if (held.holds(rule_of_deleted, notice.party, notice.id.text())) return {};
    // Brought back, or brought back and deleted anew, meanwhile.
    if (!tx.query_one(
            "SELECT instance_id FROM instance WHERE party_id = ? AND instance_id = ? AND removed_at IS NOT NULL AND "
            "removed_at < ?",
            {notice.party, notice.id, before}))
      return {};
    const auto parts = parts_of_matter(tx, notice.party, notice.root);
    ALTING_CHECK(check_parts(parts));
    ALTING_TRY(lost, end_copy(tx, notice.party, parts, shared));
    keys = lost;
    held.count(tx, rule_of_deleted, "instance", keys.empty() ? 0 : 1);
    with_.erasure.emit_for(tx, holder, keys, notice.root);
    with_.ledger.append(tx, prepared);
    return {};
  });
  if (!done) return done.error();
  store::failpoint::pass("instances.deleted_ended");
  with_.erasure.erase_at_once_for(holder, keys);
  return !keys.empty();
}

std::int64_t Deleting::end_deleted(const store::HoldsNow& holds) {
  const auto before = over_when_deleted_before(with_.clock.now());
  if (!before) return 0;
  struct Due {
    Location notice;
    base::Instant removed_at;
  };
  std::int64_t ended = 0;
  std::optional<Due> last;  // what is held or restricted stays, and those behind it get their turn
  while (ended < matters_ended_at_once) {
    const auto due = with_.database.read([&](store::Tx& tx) {
      std::vector<Due> found;
      for (const auto& row : tx.query(
               "SELECT i.removed_at, i.party_id, i.instance_id, i.org, i.app FROM instance i WHERE i.removed_at IS NOT "
               "NULL AND i.removed_at < ? AND (i.removed_at, i.party_id, i.instance_id) > (?, ?, ?) AND i.parent_id IS "
               "NULL ORDER BY i.removed_at, i.party_id, i.instance_id LIMIT ?",
               {*before, last ? last->removed_at : base::Instant{}, last ? last->notice.party : terms::PartyId{},
                last ? last->notice.id.text() : std::string(), matters_ended_at_once})) {
        store::RowReader from(row);
        Due one;
        one.removed_at = from.next<base::Instant>();
        one.notice.party = from.next<terms::PartyId>();
        one.notice.id = one.notice.root = from.next<terms::InstanceId>();
        one.notice.app.org = from.next<std::string>();
        one.notice.app.app = from.next<std::string>();
        one.notice.state = State::deleted;
        found.push_back(std::move(one));
      }
      return found;
    });
    if (due.empty()) break;
    for (const auto& one : due)
      if (const auto gone = end_one(one.notice, *before, holds); gone && *gone) ++ended;
    last = due.back();
  }
  return ended;
}

}  // namespace alting::instances
