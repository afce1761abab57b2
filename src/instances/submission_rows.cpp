#include "instances/submission_rows.h"

#include <fmt/format.h>

#include "instances/attachment_rows.h"
#include "instances/form_json.h"

namespace alting::instances {

SealedSubmission read_submission(store::RowReader& from) {
  SealedSubmission sealed;
  Submission& s = sealed.submission;
  s.at.state = State::sent;
  s.at.party = from.next<terms::PartyId>();
  s.at.id = from.next<terms::InstanceId>();
  s.at.app.org = from.next<std::string>();
  s.at.app.app = from.next<std::string>();
  s.app_version = from.next<std::string>();
  s.at.root = from.next<terms::InstanceId>();
  s.supplement = from.next<std::string>() == "supplement";
  s.archive_reference = from.next<std::string>();
  s.received_at = from.next<base::Instant>();
  s.committed_at = from.next<base::Instant>();
  sealed.key_id = from.next<base::Uuid>();
  sealed.content = from.next<std::string>();
  s.digest = from.next<std::string>();
  s.entry_id = from.next<base::Uuid>();
  sealed.sender_name = from.next<std::string>();
  s.party_uuid = from.next<terms::PartyUuid>();
  s.party_name = from.next<std::string>();
  s.deadline_at = from.next<std::optional<base::Instant>>();
  s.late = from.next<bool>();
  s.open_count = from.next<std::int64_t>();
  return sealed;
}

std::optional<SealedSubmission> find_submission(store::Tx& tx, terms::PartyId party, const terms::InstanceId& id) {
  const auto row = tx.query_one(
      fmt::format("SELECT {} FROM submission s WHERE s.party_id = ? AND s.instance_id = ?", submission_columns),
      {party, id});
  if (!row) return std::nullopt;
  store::RowReader from(*row);
  auto found = read_submission(from);
  found.submission.attachments = attachments_of(tx, party, id);
  return found;
}

std::vector<SealedSubmission> submissions_of_matter(store::Tx& tx, terms::PartyId party,
                                                    const terms::InstanceId& root) {
  std::vector<SealedSubmission> all;
  for (const auto& row : tx.query(fmt::format("SELECT {} FROM submission s WHERE s.party_id = ? AND s.root_id = ? "
                                              "ORDER BY s.kind, s.committed_at, s.instance_id",
                                              submission_columns),
                                  {party, root})) {
    store::RowReader from(row);
    all.push_back(read_submission(from));
    all.back().submission.attachments = attachments_of(tx, party, all.back().submission.at.id);
  }
  return all;
}

base::Result<Submission> open_sealed(store::Vault& vault, SealedSubmission sealed, const store::Holder& holder) {
  ALTING_TRY(bytes, vault.open(sealed.key_id, sealed.content, holder));
  ALTING_TRY(sender, vault.open(sealed.key_id, sealed.sender_name, holder));
  ALTING_TRY(document, read_document(bytes));
  sealed.submission.bytes = std::move(bytes);
  sealed.submission.document = std::move(document);
  sealed.submission.sender_name = std::move(sender);
  return std::move(sealed.submission);
}

base::Result<Matter> open_matter(store::Vault& vault, std::vector<SealedSubmission> sealed, const store::Holder& holder,
                                 const forms::App* app) {
  Matter matter;
  for (auto& one : sealed) {
    ALTING_TRY(submission, open_sealed(vault, std::move(one), holder));
    if (submission.supplement) {
      if (app != nullptr) matter.data = app->merge(matter.data, changes_of(submission, *app));
    } else {
      matter.data = submission.document["data"];
    }
    matter.later = later_from_json(submission.document["later"]);
    matter.submissions.push_back(std::move(submission));
  }
  return matter;
}

}  // namespace alting::instances
