#include "privacy/copies.h"

#include <algorithm>

#include "instances/instance.h"
#include "instances/topics.h"
#include "ledger/event_kinds.h"
#include "privacy/copy_posts.h"
#include "privacy/copy_rows.h"
#include "privacy/own_level.h"
#include "privacy/room_catalogue.h"
#include "store/failpoint.h"
#include "store/once.h"
#include "store/outbox.h"
#include "store/row_reader.h"

namespace alting::privacy {

using base::ErrorKind;
using base::make_error;

namespace {

constexpr std::int64_t forgotten_at_once = 20;

const terms::RetentionRule& copy_rule() { return terms::rule_in(room_catalogue(), "privacy.copy"); }

// What was asked for, or was ready, before this moment is over.
base::Instant oldest_copy(base::Instant now) { return terms::ended_before(copy_rule(), now).value_or(base::Instant{}); }

base::Error no_copy() { return make_error(ErrorKind::gone, "error.copies.gone", "the copy is gone"); }

// What was deleted for good a moment ago may be in it: whether it goes is decided when that is delivered.
base::Status check_settled(store::Tx& tx, terms::PartyId party) {
  if (!store::is_waiting(tx, instances::let_go, std::to_string(party.value))) return {};
  return make_error(ErrorKind::conflict, "error.copies.not_ready", "something was deleted a moment ago");
}

struct StopReading {};  // ends the reading of a copy from within

}  // namespace

std::vector<CopyStatus> Copies::list(const terms::Permit& permit, base::Instant at) {
  if (!check_copy_permit(permit)) return {};
  const auto* rule = terms::in_force(copy_rule(), at);
  return with_.database.read([&](store::Tx& tx) {
    std::vector<CopyStatus> all;
    for (const auto& row :
         tx.query(fmt::format("SELECT {} FROM privacy_copy WHERE party_id = ? AND asked_by = ? AND state <> 'deleted' "
                              "AND (kept_from >= ? OR state = 'waiting') ORDER BY asked_at DESC LIMIT 50",
                              copy_columns),
                  {permit.party(), permit.actor().party, oldest_copy(at)})) {
      const auto stored = stored_copy_from(row);
      CopyStatus status{.id = stored.id, .asked_at = stored.asked_at, .state = stored.state_at(at)};
      status.done = stored.done;
      status.all = stored.all;
      status.size = stored.ready() && stored.blob ? stored.blob->size : 0;
      status.downloads = stored.downloads;
      if (status.state == CopyState::ready) {
        status.ready_at = stored.kept_from;
        if (rule != nullptr && rule->period)
          status.expires_at = stored.kept_from + base::Duration::minutes(rule->period->minutes);
      }
      all.push_back(std::move(status));
    }
    return all;
  });
}

base::Result<StoredCopy> Copies::find(const terms::Permit& permit, const CopyId& id, base::Instant at) {
  ALTING_CHECK(check_copy_permit(permit));
  const auto found = with_.database.read([&](store::Tx& tx) { return find_copy(tx, id); });
  if (!found || found->party != permit.party() || found->asked_by != permit.actor().party)
    return make_error(ErrorKind::not_found, "error.copies.gone", "there is no such copy of theirs");
  const bool is_over = found->state != "waiting" && found->kept_from < oldest_copy(at);
  if (found->deleted() || is_over) return no_copy();
  return *found;
}

base::Result<CopyDownload> Copies::look(const terms::Permit& permit, const CopyId& id, base::Instant logged_in_at,
                                        base::Instant at) {
  ALTING_TRY(stored, find(permit, id, at));
  if (!stored.ready() || !stored.blob)
    return make_error(ErrorKind::conflict, "error.copies.not_ready", "the copy is not ready");
  ALTING_CHECK(check_own_level(with_.database, with_.decider, permit));
  ALTING_CHECK(check_confidential(permit, stored));
  if (at - logged_in_at > fresh_login)
    return make_error(ErrorKind::unauthenticated, "error.copies.login_again", "the login is not fresh");
  ALTING_CHECK(with_.database.read([&](store::Tx& tx) { return check_settled(tx, permit.party()); }));
  // Of a person nothing more: the name of a file is seen by others.
  const auto number = with_.organisation_number ? with_.organisation_number(permit.party()) : std::string();
  return CopyDownload{
      fmt::format("alting-kopi-{}{}{}.zip", number, number.empty() ? "" : "-", base::to_date_oslo(stored.kept_from)),
      stored.blob->size};
}

base::Result<CopyDownload> Copies::begin_download(const terms::Permit& permit, const CopyId& id,
                                                  base::Instant logged_in_at, base::Instant at) {
  ALTING_TRY(download, look(permit, id, logged_in_at, at));
  auto entry = ledger::entry_for(ledger::EventKind::copy_downloaded, permit, at);
  entry.set(ledger::parameter::copy, id.text());
  const auto prepared = with_.ledger.prepare(entry);
  ALTING_CHECK(with_.database.write([&](store::Tx& tx) -> base::Status {
    ALTING_CHECK(with_.decider.recheck(tx, permit));
    ALTING_CHECK(with_.quotas.spend(tx, store::Spending::entries, at, permit.actor().party, permit.party()));
    ALTING_CHECK(check_settled(tx, permit.party()));
    if (tx.run("UPDATE privacy_copy SET downloads = downloads + 1 WHERE copy_id = ? AND state = 'ready'", {id}) == 0)
      return no_copy();
    with_.ledger.append(tx, prepared);
    return {};
  }));
  return download;
}

// As the database and the keystore have it now, whichever process wrote that.
base::Status Copies::check_stands(const terms::Permit& permit, const StoredCopy& copy) {
  ALTING_CHECK(with_.database.read([&](store::Tx& tx) -> base::Status {
    if (!tx.query_one("SELECT 1 FROM privacy_copy WHERE copy_id = ? AND state = 'ready' AND key_id = ?",
                      {copy.id, copy.blob->key_id}))
      return no_copy();
    return with_.decider.recheck_read(tx, permit);
  }));
  if (with_.vault.still_held({copy.blob->key_id}).empty()) return no_copy();
  return {};
}

base::Status Copies::read(const terms::Permit& permit, const CopyId& id, base::Instant at,
                          const std::function<void(base::ByteView)>& take) {
  ALTING_TRY(stored, find(permit, id, at));
  if (!stored.ready() || !stored.blob)
    return make_error(ErrorKind::conflict, "error.copies.not_ready", "the copy is not ready");
  base::Status stands = check_stands(permit, stored);
  if (!stands) return stands;
  try {
    const auto read =
        with_.vault.read_blob(*stored.blob, instances::party_holder(stored.party), [&](base::ByteView piece) {
          stands = check_stands(permit, stored);
          if (!stands) throw StopReading{};
          take(piece);
        });
    if (!read) return no_copy();
  } catch (const StopReading&) {
    return stands;
  }
  return {};
}

base::Status Copies::forget(const terms::Permit& permit, const CopyId& id, base::Instant at, std::string_view post_id) {
  ALTING_TRY(post, read_copy_post(post_id));
  ALTING_CHECK(check_copy_permit(permit));
  const auto act = fmt::format("{} {}", copy_deleted, id.text());
  const auto poster = instances::party_holder(permit.actor().party);
  ALTING_TRY(before, with_.database.read([&](store::Tx& tx) { return store::outcome_of(tx, post, poster, act); }));
  if (!before) {
    ALTING_TRY(stored, find(permit, id, at));
    auto entry = ledger::entry_for(ledger::EventKind::copy_deleted, permit, at);
    entry.set(ledger::parameter::copy, id.text());
    const auto prepared = with_.ledger.prepare(entry);
    ALTING_CHECK(with_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
      return store::once(tx, post, poster, act, at, [&]() -> base::Result<std::string> {
        ALTING_CHECK(with_.decider.recheck(tx, permit));
        const auto now = find_copy(tx, id);
        if (!now || now->deleted()) return id.text();
        // The person took back one that was not made yet: whether it goes now that it is there is theirs to say.
        if (now->ready() != stored.ready())
          return make_error(ErrorKind::conflict, "error.copies.changed", "the copy was made meanwhile");
        tx.run("UPDATE privacy_copy SET state = 'deleted', lease_holder = NULL WHERE copy_id = ?", {id});
        with_.ledger.append(tx, prepared);
        return id.text();
      });
    }));
    store::failpoint::pass("copies.deleted");
  }
  const auto now = with_.database.read([&](store::Tx& tx) { return find_copy(tx, id); });
  if (now && now->deleted() && now->party == permit.party()) erase_deleted(*now);
  return {};
}

