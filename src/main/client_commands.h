// alting client: systems that call with tokens of the built-in issuer, in test mode.
#pragma once
#include "main/admin.h"

namespace alting::main {

// {"command": "client"} with "add": {organisation, name, key (as it was handed in), scopes}, "end": a client's id, or
// "supplier": {consumer, supplier, scope}. Says the id of what was made, alone on a line.
[[nodiscard]] base::Status client_command(Installation& installation, const base::Json& command,
                                          const PrintLine& print);

}  // namespace alting::main
