// /.well-known/security.txt (RFC 9116): where whoever finds a hole in the portal can tell it.
#pragma once
#include <string>

#include "base/time.h"
#include "main/settings.h"

namespace alting::main {

// Contact is the operator's own, else operator.email. It is made for each request and good for 30 days, so that a copy of
// a portal that is no more does not stand for ever (section 2.5.5).
[[nodiscard]] std::string security_txt(const Settings& settings, base::Instant now);

}  // namespace alting::main
