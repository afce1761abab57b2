// `alting retention`: what is due by the dated rules, ending it, and what is held back.
#pragma once
#include "base/json.h"
#include "main/admin.h"

namespace alting::main {

// {"command": "retention", "what": "plan" | "run" | "hold" | "holds" | "renew" | "lift", ...}
[[nodiscard]] base::Status retention_command(Installation& installation, const base::Json& command,
                                             const PrintLine& print);

}  // namespace alting::main
