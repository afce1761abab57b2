// What an operator may set of events.
#pragma once
#include <vector>

#include "base/setting.h"
#include "net/public_http_client.h"

namespace alting::events {

struct EventsOptions {
  net::PublicHttpOptions http;  // where webhooks may go
  int troubled_senders = 32;    // threads for end points that are slow or down
};

[[nodiscard]] std::vector<base::Setting> settings(EventsOptions& into);

}  // namespace alting::events
