// The shapes of events_json.cpp, and of what is posted, for /openapi.json. Objects are closed.
#include "api/events_endpoints.h"
#include "events/filter.h"

namespace alting::api {

namespace {

using base::Json;

constexpr std::int64_t highest_number = 9'007'199'254'740'991;
constexpr auto longest_filter_text = static_cast<std::int64_t>(events::longest_filter);

Json point_in_time() { return schema::formatted("date-time"); }
Json number_of_feed() { return schema::whole(1, highest_number, "Its number in the agency's feed."); }
Json status_code() { return schema::or_null(schema::whole(100, 999)); }
Json what_came() {
  return schema::or_null(schema::one_of({"delivered", "status", "redirect", "no_answer", "inside", "access"},
                                        "What came of the last attempt."));
}

Json cloud_event_schema() {
  return schema::object(
      {{"specversion", schema::one_of({"1.0"})},
       {"id", schema::formatted("uuid")},
       {"source", schema::formatted("uri", "What it is about.")},
       {"type", schema::text("Altinn's, or ours: app.instance.process.completed, no.alting.instance.highrisk.", 100)},
       {"subject", schema::text("The party: /party/50001234.", 40)},
       {"time", point_in_time()},
       {"alternativesubject", schema::text("Of an organisation alone: /org/974761467.", 40)},
       {"resource", schema::text("urn:altinn:resource:app_dat_avviksmelding.", 120)},
       {"resourceinstance", schema::text("The instance: party number and id, with a slash between.", 60)},
       {"seq", number_of_feed()}},
      {"specversion", "id", "source", "type", "subject", "time"}, "CloudEvents 1.0. It holds ids alone.");
}

Json subscription_schema() {
  const auto filter = [] { return schema::or_null(schema::text({}, longest_filter_text)); };
  return schema::object(
      {{"id", schema::whole(1, highest_number)},
       {"endPoint", schema::text({}, 2000)},
       {"sourceFilter", filter()},
       {"resourceFilter", filter()},
       {"subjectFilter", filter()},
       {"alternativeSubjectFilter", filter()},
       {"typeFilter", filter()},
       {"includeSubunits", schema::flag()},
       {"consumer", schema::text("The agency: /org/dat.", 60)},
       {"createdBy",
        schema::text("The agency, or the supplier that made it for the agency: /organisation/310297887.", 60)},
       {"created", point_in_time()},
       {"validated", schema::flag("Whether its end point has answered the validation event.")},
       {"state", schema::one_of({"validating", "refused", "active", "suspended", "ended"})},
       {"lastDelivered", schema::or_null(point_in_time())},
       {"failingSince", schema::or_null(point_in_time())},
       {"nextTry", schema::or_null(point_in_time())},
       {"lastOutcome", what_came()},
       {"lastStatus", status_code()},
       {"waiting", schema::whole(0, 1000, "Events that are to be sent still; at most 1000 are counted.")},
       {"givenUp", schema::whole(0, 1000, "Events that were tried to the last.")}},
      {"id",         "endPoint",        "sourceFilter", "resourceFilter", "subjectFilter", "alternativeSubjectFilter",
       "typeFilter", "includeSubunits", "consumer",     "createdBy",      "created",       "validated",
       "state",      "lastDelivered",   "failingSince", "nextTry",        "lastOutcome",   "lastStatus",
       "waiting",    "givenUp"});
}

Json request_schema() {
  const auto filter = [](std::string_view what) { return schema::or_null(schema::text(what, longest_filter_text)); };
  return schema::object({{"endPoint", schema::text("https, outside private networks.", 2000)},
                         {"sourceFilter", filter("The whole source, or its beginning up to a slash.")},
                         {"resourceFilter", filter("The whole resource.")},
                         {"subjectFilter", filter("/party/50001234.")},
                         {"alternativeSubjectFilter", filter("/org/974761467.")},
                         {"typeFilter", filter("The whole type.")},
                         {"includeSubunits", schema::flag("Also of the sub-units of the subject.")}},
                        {"endPoint"});
}

Json delivery_schema() {
  return schema::object({{"event", schema::reference("CloudEvent")},
                         {"state", schema::one_of({"waiting", "delivered", "given_up"})},
                         {"attempts", schema::whole(0, 1000)},
                         {"lastOutcome", what_came()},
                         {"lastStatus", status_code()},
                         {"lastTry", schema::or_null(point_in_time())},
                         {"nextTry", schema::or_null(point_in_time())},
                         {"delivered", schema::or_null(point_in_time())}},
                        {"event", "state", "attempts", "lastOutcome", "lastStatus", "lastTry", "nextTry", "delivered"});
}

Json keys_schema() {
  const auto key = schema::object({{"kty", schema::one_of({"OKP"})},
                                   {"crv", schema::one_of({"Ed25519"})},
                                   {"x", schema::text({}, 64)},
                                   {"kid", schema::text({}, 64)},
                                   {"alg", schema::one_of({"EdDSA"})},
                                   {"use", schema::one_of({"sig"})},
                                   {"whpk", schema::text("As Standard Webhooks write it.", 64)}},
                                  {"kty", "crv", "x", "kid", "alg", "use", "whpk"});
  return schema::object({{"keys", schema::list(key, {}, 10)}}, {"keys"});
}

}  // namespace

Components events_schemas() {
  return {
      {"CloudEvent", cloud_event_schema()},
      {"CloudEventList", schema::list(schema::reference("CloudEvent"), {}, 1000)},
      {"Subscription", subscription_schema()},
      {"SubscriptionRequest", request_schema()},
      {"SubscriptionList",
       schema::object({{"count", schema::whole(0, 1000)},
                       {"subscriptions", schema::list(schema::reference("Subscription"), {}, 1000)}},
                      {"count", "subscriptions"})},
      {"Delivery", delivery_schema()},
      {"DeliveryList", schema::object({{"next", schema::or_null(schema::text("The address of the next page.", 4000))},
                                       {"deliveries", schema::list(schema::reference("Delivery"), {}, 200)}},
                                      {"next", "deliveries"})},
      {"ReplayRequest",
       schema::object({{"from", schema::whole(1, highest_number, "The first number of the feed to send again.")}},
                      {"from"})},
      {"WebhookKeys", keys_schema()}};
}

}  // namespace alting::api
