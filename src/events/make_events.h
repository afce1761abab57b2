// How main makes the use cases of this room, from what they need of the rooms above. Pages and interfaces take the ones
// they use, and never this.
#pragma once
#include <functional>
#include <memory>

#include "events/feed.h"
#include "events/lanes.h"
#include "events/settings.h"
#include "events/subscriptions.h"
#include "events/telling.h"
#include "events/webhook_signer.h"
#include "events/webhooks.h"
#include "forms/catalogue.h"

namespace alting::events {

// All must outlive what is made of them.
struct EventsNeeds {
  store::Database& database;
  ledger::Ledger& ledger;
  access::Decider& decider;
  parties::Parties& parties;
  const forms::AppCatalogue& apps;
  const base::Clock& clock;
  base::Random& random;
  base::Metrics& metrics;
  const crypto::SecretBytes& signing_seed;  // used while it is made
  std::string public_url;
  EventsOptions options = {};
  store::Quotas quotas = {};
  // Subscriptions::Needs: whether a supplier's right was taken back.
  std::function<bool(store::Tx& tx, std::string_view owner, std::string_view supplier)> was_taken_back = {};
};

// It stays where it was made. Nothing is sent before `webhooks.start()`.
struct Events {
  explicit Events(const EventsNeeds& needs);
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  const std::unique_ptr<net::HttpClient> http;  // to the end points, and to nothing else
  const WebhookSigner signer;
  Telling telling;
  Feed feed;
  Subscriptions subscriptions;
  Lanes lanes;
  Webhooks webhooks;
};

[[nodiscard]] std::unique_ptr<Events> make_events(const EventsNeeds& needs);
// The organisation of an agency that has forms here; "" when it has none.
[[nodiscard]] std::string agency_number(const forms::AppCatalogue& apps, std::string_view org);

}  // namespace alting::events
