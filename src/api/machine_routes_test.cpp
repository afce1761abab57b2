// The manner of the machine interfaces, with two endpoints that do nothing of note.
#include "api/machine_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "api/problems.h"
#include "store/migrate.h"
#include "store/migrations.h"
#include "store/testing/temp_database.h"

namespace alting::api {
namespace {

using base::ErrorKind;
using base::Json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto read_scope = "altinn:serviceowner/instances.read";

// Knows the tokens "good", whose client is `client`, and "weak", which has no scope.
class FewCallers final : public login::Callers {
 public:
  base::Result<login::Caller> check(std::string_view bearer, base::Instant) override {
    ++asked;
    if (bearer != "good" && bearer != "weak")
      return base::make_error(ErrorKind::unauthenticated, "error.token.signature", "not the issuer's");
    login::Caller caller;
    caller.actor.kind = terms::ActorKind::system;
    caller.actor.party = {50001234};
    caller.issuer = "https://issuer.example/";
    caller.client_id = client;
    caller.consumer = "974761467";
    if (bearer == "good") caller.scopes = {read_scope};
    return caller;
  }
  std::string client = "one";
  int asked = 0;
};

class MachineRoutes : public ::testing::Test {
 protected:
  MachineRoutes()
      : temp(store::Engine::sqlite),
        texts(base::Texts::load(std::filesystem::path(ALTING_SOURCE_DIR) / "texts").value()) {
    store::migrate(temp.database(), clock, {store::migrations()});
    router.set_error_page(
        [](const web::Request&, const base::Error&, std::string_view) { return web::text("a page", 404); });
    router.add(web::Method::get, "/page", [](const web::Request&) { return web::text("page"); });
    add();
  }

  void add(std::int64_t per_minute = 1'000) {
    add_endpoints(router,
                  {.callers = callers,
                   .database = temp.database(),
                   .quotas = {},
                   .texts = texts,
                   .random = random,
                   .metrics = metrics,
                   .options = {.per_minute = per_minute},
                   .public_url = "https://portal.example"},
                  {.tags = {{"things", "Things"}}, .endpoints = endpoints(), .schemas = {{"Thing", thing()}}});
  }

  static Json thing() { return schema::object({{"name", schema::text("what it is called", 5)}}, {"name"}); }

