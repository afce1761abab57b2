// alting routes: every route of the running server, with whom it answers. The walk of all routes begins with it
// (tests/hostile/routes.test.mjs).
#pragma once
#include "main/admin.h"

namespace alting::main {

// A line for each: "POST  party     /a/{party}/tilgang/gi"; at its end "without-token" where a form needs no anti-forgery
// token. Refused where no server is.
[[nodiscard]] base::Status list_routes(const Installation& installation, const PrintLine& print);

}  // namespace alting::main
