#include "events/make_events.h"

#include "net/public_http_client.h"

namespace alting::events {
namespace {

// Two subscriptions may go to one host, and a lane sends several at once.
constexpr int requests_to_one_host = 32;

net::PublicHttpOptions http_options(const EventsOptions& options) {
  auto http = options.http;
  http.user_agent = "Alting-Webhooks";
  http.max_at_once_per_host = requests_to_one_host;
  return http;
}

Webhooks::Options webhook_options(const EventsOptions& options) {
  Webhooks::Options webhooks;
  webhooks.troubled_senders = options.troubled_senders;
  return webhooks;
}

}  // namespace

std::string agency_number(const forms::AppCatalogue& apps, std::string_view org) {
  for (const auto& app : apps.all())
    if (app->facts().id.org == org) return app->controller(base::Language::nb).organisation_number;
  return "";
}

Events::Events(const EventsNeeds& needs)
    : http(net::make_public_http_client(http_options(needs.options))),
      signer(needs.signing_seed),
      telling(needs.parties, needs.random, needs.clock),
      feed(needs.database, needs.decider),
      subscriptions(
          {needs.database, needs.ledger, needs.decider, needs.parties, needs.clock, needs.quotas,
           [&apps = needs.apps](std::string_view org) { return agency_number(apps, org); },
           [options = needs.options.http](std::string_view url) { return net::check_public_url(url, options); },
           needs.was_taken_back}),
      lanes({needs.database, needs.decider, needs.ledger, needs.parties, needs.random, needs.clock, needs.public_url}),
      webhooks({lanes, *http, signer, needs.decider, needs.random, needs.clock, needs.metrics, needs.public_url},
               webhook_options(needs.options)) {}

std::unique_ptr<Events> make_events(const EventsNeeds& needs) { return std::make_unique<Events>(needs); }

}  // namespace alting::events