void Copies::erase_keys(const StoredCopy& copy) {
  (void)with_.vault.erase_by_holder(holder_in_making(copy.id));
  if (copy.blob) with_.vault.discard_blob(*copy.blob, instances::party_holder(copy.party));
}

// Of one that is marked as deleted: the row stays for its days, and names nothing any more.
void Copies::erase_deleted(const StoredCopy& copy) {
  erase_keys(copy);
  store::failpoint::pass("copies.key_gone");
  (void)with_.database.write([&](store::Tx& tx) -> base::Status {
    tx.run(
        "UPDATE privacy_copy SET key_id = NULL, blob_name = NULL, digest = NULL, size = 0 WHERE copy_id = ? AND state "
        "= 'deleted'",
        {copy.id});
    return {};
  });
}

// First nobody makes them any more; then keys and files; then the rows. A kill between leaves rows, and this is called again.
void Copies::forget_rows(const std::vector<StoredCopy>& rows) {
  (void)with_.database.write([&](store::Tx& tx) -> base::Status {
    for (const auto& one : rows)
      tx.run("UPDATE privacy_copy SET state = 'deleted', lease_holder = NULL WHERE copy_id = ? AND state = 'waiting'",
             {one.id});
    return {};
  });
  for (const auto& one : rows) erase_keys(one);
  store::failpoint::pass("copies.keys_gone");
  (void)with_.database.write([&](store::Tx& tx) -> base::Status {
    for (const auto& one : rows) {
      // One that was made meanwhile is found again by the next round, with its key.
      if (one.blob)
        tx.run("DELETE FROM privacy_copy WHERE copy_id = ?", {one.id});
      else
        tx.run("DELETE FROM privacy_copy WHERE copy_id = ? AND blob_name IS NULL", {one.id});
    }
    return {};
  });
}

