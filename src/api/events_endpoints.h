// Altinn's interface of events, for the systems of an agency (/events/api/v1): its feed to pull, and its subscriptions,
// of which each is told at an address of its own (events/webhooks.h). All of it is of ids: who reads what was sent fetches it
// by the storage interface, and that is what its sender sees.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "access/access.h"
#include "api/endpoint.h"
#include "events/feed.h"
#include "events/subscriptions.h"

namespace alting::api {

inline constexpr std::string_view events_base = "/events/api/v1";

// Scopes, as Altinn names them. What one may be told of is what one may fetch: the token has that scope too.
inline constexpr std::string_view scope_events_subscribe = "altinn:events.subscribe";

// All of it outlives the endpoints.
struct EventsUses {
  events::Subscriptions& subscriptions;
  events::Feed& feed;
  access::Decider& decider;
  std::function<base::Json()> public_keys;  // what the webhooks are signed with (events::WebhookSigner)
  std::string public_url;                   // "https://portal.example"
};
[[nodiscard]] std::vector<Endpoint> events_endpoints(const EventsUses& uses);
[[nodiscard]] Components events_schemas();

}  // namespace alting::api
