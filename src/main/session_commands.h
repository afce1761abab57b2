// alting sessions: who is logged in, without names, and ending their sessions.
#pragma once
#include "main/admin.h"

namespace alting::main {

// {"command": "sessions"} lists; with "end": one's reference, with "person": a person's, with
// "organisation": those of an organisation's certificates, with "all": true, all.
[[nodiscard]] base::Status sessions(Installation& installation, const base::Json& command, const PrintLine& print);

}  // namespace alting::main
