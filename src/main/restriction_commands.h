// `alting restriction`: what is restricted of what the portal itself keeps, and the requests to who runs it. An agency does
// the same on its own page.
#pragma once
#include "main/admin.h"

namespace alting::main {

[[nodiscard]] base::Status restriction_command(Installation& installation, const base::Json& command,
                                               const PrintLine& print);

}  // namespace alting::main
