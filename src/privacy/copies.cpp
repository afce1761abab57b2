#include "privacy/copies.h"

#include <algorithm>

#include "base/log.h"
#include "instances/instance.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "privacy/copy_rows.h"
#include "privacy/room_catalogue.h"
#include "store/failpoint.h"
#include "store/once.h"
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

base::Result<base::Uuid> read_copy_post(std::string_view text) {
  const auto id = base::Uuid::parse(text);
  if (!id) return make_error(ErrorKind::invalid, "error.post_id", "the form carries no one-time id");
  return *id;
}

ledger::NewEntry copy_entry(ledger::EventKind kind, const terms::Permit& permit, const CopyId& id, base::Instant at) {
  auto entry = ledger::entry_for(kind, permit, at);
  entry.set(ledger::parameter::copy, id.text());
  return entry;
}

// Who manages the access of the party itself.
base::Status check_copy_permit(const terms::Permit& permit) {
  const bool manages = permit.action() == terms::Action::read_delegations || permit.action() == terms::Action::delegate;
  if (manages && permit.resource() == "party" && permit.actor().is_person()) return {};
  return make_error(ErrorKind::forbidden, "error.copies.not_yours", "no permit to have a copy of the party's data");
}

}  // namespace

base::Status Copies::check_level(const terms::Permit& permit) {
  const auto apps = with_.database.read([&](store::Tx& tx) {
    std::vector<terms::AppId> found;
    for (const auto& row : tx.query("SELECT DISTINCT org, app FROM instance WHERE party_id = ? UNION SELECT DISTINCT "
                                    "org, app FROM message_count WHERE party_id = ?",
                                    {permit.party(), permit.party()})) {
      auto [org, app] = store::read_row<std::string, std::string>(row);
      found.push_back({std::move(org), std::move(app)});
    }
    return found;
  });
  std::optional<terms::AssuranceLevel> needed;
  for (const auto& app : apps) needed = std::max(needed, with_.decider.withheld(permit.actor(), app));
  if (!needed) return {};
  return make_error(ErrorKind::level_too_low, "error.access.level", "the login is too weak",
                    {{"level", std::to_string(static_cast<int>(*needed))}});
}

base::Result<CopyId> Copies::ask(const terms::Permit& permit, base::Language language, base::Instant at,
                                 std::string_view post_id) {
  ALTING_CHECK(check_copy_permit(permit));
  ALTING_TRY(post, read_copy_post(post_id));
  ALTING_CHECK(check_level(permit));
  const CopyId id{base::Uuid::v7(with_.random, at)};
  const auto prepared = with_.ledger.prepare(copy_entry(ledger::EventKind::copy_asked, permit, id, at));
  const auto& actor = permit.actor();
  ALTING_TRY(outcome, with_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
    return store::once(
        tx, post, instances::party_holder(actor.party), fmt::format("{} {}", copy_asked, permit.party().value), at,
        [&]() -> base::Result<std::string> {
          ALTING_CHECK(with_.decider.recheck(tx, permit));
          if (const auto row = tx.query_one(
                  "SELECT asked_at FROM privacy_copy WHERE party_id = ? AND asked_by = ? AND state <> 'failed' AND "
                  "(asked_at > ? OR state = 'waiting') ORDER BY asked_at DESC LIMIT 1",
                  {permit.party(), actor.party, at - between_copies})) {
            const auto next = store::read_one<base::Instant>(*row) + between_copies;
            return make_error(ErrorKind::too_many, "error.copies.too_soon", "one copy a day",
                              {{"when", base::format_local(std::max(next, at), base::TimeStyle::compact, language)}});
          }
          ALTING_CHECK(with_.quotas.spend(tx, store::Spending::entries, at, actor.party, permit.party()));
          tx.run(
              "INSERT INTO privacy_copy (copy_id, party_id, asked_by, user_id, language, asked_at, kept_from, state, "
              "tries, items_done, items_all, leased_until, size, downloads) VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', 0, "
              "0, 0, 0, 0, 0)",
              {id, permit.party(), actor.party, actor.user_id, base::to_text(language), at, at});
          with_.ledger.append(tx, prepared);
          return id.text();
        });
  }));
  const auto asked = CopyId::parse(outcome);
  if (!asked) throw store::DatabaseError("which copy was asked for cannot be read");
  return *asked;
}

