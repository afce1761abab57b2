// Altinn's correspondence interface, for the systems of an agency: messages to people and businesses, by Altinn's paths,
// names and status codes (/correspondence/api/v1). What of Altinn's is not here, docs/interfaces.md says; what a call
// asks for and is not served is refused, and never left out in silence.
//
// A message goes to all of its recipients or to none. How it fared with each is told as to the agency's staff: made
// available, notified, opened for the first time and in what capacity, confirmed, answered. An answer that is read is an
// entry in the log that its writer sees.
#pragma once
#include <string_view>
#include <vector>

#include "access/access.h"
#include "api/endpoint.h"
#include "base/random.h"
#include "base/texts.h"
#include "inbox/message_sending.h"
#include "inbox/sent_messages.h"
#include "inbox/staged_files.h"
#include "notify/orders.h"
#include "store/database.h"
#include "store/vault.h"

namespace alting::api {

inline constexpr std::string_view correspondence_base = "/correspondence/api/v1";

// All of it outlives the endpoints.
struct CorrespondenceUses {
  inbox::MessageSending& sending;
  inbox::SentMessages& sent;
  inbox::StagedFiles& files;
  notify::Orders& orders;
  access::Decider& decider;
  store::Database& database;  // of attachments that are announced (api/attachments.h)
  store::Vault& vault;
  base::Random& random;
  const base::Texts& texts;
};
[[nodiscard]] std::vector<Endpoint> correspondence_endpoints(const CorrespondenceUses& uses);
// Those of attachments, which are part of them.
[[nodiscard]] std::vector<Endpoint> attachment_endpoints(const CorrespondenceUses& uses);
[[nodiscard]] Components correspondence_schemas();

// What a handler asks for first: `not_found` (correspondence.error.not_found) to a caller who may not.
[[nodiscard]] base::Result<terms::Permit> correspondence_permit(const Call& call, const CorrespondenceUses& uses,
                                                                const terms::AppId& service, terms::Action action);

}  // namespace alting::api
