// A row taken out of a repeating group can be had back for ten minutes: what stood in it waits in the draft, sealed with
// it, and never in what is sent. Used by this room only.
#pragma once
#include "instances/instances.h"

namespace alting::instances {

using FieldList = std::vector<std::pair<std::string, std::string>>;

// The name a page posts to have the latest removed row back.
inline constexpr std::string_view restore_field = "restore-row";

struct RowsBefore {
  std::optional<RemovedRow> removed;
  bool wanted_back = false;
  base::Instant now;
};
struct WithRows {
  forms::App::Applied applied;
  std::optional<RemovedRow> removed;  // that can be had back now
};
// What the fields make of the data, with the row kept that they take away, or the one put back that was taken.
[[nodiscard]] base::Result<WithRows> apply_with_rows(const forms::App& app, const forms::Surroundings& around,
                                                     const FieldList& fields, const RowsBefore& before);
[[nodiscard]] bool is_kept(const RemovedRow& removed, base::Instant now);

[[nodiscard]] base::Json removed_to_json(const RemovedRow& removed);
[[nodiscard]] std::optional<RemovedRow> removed_from_json(const base::Json& json);

}  // namespace alting::instances
