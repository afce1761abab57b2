// What the use cases of this room answer alike, and how they know a POST that comes twice. Used by this room only.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/uuid.h"
#include "terms/permit.h"

namespace alting::instances {

[[nodiscard]] base::Error not_found();
[[nodiscard]] base::Error wrong_state();

// `not_found` for a permit of another action: one to read saves nothing.
[[nodiscard]] base::Status check_action(const terms::Permit& permit, terms::Action action);
// Whether it is of the party's own people. The agency's has its own way, which leads over the log (instances/agency.h).
[[nodiscard]] bool is_of_party(const terms::Permit& permit);

// What a one-time id is used for, and on what.
[[nodiscard]] std::string act_on(std::string_view act, std::string_view target);
// The one-time id of a POST, a UUID; `invalid` when it is none.
[[nodiscard]] base::Result<base::Uuid> read_post_id(std::string_view text);

}  // namespace alting::instances
