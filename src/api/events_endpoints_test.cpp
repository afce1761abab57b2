// Altinn's interface of events over real rooms: what it hands out and takes, and that each answer is as its schema says.
#include "api/events_endpoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "events/testing/events_fixture.h"

namespace alting::api {
namespace {

using base::Json;
using events::testing::expect;
using ::testing::ElementsAre;
using Places = std::map<std::string, std::string, std::less<>>;

class EventsApi : public events::testing::EventsFixture {
 protected:
  EventsApi() {
    caller.actor = system;
    caller.scopes = {std::string(scope_events_subscribe), std::string(access::scope_instances_read)};
    caller.actor.scopes = caller.scopes;
    for (const auto& [name, schema] : events_schemas())
      EXPECT_EQ(unknown_in_schema(schema, events_schemas()), "") << name;
  }
  base::Result<web::Response> ask(std::string_view operation, Places places = {}, web::Fields query = {},
                                  const Json& body = nullptr, std::string post_id = "") {
    const auto endpoint = std::ranges::find(endpoints, operation, &Endpoint::operation_id);
    if (endpoint == endpoints.end()) throw std::logic_error("no such endpoint: " + std::string(operation));
    web::Request request;
    request.method = endpoint->method;
    request.path = endpoint->path;
    for (const auto& [name, value] : places) request.path = base::replace_all(request.path, "{" + name + "}", value);
    request.raw_target = request.path;
    request.path_values = std::move(places);
    request.query = std::move(query);
    request.received = registers.clock.now();
    if (endpoint->body)
      for (const auto& fault : check_schema(body, endpoint->body->schema, events_schemas()))
        ADD_FAILURE() << operation << ": asked with what breaks " << fault.keyword << " at " << fault.pointer;
    const auto* by = endpoint->any_scope.empty() ? nullptr : &caller;
    auto answer = endpoint->handle({request, by, body, std::move(post_id), base::Language::en, origin});
    if (!answer) return answer;
    for (const auto& fault :
         check_schema(expect(Json::parse(answer->body)), endpoint->answers.front().schema, events_schemas()))
      ADD_FAILURE() << operation << ": " << fault.pointer << " breaks " << fault.keyword << ": " << answer->body;
    return answer;
  }
  Json json(std::string_view operation, Places places = {}, web::Fields query = {}, const Json& body = nullptr) {
    return expect(Json::parse(expect(ask(operation, std::move(places), std::move(query), body, post())).body));
  }
  std::string refusal(std::string_view operation, Places places = {}, web::Fields query = {},
                      const Json& body = nullptr) {
    const auto answer = ask(operation, std::move(places), std::move(query), body);
    return answer ? "" : answer.error().code;
  }
  static Json to(const std::string& end_point) { return Json::object({{"endPoint", end_point}}); }
  std::vector<std::int64_t> numbers(const Json& feed) {
    std::vector<std::int64_t> all;
    for (const auto& event : feed.items()) all.push_back(event["seq"].integer_or(0));
    return all;
  }