std::vector<CopyStatus> Copies::list(const terms::Permit& permit, base::Instant at) {
  if (!check_copy_permit(permit)) return {};
  const auto* rule = terms::in_force(copy_rule(), at);
  return with_.database.read([&](store::Tx& tx) {
    std::vector<CopyStatus> all;
    for (const auto& row :
         tx.query(fmt::format("SELECT {} FROM privacy_copy WHERE party_id = ? AND asked_by = ? AND state <> 'deleted' "
                              "AND kept_from >= ? ORDER BY asked_at DESC LIMIT 50",
                              copy_columns),
                  {permit.party(), permit.actor().party, oldest_copy(at)})) {
      const auto stored = stored_copy_from(row);
      CopyStatus status{.id = stored.id, .asked_at = stored.asked_at, .state = stored.state_at(at)};
      status.done = stored.done;
      status.all = stored.all;
      status.size = stored.blob ? stored.blob->size : 0;
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
  if (found->deleted() || found->kept_from < oldest_copy(at)) return no_copy();
  return *found;
}

base::Result<CopyDownload> Copies::begin_download(const terms::Permit& permit, const CopyId& id,
                                                  base::Instant logged_in_at, base::Instant at) {
  ALTING_TRY(stored, find(permit, id, at));
  if (!stored.blob) return make_error(ErrorKind::conflict, "error.copies.not_ready", "the copy is not ready");
  ALTING_CHECK(check_level(permit));
  if (at - logged_in_at > fresh_login)
    return make_error(ErrorKind::unauthenticated, "error.copies.login_again", "the login is not fresh");
  const auto prepared = with_.ledger.prepare(copy_entry(ledger::EventKind::copy_downloaded, permit, id, at));
  ALTING_CHECK(with_.database.write([&](store::Tx& tx) -> base::Status {
    ALTING_CHECK(with_.decider.recheck(tx, permit));
    ALTING_CHECK(with_.quotas.spend(tx, store::Spending::entries, at, permit.actor().party, permit.party()));
    if (tx.run("UPDATE privacy_copy SET downloads = downloads + 1 WHERE copy_id = ? AND state = 'ready'", {id}) == 0)
      return no_copy();
    with_.ledger.append(tx, prepared);
    return {};
  }));
  return CopyDownload{fmt::format("alting-kopi-{}.zip", base::to_date_oslo(stored.kept_from)), stored.blob->size};
}

base::Status Copies::read(const terms::Permit& permit, const CopyId& id, base::Instant at,
                          const std::function<void(base::ByteView)>& take) {
  ALTING_TRY(stored, find(permit, id, at));
  if (!stored.blob) return make_error(ErrorKind::conflict, "error.copies.not_ready", "the copy is not ready");
  ALTING_CHECK(with_.database.read([&](store::Tx& tx) { return with_.decider.recheck_read(tx, permit); }));
  const auto read = with_.vault.read_blob(*stored.blob, instances::party_holder(stored.party), take);
  if (!read) return no_copy();
  return {};
}

base::Status Copies::forget(const terms::Permit& permit, const CopyId& id, base::Instant at, std::string_view post_id) {
  ALTING_TRY(post, read_copy_post(post_id));
  ALTING_CHECK(check_copy_permit(permit));
  const auto act = fmt::format("{} {}", copy_deleted, id.text());
  const auto poster = instances::party_holder(permit.actor().party);
  ALTING_TRY(before, with_.database.read([&](store::Tx& tx) { return store::outcome_of(tx, post, poster, act); }));
  if (before) return {};
  ALTING_TRY(stored, find(permit, id, at));
  ALTING_CHECK(with_.database.read([&](store::Tx& tx) { return with_.decider.recheck_read(tx, permit); }));
  const auto prepared = with_.ledger.prepare(copy_entry(ledger::EventKind::copy_deleted, permit, id, at));
  if (stored.blob) with_.vault.discard_blob(*stored.blob, instances::party_holder(stored.party));
  store::failpoint::pass("copies.key_gone");
  const auto done = with_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
    return store::once(tx, post, poster, act, at, [&]() -> base::Result<std::string> {
      ALTING_CHECK(with_.decider.recheck(tx, permit));
      const auto now = find_copy(tx, id);
      if (!now || now->deleted()) return id.text();
      // It was made meanwhile: its key has not gone yet. The person presses again, or it goes by its time.
      if (now->blob.has_value() != stored.blob.has_value())
        return make_error(ErrorKind::conflict, "error.copies.changed", "the copy was made meanwhile");
      tx.run(
          "UPDATE privacy_copy SET state = 'deleted', key_id = NULL, blob_name = NULL, digest = NULL, size = 0, "
          "lease_holder = NULL WHERE copy_id = ?",
          {id});
      with_.ledger.append(tx, prepared);
      return id.text();
    });
  });
  if (!done) return done.error();
  return {};
}

// Keys and files first: a kill then leaves rows that name nothing any more, and this is called again.
void Copies::forget_rows(const std::vector<StoredCopy>& rows) {
  for (const auto& one : rows)
    if (one.blob) with_.vault.discard_blob(*one.blob, instances::party_holder(one.party));
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

std::int64_t Copies::end_expired(base::Instant now) {
  const auto before = oldest_copy(now);
  const auto rows = with_.database.read(
      [&](store::Tx& tx) { return copies_where(tx, "kept_from < ?", {before}, forgotten_at_once); });
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