  std::vector<Endpoint> endpoints() {
    const std::vector<Parameter> places{{"id", schema::whole(1, 1'000)}};
    return {{.method = web::Method::get,
             .path = "/things/api/v1/things/{id}",
             .operation_id = "getThing",
             .summary = "One thing",
             .tag = "things",
             .any_scope = {read_scope},
             .places = places,
             .query = {{"size", schema::whole(1, 10)}},
             .answers = {{200, "The thing", schema::reference("Thing")}},
             .handle = [this](const Call& call) { return handled(call); }},
            {.method = web::Method::post,
             .path = "/things/api/v1/things",
             .operation_id = "makeThing",
             .summary = "Make a thing",
             .tag = "things",
             .any_scope = {"altinn:other", read_scope},
             .body = Body{schema::reference("Thing"), 100},
             .answers = {{201, "The thing", schema::reference("Thing")}},
             .idempotent_key = true,
             .handle = [this](const Call& call) { return handled(call); }},
            {.method = web::Method::get,
             .path = "/things/api/v1/open",
             .operation_id = "getOpen",
             .summary = "What everybody may know",
             .tag = "things",
             .answers = {{200, "It"}},
             .handle = [](const Call& call) { return web::text(call.caller == nullptr ? "nobody" : "somebody"); }}};
  }

  base::Result<web::Response> handled(const Call& call) {
    ++calls;
    seen = call.body;
    post_ids.push_back(call.post_id);
    address = call.address_with("after", "a b");
    if (call.by().consumer != "974761467") throw std::logic_error("another caller");
    if (refusal) return *refusal;
    return web::json(Json::object({{"name", "thing"}}));
  }

  static web::Fields with_token(std::string token = "good") { return {{"authorization", "Bearer " + token}}; }

  web::Response ask(web::Method method, std::string path, web::Fields headers, web::Fields query = {},
                    std::string body = "") {
    web::Request request;
    request.method = method;
    request.path = std::move(path);
    request.headers = std::move(headers);
    request.query = std::move(query);
    request.body = std::move(body);
    request.received = clock.now();
    const auto match = router.find(request.method, request.path);
    EXPECT_NE(match.handler, nullptr);
    return std::get<web::Response>(router.run(match, request));
  }
  web::Response get(web::Fields headers = with_token(), web::Fields query = {}) {
    return ask(web::Method::get, "/things/api/v1/things/7", std::move(headers), std::move(query));
  }
  web::Response post(std::string body, std::string key = "") {
    auto headers = with_token();
    headers.emplace_back("content-type", "application/json");
    if (!key.empty()) headers.emplace_back("idempotency-key", key);
    return ask(web::Method::post, "/things/api/v1/things", std::move(headers), {}, std::move(body));
  }
  static std::string header_of(const web::Response& response, std::string_view name) {
    std::string found;
    for (const auto& [one, value] : response.headers) {
      if (one == name) found += value;
    }
    return found;
  }
  static Json problem_of(const web::Response& response) {
    EXPECT_EQ(response.content_type, "application/problem+json");
    auto document = Json::parse(response.body);
    EXPECT_TRUE(document) << response.body;
    EXPECT_THAT(check_schema(*document, problem_schema_, {}), IsEmpty()) << response.body;
    EXPECT_EQ(document->operator[]("status").integer_or(0), response.status);
    return document.value_or(Json());
  }
  static std::string code_of(const web::Response& response) { return std::string(problem_of(response).text("code")); }

  static inline const Json problem_schema_ = problem_schema();
  base::ManualClock clock{{1'795'000'000'000'000}};
  base::SystemRandom random;
  base::Metrics metrics;
  store::testing::TempDatabase temp;
  base::Texts texts;
  FewCallers callers;
  web::Router router;
  int calls = 0;
  Json seen;
  std::vector<std::string> post_ids;
  std::string address;
  std::optional<base::Error> refusal;
};

TEST_F(MachineRoutes, call_the_handler_for_a_good_token_with_the_scope) {
  const auto answer = get(with_token(), {{"size", "3"}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"name":"thing"})");
  EXPECT_EQ(address, "https://portal.example/things/api/v1/things/7?size=3&after=a%20b");
  EXPECT_THAT(answer.set_cookies, IsEmpty());
}

TEST_F(MachineRoutes, refuse_a_call_without_a_good_token_and_say_what_is_asked_for) {
  const auto none = get({});
  EXPECT_EQ(none.status, 401);
  EXPECT_EQ(code_of(none), "error.token.missing");
  EXPECT_EQ(header_of(none, "WWW-Authenticate"), "Bearer realm=\"alting\"");
  const auto bad = get(with_token("forged"));
  EXPECT_EQ(bad.status, 401);
  EXPECT_EQ(code_of(bad), "error.token.signature");
  EXPECT_EQ(header_of(bad, "WWW-Authenticate"), "Bearer realm=\"alting\", error=\"invalid_token\"");
  EXPECT_EQ(bad.refused_for, "error.token.signature");
  EXPECT_EQ(calls, 0);
}

TEST_F(MachineRoutes, refuse_a_token_without_the_scope_and_name_it) {
  const auto answer = get(with_token("weak"));
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(code_of(answer), "error.token.scope");
  EXPECT_THAT(header_of(answer, "WWW-Authenticate"), HasSubstr("error=\"insufficient_scope\""));
  EXPECT_THAT(header_of(answer, "WWW-Authenticate"), HasSubstr(read_scope));
  EXPECT_EQ(calls, 0);
}

TEST_F(MachineRoutes, ask_for_no_token_where_everybody_may_know) {
  EXPECT_EQ(ask(web::Method::get, "/things/api/v1/open", {}).body, "nobody");
  EXPECT_EQ(ask(web::Method::get, "/things/api/v1/open", with_token("forged")).body, "nobody");
  EXPECT_EQ(callers.asked, 0);
}

TEST_F(MachineRoutes, tell_a_stranger_nothing_but_that_a_token_is_needed) {
  EXPECT_EQ(ask(web::Method::get, "/things/api/v1/things/none", {}, {{"what", "1"}}).status, 401);
  EXPECT_EQ(ask(web::Method::get, "/things/api/v1/things/none", with_token()).status, 404);
}

TEST_F(MachineRoutes, check_places_query_and_content_before_the_handler) {
  EXPECT_EQ(code_of(ask(web::Method::get, "/things/api/v1/things/1001", with_token())), "error.api.place");
  EXPECT_EQ(code_of(get(with_token(), {{"sise", "3"}})), "error.api.query.unknown");
  EXPECT_EQ(code_of(post("no json")), "error.api.content.json");
  const auto broken = post(R"({"name":"too long","more":1})");
  EXPECT_EQ(broken.status, 400);
  const auto document = problem_of(broken);
  EXPECT_EQ(document.text("code"), "error.api.content.schema");
  EXPECT_EQ(document["errors"], Json::parse(R"([{"pointer":"#/name","keyword":"maxLength"},
                                                {"pointer":"#/more","keyword":"additionalProperties"}])")
                                    .value());
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(post(R"({"name":"short"})").status, 200);
  EXPECT_EQ(seen.text("name"), "short");
}

TEST_F(MachineRoutes, make_a_problem_of_what_a_handler_refuses) {
  refusal = base::make_error(ErrorKind::conflict, "error.once.other_act", "in another state");
  const auto answer = get();
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(code_of(answer), "error.once.other_act");
}

TEST_F(MachineRoutes, speak_the_language_of_accept_language_and_read_no_cookie) {
  const auto title = [&](const char* wanted) {
    web::Fields headers{{"accept-language", wanted}, {"cookie", "language=nn"}};
    const auto answer = get(std::move(headers));
    return header_of(answer, "Content-Language") + ": " + std::string(problem_of(answer).text("title"));
  };
  for (const auto language : base::all_languages) {
    const auto code = std::string(base::to_text(language));
    EXPECT_EQ(title(code.c_str()), code + ": " + std::string(texts.get(language, "error.token.missing")));
  }
  EXPECT_THAT(title("fi"), HasSubstr("nb: "));
}

TEST_F(MachineRoutes, give_one_caller_no_more_than_its_limit_and_tell_when_it_may_go_on) {
  router = {};
  add(2);
  EXPECT_EQ(get().status, 200);
  EXPECT_EQ(get(with_token("weak")).status, 403) << "which counts too";
  const auto over = get();
  EXPECT_EQ(over.status, 429);
  EXPECT_EQ(code_of(over), "error.api.too_many");
  EXPECT_EQ(header_of(over, "Retry-After"), "30");
  EXPECT_THAT(metrics.text(), HasSubstr("alting_api_limited_total 1"));
  EXPECT_EQ(ask(web::Method::get, "/things/api/v1/open", {}).status, 200);
  callers.client = "two";
  EXPECT_EQ(get().status, 200);
  callers.client = "one";
  clock.advance(base::Duration::seconds(30));
  EXPECT_EQ(get().status, 200);
}

TEST_F(MachineRoutes, know_a_repeated_call_by_its_key) {
  EXPECT_EQ(post(R"({"name":"a"})", "key").status, 200);
  EXPECT_EQ(post(R"({"name":"a"})", "key").status, 200);
  EXPECT_EQ(post(R"({"name":"a"})").status, 200);
  ASSERT_EQ(post_ids.size(), 3U);
  EXPECT_EQ(post_ids[0], post_ids[1]);
  EXPECT_NE(post_ids[0], post_ids[2]);
  EXPECT_TRUE(base::Uuid::parse(post_ids[0]));
  const auto other = post(R"({"name":"b"})", "key");
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(code_of(other), "error.api.key.other_content");
  EXPECT_EQ(calls, 3);
}

TEST_F(MachineRoutes, make_problems_of_what_fails_before_a_handler_and_leave_pages_alone) {
  const auto error = [&](std::string path, const base::Error& what) {
    web::Request request;
    request.path = std::move(path);
    return router.error(request, what);
  };
  const auto missing = base::make_error(ErrorKind::not_found, "error.kind.not_found");
  EXPECT_EQ(code_of(error("/things/api/v2/things", missing)), "error.kind.not_found");
  EXPECT_EQ(code_of(error("/things/api/v1/things", base::make_error(ErrorKind::invalid, "error.method"))),
            "error.method");
  EXPECT_EQ(code_of(error("/things/api/v1/things", base::make_error(ErrorKind::too_large, "error.form.too_large"))),
            "error.api.content.large");
  EXPECT_EQ(error("/nothing", missing).body, "a page");
  EXPECT_EQ(error("/a/api/things", missing).body, "a page");
}

TEST_F(MachineRoutes, say_whom_they_answer) {
  int of_systems = 0;
  for (const auto& route : router.routes()) {
    if (route.audience != web::Audience::system) continue;
    ++of_systems;
    EXPECT_FALSE(route.anti_forgery);
    EXPECT_THAT(route.pattern, HasSubstr("/things/api/v1/"));
  }
  EXPECT_EQ(of_systems, 3);
}

TEST_F(MachineRoutes, publish_the_document_of_the_same_table) {
  web::Request request;
  request.path = "/openapi.json";
  const auto match = router.find(web::Method::get, request.path);
  ASSERT_NE(match.public_handler, nullptr);
  const auto answer = std::get<web::PublicResponse>(router.run(match, request));
  const auto document = Json::parse(answer.body()).value();
  EXPECT_EQ(document.text("openapi"), "3.1.1");
  const auto& make = document["paths"]["/things/api/v1/things"]["post"];
  EXPECT_EQ(make.text("operationId"), "makeThing");
  EXPECT_EQ(make["security"],
            Json::parse(R"([{"token":["altinn:other"]},{"token":["altinn:serviceowner/instances.read"]}])").value());
  EXPECT_EQ(make["requestBody"]["content"]["application/json"]["schema"], schema::reference("Thing"));
  for (const auto* status : {"201", "400", "401", "403", "409", "413", "415", "422", "429", "503", "default"})
    EXPECT_NE(make["responses"].find(status), nullptr) << status;
  EXPECT_EQ(make["responses"].find("404"), nullptr);
  const auto& open = document["paths"]["/things/api/v1/open"]["get"];
  EXPECT_EQ(open["security"].size(), 0U);
  EXPECT_EQ(open["responses"].find("401"), nullptr);
  EXPECT_EQ(document["components"]["schemas"]["Thing"], thing());
  EXPECT_EQ(document["servers"][0].text("url"), "https://portal.example");
}

TEST_F(MachineRoutes, refuse_a_table_that_says_one_thing_twice) {
  web::Router other;
  const auto add_twice = [&] {
    auto twice = endpoints();
    twice[1].operation_id = twice[0].operation_id;
    add_endpoints(other,
                  {.callers = callers,
                   .database = temp.database(),
                   .quotas = {},
                   .texts = texts,
                   .random = random,
                   .metrics = metrics,
                   .options = {},
                   .public_url = ""},
                  {.tags = {}, .endpoints = std::move(twice), .schemas = {{"Thing", thing()}}});
  };
  EXPECT_THROW(add_twice(), std::logic_error);
}

}  // namespace
}  // namespace alting::api