  const std::string origin = "https://portal.example";
  login::Caller caller;
  std::vector<Endpoint> endpoints = events_endpoints(
      {subscriptions, process().feed, access->decider(), [this] { return signer.public_keys(); }, origin});
};
INSTANTIATE_TEST_SUITE_P(Engines, EventsApi, store::testing::engines(), store::testing::engine_name);

TEST_P(EventsApi, hands_out_the_feed_and_says_where_to_go_on) {
  emit_some(3);
  settle_all();
  const auto first = expect(ask("getEvents", {}, {{"size", "2"}}));
  EXPECT_THAT(numbers(expect(Json::parse(first.body))), ElementsAre(1, 2));
  const auto next = std::ranges::find(first.headers, "next", &std::pair<std::string, std::string>::first);
  ASSERT_NE(next, first.headers.end());
  EXPECT_THAT(next->second, ::testing::HasSubstr("after=2"));
  EXPECT_THAT(numbers(json("getEvents", {}, {{"after", "2"}})), ElementsAre(3));
  EXPECT_THAT(numbers(json("getEvents", {}, {{"after", "3"}})), ElementsAre());
}

TEST_P(EventsApi, hands_out_the_events_of_one_form) {
  emit_some(2);
  settle_all();
  EXPECT_THAT(numbers(json("getAppEvents", {{"org", "dat"}, {"app", "veiledning"}})), ElementsAre(1, 2));
  EXPECT_THAT(numbers(json("getAppEvents", {{"org", "dat"}, {"app", "avviksmelding"}})), ElementsAre());
  EXPECT_EQ(refusal("getAppEvents", {{"org", "nav"}, {"app", "sykmelding"}}), "error.access.not_staff");
  EXPECT_THAT(numbers(json("getEvents", {}, {{"type", "no.alting.instance.highrisk"}})), ElementsAre());
}

TEST_P(EventsApi, takes_a_subscription_and_tells_of_it) {
  auto wanted = to("https://sak.example/hendelser");
  wanted.set("typeFilter", "app.instance.process.completed");
  wanted.set("sourceFilter", nullptr);
  const auto made = expect(ask("addSubscription", {}, {}, wanted, post()));
  EXPECT_EQ(made.status, 201);
  const auto location = std::ranges::find(made.headers, "Location", &std::pair<std::string, std::string>::first);
  ASSERT_NE(location, made.headers.end());
  EXPECT_EQ(location->second, "https://portal.example/events/api/v1/subscriptions/1");
  EXPECT_EQ(json("getSubscription", {{"id", "1"}})["validated"], Json(false));
  settle_all();
  const auto one = json("getSubscription", {{"id", "1"}});
  EXPECT_EQ(one["validated"], Json(true));
  EXPECT_EQ(one.text("state"), "active");
  EXPECT_EQ(one.text("typeFilter"), "app.instance.process.completed");
  EXPECT_TRUE(one["sourceFilter"].is_null());
  EXPECT_EQ(one.text("consumer"), "/org/dat");
  EXPECT_EQ(json("getSubscriptions")["count"], Json(1));
  EXPECT_EQ(refusal("getSubscription", {{"id", "2"}}), "error.events.no_subscription");
}

TEST_P(EventsApi, says_whether_a_supplier_made_a_subscription_for_the_agency) {
  EXPECT_EQ(json("addSubscription", {}, {}, to("https://sak.example/")).text("createdBy"), "/org/dat");
  caller.actor.supplier = "310297887";
  const auto made = json("addSubscription", {}, {}, to("https://leverandor.example/"));
  EXPECT_EQ(made.text("createdBy"), "/organisation/310297887");
  EXPECT_EQ(made.text("consumer"), "/org/dat");
}

TEST_P(EventsApi, takes_the_same_post_once) {
  const auto id = post();
  const auto first = expect(ask("addSubscription", {}, {}, to("https://sak.example/"), id));
  const auto again = expect(ask("addSubscription", {}, {}, to("https://sak.example/"), id));
  EXPECT_EQ(first.body, again.body);
  EXPECT_EQ(json("getSubscriptions")["count"], Json(1));
}

TEST_P(EventsApi, refuses_what_cannot_be_told_of) {
  EXPECT_EQ(refusal("addSubscription", {}, {}, to("http://sak.example/")), "error.net.not_encrypted");
  auto wanted = to("https://sak.example/");
  wanted.set("subjectFilter", "/person/01010112345");
  EXPECT_EQ(refusal("addSubscription", {}, {}, wanted), "error.events.filter");
}

TEST_P(EventsApi, tells_what_became_of_each_event_and_sends_again) {
  const auto id = std::to_string(subscribe_actively("https://sak.example/").id);
  emit_some(3);
  settle_all();
  const auto page = json("getDeliveries", {{"id", id}}, {{"size", "2"}});
  ASSERT_EQ(page["deliveries"].size(), 2U);
  EXPECT_EQ(page["deliveries"][0].text("state"), "delivered");
  EXPECT_FALSE(page["next"].is_null());
  EXPECT_EQ(refusal("getDeliveries", {{"id", id}}, {{"continuationToken", "forged"}}), "error.api.page");
  EXPECT_EQ(json("replaySubscription", {{"id", id}}, {}, Json::object({{"from", 2}}))["waiting"], Json(2));
  settle_all();
  EXPECT_EQ(end_points.asked("https://sak.example/").size(), 5U);
  EXPECT_EQ(json("validateSubscription", {{"id", id}}).text("state"), "active");
}

TEST_P(EventsApi, ends_a_subscription_as_often_as_it_is_asked) {
  const auto id = std::to_string(subscribe_actively("https://sak.example/").id);
  EXPECT_EQ(json("endSubscription", {{"id", id}}).text("state"), "ended");
  EXPECT_EQ(json("endSubscription", {{"id", id}}).text("state"), "ended");
  EXPECT_EQ(refusal("validateSubscription", {{"id", id}}), "error.events.state");
  EXPECT_EQ(refusal("replaySubscription", {{"id", id}}, {}, Json::object({{"from", 1}})), "error.events.state");
}

TEST_P(EventsApi, tells_nothing_to_a_system_that_may_not_fetch_or_is_of_another_organisation) {
  emit_some(1);
  settle_all();
  caller.actor.scopes = {std::string(scope_events_subscribe)};
  EXPECT_EQ(refusal("getEvents"), "error.token.scope") << "what one is told of is what one may fetch";
  EXPECT_EQ(refusal("getSubscriptions"), "error.token.scope");
  caller.actor.scopes = caller.scopes;
  caller.actor.party = firm;
  EXPECT_EQ(refusal("getEvents"), "error.access.not_staff");
  EXPECT_EQ(refusal("getEvents", {}, {{"org", "dat"}}), "error.access.not_staff");
  EXPECT_EQ(refusal("addSubscription", {}, {}, to("https://sak.example/")), "error.access.not_staff");
}

TEST_P(EventsApi, shows_everybody_the_key_that_webhooks_are_signed_with) {
  EXPECT_EQ(json("getWebhookKeys"), signer.public_keys());
}

}  // namespace
}  // namespace alting::api
