// Reading what was sent: rows, then contents, then what a notice and its additions say together. Used by this room only,
// for the party and for the agency alike.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "forms/app.h"
#include "instances/submission.h"
#include "store/database.h"
#include "store/row_reader.h"
#include "store/vault.h"

namespace alting::instances {

// A submission's row, without its contents opened.
struct SealedSubmission {
  Submission submission;
  base::Uuid key_id;
  base::Bytes content, sender_name;
};

// In the order that read_submission() takes them; of the table under the name `s`.
inline constexpr std::string_view submission_columns =
    "s.party_id, s.instance_id, s.org, s.app, s.app_version, s.root_id, s.kind, s.archive_reference, s.received_at, "
    "s.committed_at, s.key_id, s.content, s.digest, s.entry_id, s.sender_name, s.party_uuid, s.party_name, "
    "s.deadline_at, s.late, s.open_count";
[[nodiscard]] SealedSubmission read_submission(store::RowReader& from);

// One submission with its attachments; nothing when this was not sent.
[[nodiscard]] std::optional<SealedSubmission> find_submission(store::Tx& tx, terms::PartyId party,
                                                              const terms::InstanceId& id);
// The notice first, then its additions as they came.
[[nodiscard]] std::vector<SealedSubmission> submissions_of_matter(store::Tx& tx, terms::PartyId party,
                                                                  const terms::InstanceId& root);

// Opens the contents as `holder`; `gone` when that holder's key was erased.
[[nodiscard]] base::Result<Submission> open_sealed(store::Vault& vault, SealedSubmission sealed,
                                                   const store::Holder& holder);
// All of a matter, and what they say together. `app`: nullptr when the form is there no more.
[[nodiscard]] base::Result<Matter> open_matter(store::Vault& vault, std::vector<SealedSubmission> sealed,
                                               const store::Holder& holder, const forms::App* app);

}  // namespace alting::instances
