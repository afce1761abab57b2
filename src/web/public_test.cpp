#include "web/public.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <concepts>

#include "web/cookies.h"
#include "web/response_writer.h"
#include "web/router.h"

namespace alting::web {
namespace {

using testing::HasSubstr;
using testing::Not;

// What the compiler must refuse. Each concept is shown to be able to hold by the other type beside it.

template <class T>
concept TakesCookie = requires(T response) { response.set_cookies.emplace_back("a=b"); };
template <class T>
concept TakesAnyHeader = requires(T response) { response.headers.emplace_back("Set-Cookie", "a=b"); };
template <class T>
concept TakesLifetime = std::constructible_from<T, std::string, std::string, Lifetime> || requires(T response) {
  response.cache_control;
} || requires(T response) { response.set_lifetime(Lifetime{}); };

static_assert(TakesCookie<Response> && !TakesCookie<PublicResponse>);
static_assert(TakesAnyHeader<Response> && !TakesAnyHeader<PublicResponse>);
static_assert(TakesLifetime<PublicResponse> && !TakesLifetime<Response>);
static_assert(!std::constructible_from<Response, PublicResponse> && !std::constructible_from<PublicResponse, Response>);
static_assert(!std::assignable_from<Response&, PublicResponse> && !std::assignable_from<PublicResponse&, Response>);

template <class T>
concept SaysWho =
    requires(const T request) { request.cookie("a"); } || requires(const T request) { request.header("cookie"); } ||
    requires(const T request) { request.headers; } || requires(const T request) { request.remote_network; } ||
    requires(const T request) { request.language; };
template <class T>
concept ReadByCookies = requires(const Cookies& cookies, const T& request) { cookies.token(request); };

static_assert(SaysWho<Request> && !SaysWho<PublicRequest>);
static_assert(ReadByCookies<Request> && !ReadByCookies<PublicRequest>);
static_assert(!std::constructible_from<Request, PublicRequest>);

using OfPerson = decltype([](const Request&) { return text("yours"); });
using OfAll = decltype([](const PublicRequest&) { return PublicResponse("text/plain", "all", {}); });
using PersonSeenCacheable = decltype([](const Request&) { return PublicResponse("text/plain", "yours", {}); });
using PublicWithCookie = decltype([](const PublicRequest&) { return text("yours"); });

static_assert(std::constructible_from<Handler, OfPerson> && std::constructible_from<PublicHandler, OfAll>);
static_assert(!std::constructible_from<Handler, OfAll> && !std::constructible_from<PublicHandler, OfPerson>);
static_assert(!std::constructible_from<Handler, PersonSeenCacheable> &&
              !std::constructible_from<PublicHandler, PersonSeenCacheable>);
static_assert(!std::constructible_from<Handler, PublicWithCookie> &&
              !std::constructible_from<PublicHandler, PublicWithCookie>);

Request asked(Fields headers = {}) {
  Request request;
  request.headers = std::move(headers);
  return request;
}

TEST(Personal, no_header_of_a_handler_makes_it_cacheable_or_sets_a_cookie) {
  Response response = text("x");
  for (const char* name : {"Cache-Control", "cache-control", "CACHE-CONTROL", "Expires", "Age", "Set-Cookie"})
    response.headers.emplace_back(name, "public, max-age=60");
  std::string head = make_wire(std::move(response), {}).head;
  EXPECT_THAT(head, HasSubstr("\r\nCache-Control: no-store\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("max-age=60")));
}

TEST(Public, says_how_long_it_may_be_kept) {
  auto head = [](Lifetime lifetime) { return make_wire(PublicResponse("text/plain", "x", lifetime), {}).head; };
  EXPECT_THAT(head({.max_age = std::chrono::minutes(1)}), HasSubstr("\r\nCache-Control: public, max-age=60\r\n"));
  EXPECT_THAT(head({.max_age = std::chrono::days(365), .unchanging = true}),
              HasSubstr("\r\nCache-Control: public, max-age=31536000, immutable\r\n"));
  EXPECT_THAT(head({}), HasSubstr("\r\nCache-Control: no-store\r\n"));
  EXPECT_THAT(head({.max_age = std::chrono::minutes(1)}), Not(HasSubstr("Set-Cookie")));
}

TEST(Public, carries_the_same_security_headers_as_a_personal_one) {
  std::string head = make_wire(PublicResponse("text/html", "x", {.max_age = std::chrono::minutes(1)}), {}).head;
  for (const char* header : {"Content-Security-Policy: default-src 'none'; style-src 'self'", "X-Frame-Options: DENY",
                             "X-Content-Type-Options: nosniff", "Cross-Origin-Resource-Policy: same-origin"})
    EXPECT_THAT(head, HasSubstr(header));
}

TEST(Public, may_be_read_by_pages_of_other_sites_only_when_it_says_so) {
  PublicResponse tile("application/octet-stream", "x", {.max_age = std::chrono::minutes(1)});
  tile.allow_other_sites();
  std::string open = make_wire(std::move(tile), {}).head;
  EXPECT_THAT(open, HasSubstr("\r\nAccess-Control-Allow-Origin: *\r\n"));
  EXPECT_THAT(open, HasSubstr("\r\nCross-Origin-Resource-Policy: cross-origin\r\n"));
  std::string closed = make_wire(PublicResponse("text/css", "x", {.max_age = std::chrono::minutes(1)}), {}).head;
  EXPECT_THAT(closed, Not(HasSubstr("Access-Control")));
}

TEST(Public, answers_304_to_who_has_it_already) {
  Request with_tag = asked({{"if-none-match", "W/\"old\", \"v1\""}}), with_other = asked({{"if-none-match", "\"v2\""}});
  auto answer = [](const Request& request) {
    PublicResponse response("text/css", "body", {.max_age = std::chrono::minutes(1)});
    response.set_encoded(Encoding::gzip);
    response.set_etag("\"v1\"", PublicRequest(request));
    return make_wire(std::move(response), {});
  };
  Wire known = answer(with_tag), other = answer(with_other);
  EXPECT_EQ(known.status, 304);
  EXPECT_EQ(known.body, "");
  for (const char* header : {"ETag: \"v1\"", "Vary: Accept-Encoding", "Cache-Control: public, max-age=60"})
    EXPECT_THAT(known.head, HasSubstr(header));
  EXPECT_THAT(known.head, Not(HasSubstr("Content-Encoding")));
  EXPECT_EQ(other.status, 200);
  EXPECT_EQ(other.body, "body");
  EXPECT_THAT(other.head, HasSubstr("Content-Encoding: gzip"));
}

TEST(Public, a_refusal_is_kept_by_no_cache) {
  auto refused = PublicResponse::problem(base::make_error(base::ErrorKind::not_found, "error.x"), "Not here");
  EXPECT_EQ(refused.status(), 404);
  EXPECT_EQ(refused.content_type(), "application/problem+json");
  EXPECT_THAT(make_wire(std::move(refused), {}).head, HasSubstr("Cache-Control: no-store"));
}

TEST(Public, a_route_that_breaks_answers_one_person) {
  Router router;
  router.add_public("/breaks", [](const PublicRequest&) -> PublicResponse { throw std::runtime_error("disk"); });
  Request request;
  auto answer = router.run(router.find(Method::get, "/breaks"), request);
  ASSERT_TRUE(std::holds_alternative<Response>(answer));
  EXPECT_EQ(std::get<Response>(answer).status, 503);
}

TEST(Public, a_route_sees_path_and_query_and_serves_head_but_no_post) {
  Router router;
  router.add_public("/tile/{path*}", [](const PublicRequest& request) {
    return PublicResponse("text/plain", fmt::format("{} {}", request.value("path"), request.query_value("v")), {});
  });
  Request request;
  request.query = {{"v", "2"}};
  auto answer = router.run(router.find(Method::get, "/tile/0/001"), request);
  EXPECT_EQ(std::get<PublicResponse>(answer).body(), "0/001 2");
  EXPECT_TRUE(router.find(Method::head, "/tile/0/001").found());
  EXPECT_FALSE(router.find(Method::post, "/tile/0/001").found());
}

}  // namespace
}  // namespace alting::web
