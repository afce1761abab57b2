#include "api/call_check.h"

#include <gtest/gtest.h>

namespace alting::api {
namespace {

web::Response nothing_to_say(const Call&) { return no_content(); }

Endpoint endpoint() {
  return {.method = web::Method::get,
          .path = "/storage/api/v1/things/{party}/{thing}",
          .operation_id = "getThing",
          .summary = "One thing",
          .tag = "storage",
          .places = {{"party", schema::whole(1, 2'147'483'647)}, {"thing", schema::formatted("uuid")}},
          .query = {{"size", schema::whole(1, 100)},
                    {"order", schema::one_of({"asc", "desc"})},
                    {"full", schema::flag()},
                    {"changed", schema::list(schema::text({}, 10), {}, 2)},
                    {"org", schema::text({}, 5), "", true}},
          .headers = {{"X-Of", schema::text({}, 3)}},
          .answers = {{200, "It", schema::reference("Thing")}},
          .handle = nothing_to_say};
}
const Components components{{"Thing", schema::object({})}};

web::Request asked(web::Fields query) {
  web::Request request;
  request.path_values = {{"party", "50001234"}, {"thing", "0192d7f0-1111-7222-8333-444455556666"}};
  request.query = std::move(query);
  return request;
}

std::string refused_query(web::Fields query) {
  const auto good = check_query(asked(std::move(query)), endpoint(), components);
  if (good) return "";
  auto said = good.error().code;
  for (const auto& [name, value] : good.error().params) said += " " + value;
  return said;
}

TEST(CallCheck, takes_the_query_that_the_table_speaks_of) {
  EXPECT_EQ(refused_query({{"org", "dat"}}), "");
  EXPECT_EQ(
      refused_query(
          {{"org", "dat"}, {"size", "100"}, {"order", "asc"}, {"full", "true"}, {"changed", "a"}, {"changed", "b"}}),
      "");
  EXPECT_EQ(refused_query({{"org", "dat"}, {"full", "False"}}), "") << "as .NET writes it";
}

TEST(CallCheck, names_the_parameter_that_is_wrong_and_the_rule_it_breaks) {
  EXPECT_EQ(refused_query({{"org", "dat"}, {"sise", "1"}}), "error.api.query.unknown sise");
  EXPECT_EQ(refused_query({{"org", "dat"}, {"Size", "1"}}), "error.api.query.unknown Size");
  EXPECT_EQ(refused_query({}), "error.api.query.missing org");
  EXPECT_EQ(refused_query({{"org", "dat"}, {"org", "dat"}}), "error.api.query.repeated org");
  EXPECT_EQ(refused_query({{"org", "dat"}, {"changed", "a"}, {"changed", "b"}, {"changed", "c"}}),
            "error.api.query.repeated changed");
  EXPECT_EQ(refused_query({{"org", "dat"}, {"changed", "a"}, {"changed", "longer than ten"}}),
            "error.api.query.value maxLength changed");
  EXPECT_EQ(refused_query({{"org", "dat"}, {"order", "up"}}), "error.api.query.value enum order");
  EXPECT_EQ(refused_query({{"org", "dat"}, {"size", "101"}}), "error.api.query.value maximum size");
  for (const auto* size : {"", "x", "1.0", "+1", " 1", "1e1", "99999999999999999999"})
    EXPECT_EQ(refused_query({{"org", "dat"}, {"size", size}}), "error.api.query.value type size") << size;
  for (const auto* flag : {"", "1", "yes", "TRUE"})
    EXPECT_EQ(refused_query({{"org", "dat"}, {"full", flag}}), "error.api.query.value type full") << flag;
}

TEST(CallCheck, finds_nothing_where_a_place_is_of_another_kind) {
  EXPECT_TRUE(check_places(asked({}), endpoint(), components));
  for (const auto& [place, value] :
       web::Fields{{"party", "x"}, {"party", "0"}, {"party", "2147483648"}, {"thing", "1"}}) {
    auto request = asked({});
    request.path_values[place] = value;
    const auto good = check_places(request, endpoint(), components);
    ASSERT_FALSE(good) << value;
    EXPECT_EQ(good.error().code, "error.api.place");
    EXPECT_EQ(good.error().kind, base::ErrorKind::not_found);
  }
}

TEST(CallCheck, looks_at_the_headers_that_the_table_speaks_of_and_at_no_others) {
  auto request = asked({});
  request.headers = {{"x-other", "as long as it likes"}};
  EXPECT_TRUE(check_headers(request, endpoint(), components));
  request.headers.emplace_back("x-of", "abcd");
  EXPECT_EQ(check_headers(request, endpoint(), components).error().code, "error.api.header.value");
}

TEST(CallCheck, reads_a_body_that_is_json_and_says_so) {
  const Body body{schema::object({}), 100};
  const auto code_of = [&](std::string type, std::string content) {
    web::Request request;
    if (!type.empty()) request.headers.emplace_back("content-type", std::move(type));
    request.body = std::move(content);
    const auto read = read_body(request, body);
    return read ? std::string() : read.error().code;
  };
  EXPECT_EQ(code_of("application/json", "{}"), "");
  EXPECT_EQ(code_of("Application/JSON; charset=utf-8", R"({"a":[1]})"), "");
  EXPECT_EQ(code_of("", "{}"), "error.api.content.type");
  EXPECT_EQ(code_of("text/plain", "{}"), "error.api.content.type");
  EXPECT_EQ(code_of("application/x-www-form-urlencoded", ""), "error.api.content.type");
  EXPECT_EQ(code_of("application/json", ""), "error.api.content.json");
  EXPECT_EQ(code_of("application/json", R"({"a":1,"a":2})"), "error.api.content.json");
  EXPECT_EQ(code_of("application/json", std::string(50, '[') + std::string(50, ']')), "error.api.content.json");
}

TEST(CallCheck, refuses_a_table_that_promises_what_nobody_checks) {
  EXPECT_EQ(fault_of_endpoint(endpoint(), components), "");
  const auto broken = [](const std::function<void(Endpoint&)>& change) {
    auto changed = endpoint();
    change(changed);
    return fault_of_endpoint(changed, components);
  };
  EXPECT_NE(broken([](Endpoint& one) { one.handle = nullptr; }), "");
  EXPECT_NE(broken([](Endpoint& one) { one.operation_id = ""; }), "");
  EXPECT_NE(broken([](Endpoint& one) { one.path = "/storage/things"; }), "");
  EXPECT_NE(broken([](Endpoint& one) { one.places.pop_back(); }), "");
  EXPECT_NE(broken([](Endpoint& one) { one.places[0].name = "other"; }), "");
  EXPECT_NE(broken([](Endpoint& one) { one.query[0].schema = base::Json::object({{"type", "number"}}); }), "");
  EXPECT_NE(broken([](Endpoint& one) { one.query[0].schema.set("pattern", "a"); }), "");
  EXPECT_NE(broken([](Endpoint& one) { one.answers.clear(); }), "");
  EXPECT_NE(broken([](Endpoint& one) { one.answers[0].schema = schema::reference("Nobody"); }), "");
  EXPECT_NE(broken([](Endpoint& one) { one.body = Body{schema::reference("Nobody")}; }), "");
  EXPECT_NE(broken([](Endpoint& one) { one.idempotent_key = true; }), "") << "a key is a caller's";
}

}  // namespace
}  // namespace alting::api
