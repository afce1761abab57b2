// A row taken out of a repeating group can be had back for ten minutes: what stood in it waits in the draft, sealed with
// it, and never in what is sent. Used by this room only.
#pragma once
#include "instances/instances.h"

namespace alting::instances {

using FieldList = std::vector<std::pair<std::string, std::string>>;

// The name a page posts to have the latest removed row back.
inline constexpr std::string_view restore_field = "restore-row";

// The row that `fields` takes away from what `typed` makes of the draft (the same fields without that); nothing when
// they take none.
[[nodiscard]] std::optional<RemovedRow> removed_by(const FieldList& fields, const forms::App::Applied& typed,
                                                   base::Instant now);
[[nodiscard]] FieldList without_removals(const FieldList& fields);
// Puts it back where it stood, or last when the list has become shorter; false when its place is gone.
[[nodiscard]] bool put_back(const RemovedRow& removed, forms::App::Applied& into);
[[nodiscard]] bool is_kept(const RemovedRow& removed, base::Instant now);

[[nodiscard]] base::Json removed_to_json(const RemovedRow& removed);
[[nodiscard]] std::optional<RemovedRow> removed_from_json(const base::Json& json);

}  // namespace alting::instances
