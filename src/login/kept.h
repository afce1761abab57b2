// How long this room keeps what it keeps: the dated rules of retention.toml, which the jobs end rows by, hold for what is
// read too.
#pragma once
#include <string_view>

#include "base/time.h"

namespace alting::login {

// What began before this moment is over by the rule; before the rule is in force, nothing is.
[[nodiscard]] base::Instant oldest_kept(std::string_view rule, base::Instant now);

}  // namespace alting::login
