// A row taken out of a repeating group can be had back for ten minutes: what stood in it waits in the draft, sealed with
// it, and never in what is sent. Used by this room only.
#pragma once
#include <optional>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "forms/app.h"
#include "instances/draft.h"

namespace alting::instances {

struct WithRows {
  forms::Applied applied;
  std::optional<RemovedRow> removed;  // that can be had back now
};
// What the post makes of the data, with the row kept that it takes away, or `removed` put back when that is asked for.
[[nodiscard]] base::Result<WithRows> apply_with_rows(const forms::App& app, forms::Reading& reading,
                                                     const forms::Posted& posted, std::optional<RemovedRow> removed);
[[nodiscard]] bool is_kept(const RemovedRow& removed, base::Instant now);

[[nodiscard]] base::Json removed_to_json(const RemovedRow& removed);
[[nodiscard]] std::optional<RemovedRow> removed_from_json(const forms::App& app, const base::Json& json);

}  // namespace alting::instances
