#include "instances/matters.h"

#include "instances/archive_reference.h"
#include "instances/instance_rows.h"
#include "instances/submission_rows.h"
#include "instances/use_case.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"

namespace alting::instances {

base::Result<Matter> Matters::open(const terms::Permit& permit) {
  if (!permit.instance() || !is_of_party(permit)) return not_found();
  auto sealed = with_.database.read([&](store::Tx& tx) -> std::vector<SealedSubmission> {
    const auto at = find_location(tx, permit.party(), *permit.instance());
    if (!at) return {};
    return submissions_of_matter(tx, permit.party(), at->root);
  });
  if (sealed.empty()) return not_found();
  const auto app = with_.apps.find(sealed.front().submission.at.app);
  ALTING_TRY(matter, open_matter(with_.vault, std::move(sealed), party_holder(permit.party()), app.get()));
  with_.ledger.note_own_read(permit);
  return matter;
}

base::Result<Submission> Matters::open_submission(const terms::Permit& permit) {
  if (!permit.instance() || !is_of_party(permit)) return not_found();
  auto sealed = with_.database.read([&](store::Tx& tx) {
    const auto at = find_location(tx, permit.party(), *permit.instance());
    auto found = at ? find_submission(tx, permit.party(), *permit.instance()) : std::nullopt;
    if (found) found->submission.at = *at;
    return found;
  });
  if (!sealed) return not_found();
  with_.ledger.note_own_read(permit);
  return open_sealed(with_.vault, std::move(*sealed), party_holder(permit.party()));
}

std::vector<Summary> Matters::earlier(const terms::Permit& permit, const terms::AppId& app) {
  if (permit.resource() != "app:" + app.text()) return {};
  struct Found {
    Summary summary;
    base::Uuid key_id;
    std::optional<base::Bytes> caption;
  };
  auto rows = with_.database.read([&](store::Tx& tx) {
    std::vector<Found> found;
    for (const auto& row : tx.query(
             "SELECT s.instance_id, s.archive_reference, s.received_at, s.party_name, s.party_uuid, s.deadline_at, "
             "s.late, "
             "(SELECT x.open_count FROM submission x WHERE x.party_id = s.party_id AND x.root_id = s.root_id ORDER BY "
             "x.committed_at DESC, x.instance_id DESC LIMIT 1), "
             "(SELECT COUNT(*) FROM submission x WHERE x.party_id = s.party_id AND x.root_id = s.root_id), i.key_id, "
             "i.caption "
             "FROM submission s JOIN instance i ON i.party_id = s.party_id AND i.instance_id = s.instance_id "
             "WHERE s.party_id = ? AND s.org = ? AND s.app = ? AND s.kind = 'notice' AND i.state <> 'deleted' "
             "ORDER BY s.received_at DESC LIMIT 200",
             {permit.party(), app.org, app.app})) {
      store::RowReader from(row);
      Found one;
      auto& summary = one.summary;
      summary.at.party = permit.party();
      summary.at.app = app;
      summary.at.state = State::sent;
      summary.at.id = summary.at.root = from.next<terms::InstanceId>();
      summary.archive_reference = from.next<std::string>();
      summary.changed_at = from.next<base::Instant>();
      summary.received_at = summary.changed_at;
      summary.party_name = from.next<std::string>();
      summary.party_uuid = from.next<terms::PartyUuid>();
      summary.deadline_at = from.next<std::optional<base::Instant>>();
      summary.late = from.next<bool>();
      summary.open_count = from.next<std::int64_t>();
      summary.additions = from.next<std::int64_t>() - 1;
      one.key_id = from.next<base::Uuid>();
      one.caption = from.next<std::optional<std::string>>();
      found.push_back(std::move(one));
    }
    return found;
  });
  std::vector<Summary> all;
  for (auto& row : rows) {
    if (row.caption)
      row.summary.caption = with_.vault.open(row.key_id, *row.caption, party_holder(permit.party())).value_or("");
    all.push_back(std::move(row.summary));
  }
  return all;
}

base::Status Matters::archive(const terms::Permit& permit, bool archived, base::Instant received) {
  if (!permit.instance()) return not_found();
  ALTING_CHECK(check_action(permit, terms::Action::remove));
  auto entry = ledger::entry_for(ledger::EventKind::instance_archived, permit, received);
  entry.set(ledger::parameter::folder, archived ? "archive" : "sent");
  entry.set(ledger::parameter::reference, archive_reference(*permit.instance()));
  const auto prepared = with_.ledger.prepare(std::move(entry));
  return with_.database.write([&](store::Tx& tx) -> base::Status {
    ALTING_CHECK(with_.decider.recheck(tx, permit));
    ALTING_CHECK(with_.quotas.spend(tx, store::Spending::entries, received, permit.actor().party, permit.party()));
    const auto changed = tx.run(
        "UPDATE instance SET state = ?, changed_at = ? WHERE party_id = ? AND instance_id = ? AND state = ?",
        {archived ? "archived" : "sent", received, permit.party(), *permit.instance(), archived ? "sent" : "archived"});
    if (changed == 0) return wrong_state();
    with_.ledger.append(tx, prepared);
    return {};
  });
}

}  // namespace alting::instances
