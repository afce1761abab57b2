#include "api/events_endpoints.h"

#include <fmt/format.h>

#include "api/events_json.h"
#include "base/page_token.h"
#include "base/time.h"

namespace alting::api {

using base::ErrorKind;
using base::Json;
using web::Response;

namespace {

constexpr std::int64_t most_of_feed = 1000;
constexpr std::int64_t last_seq = 9'007'199'254'740'991;

// The agency whose organisation calls. One that is several says which.
base::Result<std::string> org_of(const Call& call, const EventsUses& uses) {
  const auto orgs = uses.decider.agencies_of(call.by().actor);
  const auto named = call.text("org");
  if (!named.empty()) return std::string(named);
  if (orgs.size() > 1) return base::make_error(ErrorKind::invalid, "error.events.which_agency");
  if (orgs.empty()) return base::make_error(ErrorKind::forbidden, "error.access.not_staff");
  return orgs.front();
}

base::Result<terms::Scope> scope_of(const Call& call, const EventsUses& uses) {
  ALTING_TRY(org, org_of(call, uses));
  return uses.decider.agency_scope(call.by().actor, org);
}

base::Result<Response> feed_of(const Call& call, const EventsUses& uses, const terms::Scope& scope,
                               std::optional<terms::AppId> app) {
  events::FeedQuery query;
  query.after = call.whole("after").value_or(0);
  query.size = static_cast<int>(call.whole("size").value_or(100));
  query.app = std::move(app);
  if (const auto party = call.whole("party")) query.party = terms::PartyId{*party};
  for (const auto type : call.texts("type")) query.types.emplace_back(type);
  if (call.has("from")) query.from = base::from_rfc3339(call.text("from"));
  if (call.has("to")) query.to = base::from_rfc3339(call.text("to"));
  ALTING_TRY(page, uses.feed.read(scope, query));
  auto all = Json::array();
  for (const auto& event : page.events) all.push_back(events::to_cloud_event(event, call.public_url));
  auto response = web::json(all);
  // Altinn's header: where to go on, now or later.
  response.headers.emplace_back("next", call.address_with("after", std::to_string(page.next)));
  return response;
}

base::Result<Response> feed_of_agency(const Call& call, const EventsUses& uses) {
  ALTING_TRY(scope, scope_of(call, uses));
  return feed_of(call, uses, scope, {});
}

base::Result<Response> feed_of_app(const Call& call, const EventsUses& uses) {
  auto app = terms::AppId::make(call.place("org"), call.place("app"));
  if (!app) return base::make_error(ErrorKind::not_found, "error.events.no_feed");
  ALTING_TRY(scope, uses.decider.agency_scope(call.by().actor, app->org));
  return feed_of(call, uses, scope, std::move(app));
}

base::Result<Response> all_subscriptions(const Call& call, const EventsUses& uses) {
  ALTING_TRY(scope, scope_of(call, uses));
  ALTING_TRY(found, uses.subscriptions.list(scope));
  auto all = Json::array();
  for (const auto& one : found) all.push_back(subscription_json(one));
  return web::json(
      Json::object({{"count", static_cast<std::int64_t>(found.size())}, {"subscriptions", std::move(all)}}));
}

base::Result<Response> one_subscription(const Call& call, const EventsUses& uses) {
  ALTING_TRY(scope, scope_of(call, uses));
  ALTING_TRY(found, uses.subscriptions.find(scope, call.whole("id").value_or(0)));
  return web::json(subscription_json(found));
}

base::Result<Response> subscribe(const Call& call, const EventsUses& uses) {
  ALTING_TRY(scope, scope_of(call, uses));
  events::NewSubscription wanted;
  wanted.end_point = call.body.text("endPoint");
  wanted.filter = {.source = std::string(call.body.text("sourceFilter")),
                   .resource = std::string(call.body.text("resourceFilter")),
                   .subject = std::string(call.body.text("subjectFilter")),
                   .alternative_subject = std::string(call.body.text("alternativeSubjectFilter")),
                   .type = std::string(call.body.text("typeFilter")),
                   .include_subunits = call.body["includeSubunits"].bool_or(false)};
  ALTING_TRY(made, uses.subscriptions.add({scope}, wanted, call.request.received, call.post_id));
  auto response = web::json(subscription_json(made), 201);
  response.headers.emplace_back("Location",
                                fmt::format("{}{}/subscriptions/{}", call.public_url, events_base, made.id));
  return response;
}

// The subscription as it is after what was asked.
base::Result<Response> answered_with(const Call& call, const EventsUses& uses, const terms::Scope& scope,
                                     const base::Status& done) {
  if (!done) return done.error();
  ALTING_TRY(found, uses.subscriptions.find(scope, call.whole("id").value_or(0)));
  return web::json(subscription_json(found));
}

base::Result<Response> unsubscribe(const Call& call, const EventsUses& uses) {
  ALTING_TRY(scope, scope_of(call, uses));
  const auto id = call.whole("id").value_or(0);
  // Ending what has ended is done already.
  ALTING_TRY(found, uses.subscriptions.find(scope, id));
  if (found.state == events::SubscriptionState::ended) return web::json(subscription_json(found));
  return answered_with(call, uses, scope, uses.subscriptions.end({scope}, id, call.request.received, ""));
}

base::Result<Response> validate(const Call& call, const EventsUses& uses) {
  ALTING_TRY(scope, scope_of(call, uses));
  return answered_with(call, uses, scope,
                       uses.subscriptions.check({scope}, call.whole("id").value_or(0), call.request.received, ""));
}

base::Result<Response> replay(const Call& call, const EventsUses& uses) {
  ALTING_TRY(scope, scope_of(call, uses));
  return answered_with(call, uses, scope,
                       uses.subscriptions.replay({scope}, call.whole("id").value_or(0), call.body["from"].integer_or(0),
                                                 call.request.received, call.post_id));
}

base::Result<Response> deliveries_of(const Call& call, const EventsUses& uses) {
  ALTING_TRY(scope, scope_of(call, uses));
  // A list that began anew with each token that is none would never end.
  if (call.has("continuationToken") && !base::from_page_token<std::int64_t>(call.text("continuationToken")))
    return base::make_error(ErrorKind::invalid, "error.api.page");
  ALTING_TRY(page, uses.subscriptions.deliveries(scope, call.whole("id").value_or(0), call.text("continuationToken"),
                                                 static_cast<int>(call.whole("size").value_or(50))));
  auto all = Json::array();
  for (const auto& one : page.rows) all.push_back(delivery_json(one, call.public_url));
  return web::json(
      Json::object({{"next", page.next.empty() ? Json() : Json(call.address_with("continuationToken", page.next))},
                    {"deliveries", std::move(all)}}));
}

base::Result<Response> keys_of(const Call&, const EventsUses& uses) { return web::json(uses.public_keys()); }

using EventsHandler = base::Result<Response> (*)(const Call&, const EventsUses&);

std::vector<Parameter> feed_query() {
  return {{"after", schema::whole(0, last_seq), "The last number that was read; 0: from the oldest that is kept."},
          {"size", schema::whole(1, most_of_feed), "How many at most; 100 unless told."},
          {"party", schema::whole(1, 2'147'483'647), "Of this party only."},
          {"type", schema::list(schema::text({}, 100), {}, 10), "Of these types only."},
          {"from", schema::formatted("date-time"), "Happened then or later."},
          {"to", schema::formatted("date-time"), "Happened then or before."}};
}

Parameter which_org() {
  return {"org", schema::text({}, 40), "The agency, for an organisation that is more than one."};
}

}  // namespace

std::vector<Endpoint> events_endpoints(const EventsUses& uses) {
  const auto with = [uses](EventsHandler handler) -> Handle {
    return [uses, handler](const Call& call) { return handler(call, uses); };
  };
  const std::string base(events_base);
  const auto subscriptions = base + "/subscriptions";
  const std::vector<std::string> subscribes{std::string(scope_events_subscribe)};
  const std::vector<Parameter> id_place{{"id", schema::whole(1, last_seq)}};
  const std::vector<Parameter> org_alone{which_org()};
  const std::vector<Answer> one{{200, "The subscription", schema::reference("Subscription")}};
  auto of_agency = feed_query();
  of_agency.push_back(which_org());
  const std::vector<Answer> feed{{200,
                                  "Events in the order of their numbers; the header `next` says where to go on",
                                  schema::reference("CloudEventList"),
                                  "application/json",
                                  {{"next", schema::formatted("uri"), "where to go on"}}}};
  const std::string numbers =
      "An agency's events are numbered 1, 2, 3 ... (`seq`), each once. Who has read to a number goes on after it, and "
      "misses nothing.";
  return {
      {.method = web::Method::get,
       .path = base + "/app/{org}/{app}",
       .operation_id = "getAppEvents",
       .summary = "The events of one form",
       .tag = "events",
       .description = numbers,
       .any_scope = subscribes,
       .places = {{"org", schema::text({}, 40)}, {"app", schema::text({}, 40)}},
       .query = feed_query(),
       .answers = feed,
       .handle = with(feed_of_app)},
      {.method = web::Method::get,
       .path = base + "/events",
       .operation_id = "getEvents",
       .summary = "The events of an agency",
       .tag = "events",
       .description = numbers,
       .any_scope = subscribes,
       .query = of_agency,
       .answers = feed,
       .handle = with(feed_of_agency)},
      {.method = web::Method::get,
       .path = subscriptions,
       .operation_id = "getSubscriptions",
       .summary = "The agency's subscriptions",
       .tag = "events",
       .any_scope = subscribes,
       .query = org_alone,
       .answers = {{200, "All of them, the newest first", schema::reference("SubscriptionList")}},
       .handle = with(all_subscriptions)},
      {.method = web::Method::post,
       .path = subscriptions,
       .operation_id = "addSubscription",
       .summary = "Have an end point told of what happens from now on",
       .tag = "events",
       .description =
           "The end point is sent the event platform.events.validatesubscription first, and nothing else before it has "
           "answered that with a 2xx.",
       .any_scope = subscribes,
       .query = org_alone,
       .body = Body{schema::reference("SubscriptionRequest")},
       .answers = {{201,
                    "The subscription",
                    schema::reference("Subscription"),
                    "application/json",
                    {{"Location", schema::formatted("uri"), "where it is"}}}},
       .idempotent_key = true,
       .handle = with(subscribe)},
      {.method = web::Method::get,
       .path = subscriptions + "/{id}",
       .operation_id = "getSubscription",
       .summary = "One subscription, and how it goes",
       .tag = "events",
       .any_scope = subscribes,
       .places = id_place,
       .query = org_alone,
       .answers = one,
       .handle = with(one_subscription)},
      {.method = web::Method::del,
       .path = subscriptions + "/{id}",
       .operation_id = "endSubscription",
       .summary = "End a subscription",
       .tag = "events",
       .any_scope = subscribes,
       .places = id_place,
       .query = org_alone,
       .answers = one,
       .handle = with(unsubscribe)},
      {.method = web::Method::put,
       .path = subscriptions + "/validate/{id}",
       .operation_id = "validateSubscription",
       .summary = "Ask the end point anew whether it wants what it will be sent",
       .tag = "events",
       .description = "Of an active subscription: try at once what waits for its next time.",
       .any_scope = subscribes,
       .places = id_place,
       .query = org_alone,
       .answers = one,
       .handle = with(validate)},
      {.method = web::Method::post,
       .path = subscriptions + "/{id}/replay",
       .operation_id = "replaySubscription",
       .summary = "Send again, from a number of the feed on",
       .tag = "events",
       .any_scope = subscribes,
       .places = id_place,
       .query = org_alone,
       .body = Body{schema::reference("ReplayRequest")},
       .answers = one,
       .idempotent_key = true,
       .handle = with(replay)},
      {.method = web::Method::get,
       .path = subscriptions + "/{id}/deliveries",
       .operation_id = "getDeliveries",
       .summary = "What became of each event at this end point",
       .tag = "events",
       .any_scope = subscribes,
       .places = id_place,
       .query = {which_org(),
                 {"continuationToken", schema::text({}, 100), "From the page before."},
                 {"size", schema::whole(1, 200), "How many at most; 50 unless told."}},
       .answers = {{200, "A page, the newest event first", schema::reference("DeliveryList")}},
       .handle = with(deliveries_of)},
      {.method = web::Method::get,
       .path = base + "/keys",
       .operation_id = "getWebhookKeys",
       .summary = "The public keys that webhooks are signed with",
       .tag = "events",
       .answers = {{200, "Keys", schema::reference("WebhookKeys")}},
       .handle = with(keys_of)},
  };
}

}  // namespace alting::api
