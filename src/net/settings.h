// What an operator may set of outgoing requests.
#pragma once
#include <vector>

#include "base/setting.h"
#include "net/http_client.h"

namespace alting::net {

[[nodiscard]] inline std::vector<base::Setting> settings(HttpOptions& into) {
  return {base::list("outgoing.hosts", into.hosts, "hosts that may be spoken to, besides the issuer")};
}

}  // namespace alting::net
