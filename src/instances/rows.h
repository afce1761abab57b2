// Reading rows of this room's tables; used by its own files only.
#pragma once
#include "instances/instances.h"

namespace alting::instances {

inline constexpr std::string_view location_columns = "instance_id, org, app, state, parent_id, root_id";
[[nodiscard]] Location location_from(const store::Row& row, std::size_t first, terms::PartyId party);
[[nodiscard]] std::optional<Location> find_location(store::Tx& tx, terms::PartyId party, const terms::InstanceId& id);

[[nodiscard]] std::vector<Attachment> attachments_of(store::Tx& tx, terms::PartyId party, const terms::InstanceId& id);

[[nodiscard]] base::Uuid key_of_instance(store::Tx& tx, terms::PartyId party, const terms::InstanceId& id);

// A submission's row, without its contents opened.
struct SealedSubmission {
  Submission submission;
  base::Uuid key_id;
  base::Bytes content, sender_name;
};
inline constexpr std::string_view submission_columns =
    "party_id, instance_id, org, app, app_version, root_id, kind, archive_reference, received_at, committed_at, "
    "key_id, content, digest, entry_id, "
    "sender_name, party_uuid, party_name, deadline_at, late, open_count";
[[nodiscard]] SealedSubmission submission_from(const store::Row& row);
[[nodiscard]] std::vector<SealedSubmission> submissions_of_matter(store::Tx& tx, terms::PartyId party,
                                                                  const terms::InstanceId& root);
// Opens the contents as `holder`; `gone` when that holder's key was erased.
[[nodiscard]] base::Result<Submission> open_submission(store::Vault& vault, SealedSubmission sealed,
                                                       const store::Holder& holder);
// What a notice and its additions say together.
[[nodiscard]] Matter to_matter(const forms::App* app, std::vector<Submission> submissions);

[[nodiscard]] base::Json later_to_json(const std::vector<forms::Later>& later);
[[nodiscard]] std::vector<forms::Later> later_from_json(const base::Json& json);
[[nodiscard]] base::Json changes_to_json(const std::vector<forms::Change>& changes);
[[nodiscard]] std::vector<forms::Change> changes_from_json(const base::Json& json);

// Payloads of the outbox that name these keys, as many in each as it takes; and the keys of such a one.
[[nodiscard]] std::vector<base::Json> key_messages(const std::vector<base::Uuid>& keys);
[[nodiscard]] std::vector<base::Uuid> keys_of_message(const base::Json& message);

// What a one-time id is used for, and on what.
[[nodiscard]] std::string act_on(std::string_view act, std::string_view target);
// The one-time id of a POST, a UUID; `invalid` when it is none.
[[nodiscard]] base::Result<base::Uuid> read_post_id(std::string_view text);

[[nodiscard]] base::Error not_found();
[[nodiscard]] base::Error wrong_state();

}  // namespace alting::instances
