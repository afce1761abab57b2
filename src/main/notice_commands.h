// alting service-message: what who runs the portal tells those that use it.
#pragma once
#include "main/admin.h"

namespace alting::main {

// {"command": "service-message", "key", "day", "to": "organisations" or "agencies", "words": {"nb", "nn", "en"},
// "language", "only_count": true to order nothing}. Says how many organisations it is ordered for.
[[nodiscard]] base::Status service_message(Installation& installation, const base::Json& command,
                                           const PrintLine& print);

}  // namespace alting::main
