// What was sent, as its party sees it.
#include "instances/rows.h"

namespace alting::instances {

namespace {

base::Result<std::vector<Submission>> open_all(store::Vault& vault, std::vector<SealedSubmission> sealed,
                                               const store::Holder& holder) {
  std::vector<Submission> all;
  for (auto& one : sealed) {
    ALTING_TRY(opened, open_submission(vault, std::move(one), holder));
    all.push_back(std::move(opened));
  }
  return all;
}

}  // namespace

base::Result<Submission> Instances::open_sent(const terms::Permit& permit) {
  if (!permit.instance()) return not_found();
  auto sealed = env_.database.read([&](store::Tx& tx) -> std::optional<SealedSubmission> {
    const auto row = tx.query_one(
        fmt::format("SELECT {} FROM submission WHERE party_id = ? AND instance_id = ?", submission_columns),
        {permit.party(), *permit.instance()});
    if (!row) return std::nullopt;
    auto found = submission_from(*row);
    found.submission.attachments = attachments_of(tx, permit.party(), *permit.instance());
    if (const auto at = find_location(tx, permit.party(), *permit.instance())) found.submission.at = *at;
    return found;
  });
  if (!sealed) return not_found();
  env_.ledger.note_own_read(permit);
  return open_submission(env_.vault, std::move(*sealed), party_holder(permit.party()));
}

base::Result<Matter> Instances::matter(const terms::Permit& permit) {
  if (!permit.instance()) return not_found();
  auto sealed = env_.database.read([&](store::Tx& tx) -> std::vector<SealedSubmission> {
    const auto at = find_location(tx, permit.party(), *permit.instance());
    if (!at) return {};
    return submissions_of_matter(tx, permit.party(), at->root);
  });
  if (sealed.empty()) return not_found();
  const auto app = env_.apps.find(sealed.front().submission.at.app);
  ALTING_TRY(all, open_all(env_.vault, std::move(sealed), party_holder(permit.party())));
  env_.ledger.note_own_read(permit);
  return to_matter(app.get(), std::move(all));
}

std::vector<Summary> Instances::earlier(const terms::Permit& permit, const terms::AppId& app) {
  struct Found {
    Summary summary;
    base::Uuid key_id;
    base::Bytes caption;
  };
  auto rows = env_.database.read([&](store::Tx& tx) {
    std::vector<Found> found;
    for (const auto& row : tx.query(
             "SELECT s.instance_id, s.archive_reference, s.received_at, s.party_name, s.party_uuid, s.deadline_at, "
             "s.late, "
             "(SELECT x.open_count FROM submission x WHERE x.party_id = s.party_id AND x.root_id = s.root_id ORDER BY "
             "x.committed_at DESC, x.instance_id DESC LIMIT 1), i.key_id, "
             "i.caption, (SELECT COUNT(*) FROM submission x WHERE x.party_id = s.party_id AND x.root_id = s.root_id) "
             "FROM submission s JOIN instance i ON i.party_id = s.party_id AND i.instance_id = s.instance_id "
             "WHERE s.party_id = ? AND s.org = ? AND s.app = ? AND s.kind = 'notice' ORDER BY s.received_at DESC LIMIT "
             "200",
             {permit.party(), app.org, app.app})) {
      Found one;
      one.summary.at = {.party = permit.party(),
                        .id = {row.uuid(0)},
                        .app = app,
                        .state = State::sent,
                        .parent = {},
                        .root = {row.uuid(0)}};
      one.summary.archive_reference = row.text(1);
      one.summary.received_at = row.instant(2);
      one.summary.changed_at = row.instant(2);
      one.summary.party_name = row.text(3);
      one.summary.party_uuid = {row.uuid(4)};
      one.summary.deadline_at = row.maybe_instant(5);
      one.summary.late = row.flag(6);
      one.summary.open_count = row.number(7);
      one.summary.additions = row.number(10) - 1;
      one.key_id = row.uuid(8);
      if (!row.is_null(9)) one.caption = row.octets(9);
      found.push_back(std::move(one));
    }
    return found;
  });
  std::vector<Summary> all;
  for (auto& row : rows) {
    if (!row.caption.empty())
      row.summary.caption = env_.vault.open(row.key_id, row.caption, party_holder(permit.party())).value_or("");
    all.push_back(std::move(row.summary));
  }
  return all;
}

}  // namespace alting::instances