std::int64_t Copies::forget_all(terms::PartyId party) {
  std::int64_t count = 0;
  for (;;) {
    const auto rows = with_.database.read([&](store::Tx& tx) {
      return copies_where(tx, "party_id = ? OR asked_by = ?", {party, party}, forgotten_at_once);
    });
    if (rows.empty()) return count;
    forget_rows(rows);
    count += static_cast<std::int64_t>(rows.size());
  }
}

std::int64_t Copies::forget_made(terms::PartyId party, base::Instant deleted_at) {
  // The lease goes first: whoever makes one does not get it ready, and then what is ready is found. What was written of it
  // goes when it is begun anew.
  (void)with_.database.write([&](store::Tx& tx) -> base::Status {
    tx.run(
        "UPDATE privacy_copy SET lease_holder = NULL, leased_until = 0, tries = CASE WHEN tries > 0 THEN tries - 1 "
        "ELSE 0 END WHERE party_id = ? AND state = 'waiting' AND lease_holder IS NOT NULL AND asked_at <= ?",
        {party, deleted_at});
    return {};
  });
  std::int64_t count = 0;
  for (;;) {
    const auto rows = with_.database.read([&](store::Tx& tx) {
      return copies_where(tx, "party_id = ? AND asked_at <= ? AND state = 'ready'", {party, deleted_at},
                          forgotten_at_once);
    });
    if (rows.empty()) return count;
    forget_rows(rows);
    count += static_cast<std::int64_t>(rows.size());
  }
}

std::int64_t Copies::end_expired(base::Instant now) {
  const auto before = oldest_copy(now);
  const auto cut_off = with_.database.read([&](store::Tx& tx) {
    return copies_where(tx, "state = 'deleted' AND blob_name IS NOT NULL AND kept_from >= ?", {before},
                        forgotten_at_once);
  });
  for (const auto& one : cut_off) erase_deleted(one);
  const auto rows = with_.database.read(
      // One that waits is made, however long that takes.
      [&](store::Tx& tx) {
        return copies_where(tx, "kept_from < ? AND state <> 'waiting'", {before}, forgotten_at_once);
      });
  if (!rows.empty()) forget_rows(rows);
  return static_cast<std::int64_t>(rows.size());
}

store::Job Copies::ending() {
  return {.code = "end_copies",
          .legal_basis = terms::law_of(copy_rule(), with_.clock.now()),
          .every = base::Duration::hours(1),
          .run = [this] { return end_expired(with_.clock.now()); },
          .until_none_left = true};
}

}  // namespace alting::privacy
