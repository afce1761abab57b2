// What an operator may set of the server.
#pragma once
#include <vector>

#include "base/setting.h"
#include "terms/mode.h"
#include "web/server_options.h"

namespace alting::web {

// `into` gets what is other in this mode.
[[nodiscard]] std::vector<base::Setting> settings(ServerOptions& into, terms::Mode mode);
// What the settings must be to each other.
[[nodiscard]] base::Status check_settings(const ServerOptions& options);

}  // namespace alting::web
