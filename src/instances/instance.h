// Where an instance of a form is, who holds its keys, and the files that belong to it: the words that drafts and what
// was sent have in common. Nothing here says what is in either.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "access/access.h"
#include "base/time.h"
#include "store/vault.h"
#include "terms/ids.h"

namespace alting::instances {

enum class State : std::uint8_t { draft, sent, archived, deleted };  // deleted: of a business, which may have it back
[[nodiscard]] State to_state(std::string_view stored);               // as it stands in the table of instances

// What a route needs to ask for a permit.
struct Location {
  terms::PartyId party;
  terms::InstanceId id;
  terms::AppId app;
  State state = State::draft;
  std::optional<terms::InstanceId> parent;  // of an addition: what it adds to
  terms::InstanceId root;
  std::optional<base::Instant> goes_at = {};    // it is deleted, and goes for good then
  [[nodiscard]] access::Target target() const;  // with the task its state is in
};
// What who wants to begin with this form needs a permit for.
[[nodiscard]] access::Target start_of(terms::PartyId party, const terms::AppId& app);

struct Attachment {
  terms::DataElementId id;
  std::string data_type, file_name, tag, media_type;
  std::int64_t size = 0;  // octets
  base::Bytes digest;     // SHA-256
  std::string scan;       // "clean", "unscanned" (no scanner is set up: test mode only)
  base::Instant created_at;
  store::Blob blob;
};

[[nodiscard]] store::Holder party_holder(terms::PartyId party);
[[nodiscard]] store::Holder agency_holder(std::string_view org);

// What one-time ids of this room are used for (store::was_done).
inline constexpr std::string_view draft_created = "draft.create", draft_discarded = "draft.discard",
                                  draft_sent = "draft.send", way_gone = "draft.way", contact_used = "draft.contact",
                                  form_removed = "form.remove", form_brought_back = "form.bring_back";

}  // namespace alting::instances
