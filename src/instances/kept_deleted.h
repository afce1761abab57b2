// How long what a business deleted can be had back: the dated rule of retention.toml, for forms here and for messages in
// the inbox.
#pragma once
#include <optional>
#include <string_view>

#include "base/time.h"

namespace alting::instances {

inline constexpr std::string_view rule_of_deleted = "instances.deleted";

// The moment from which what was deleted then goes for good.
[[nodiscard]] base::Instant goes_for_good(base::Instant removed_at);
// What was deleted before this moment goes now; nothing while no rule is in force.
[[nodiscard]] std::optional<base::Instant> over_when_deleted_before(base::Instant now);

}  // namespace alting::instances
