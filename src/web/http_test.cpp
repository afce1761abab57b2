#include "web/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "web/compress.h"
#include "web/edge.h"
#include "web/request_head.h"
#include "web/response_writer.h"
#include "web/router.h"

namespace alting::web {
namespace {

using testing::HasSubstr;
using testing::Not;

Request with_header(std::string name, std::string value) {
  Request request;
  request.headers.emplace_back(std::move(name), std::move(value));
  return request;
}

TEST(Request, finds_cookies_by_their_whole_name) {
  Request request = with_header("cookie", "xa=1; a=2;b=3; c=");
  EXPECT_EQ(request.cookie("a"), "2");
  EXPECT_EQ(request.cookie("b"), "3");
  EXPECT_EQ(request.cookie("c"), "");
  EXPECT_EQ(request.cookie("d"), "");
}

TEST(Request, knows_who_prefers_json) {
  EXPECT_TRUE(with_header("accept", "application/json").wants_json());
  EXPECT_TRUE(with_header("accept", "application/problem+json, text/html;q=0.5").wants_json());
  EXPECT_FALSE(with_header("accept", "text/html,application/xhtml+xml,*/*;q=0.8").wants_json());
  EXPECT_FALSE(with_header("accept", "*/*").wants_json());
  EXPECT_FALSE(Request{}.wants_json());
}

TEST(Upload, removes_its_file_when_it_goes) {
  auto path = std::filesystem::temp_directory_path() / "alting-upload-test";
  std::ofstream(path) << "x";
  {
    Upload first("f", "n", "t", path, 1, "");
    Upload second = std::move(first);
    EXPECT_TRUE(std::filesystem::exists(path));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Response, redirects_only_within_the_site) {
  for (const char* bad : {"https://evil.example/", "//evil.example", "/\\evil.example", "evil", "/a\r\nSet-Cookie: x"})
    EXPECT_EQ(redirect(bad).headers[0].second, "/") << bad;
  EXPECT_EQ(redirect("/a?b=c").headers[0].second, "/a?b=c");
  EXPECT_EQ(redirect("/a").status, 303);
  EXPECT_THROW((void)redirect_away("javascript:x"), std::logic_error);
}

TEST(Response, names_downloads_safely) {
  std::string head = make_wire(download("Års\"rapport\r\n.pdf", "application/pdf", "x"), {}).head;
  EXPECT_THAT(head, HasSubstr("Content-Disposition: attachment; filename=\"_rs_rapport__.pdf\"; "
                              "filename*=UTF-8''%C3%85rs%22rapport%0D%0A.pdf\r\n"));
  EXPECT_THAT(head, HasSubstr("Content-Security-Policy: sandbox;"));
}

TEST(Wire, no_header_value_can_begin_another_header) {
  Response response = text("x");
  response.headers.emplace_back("X-A", "1\r\nSet-Cookie: evil=1");
  EXPECT_THAT(make_wire(response, {}).head, Not(HasSubstr("\r\nSet-Cookie")));
}

TEST(Wire, frames_only_as_a_response_says) {
  Response response = page(html::text("x"));
  response.frame_ancestors = {"https://login.example"};
  response.frame_sources = {"https://issuer.example", "x; script-src *"};
  std::string head = make_wire(response, {}).head;
  EXPECT_THAT(head, HasSubstr("frame-ancestors https://login.example"));
  EXPECT_THAT(head, HasSubstr("frame-src https://issuer.example\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("X-Frame-Options")));
}

TEST(Wire, a_form_leaves_only_for_where_a_response_says) {
  Response response = page(html::text("x"));
  EXPECT_THAT(make_wire(response, {}).head, HasSubstr("form-action 'self';"));
  response.form_targets = {"https://login.example", "x; script-src *"};
  EXPECT_THAT(make_wire(response, {}).head, HasSubstr("form-action 'self' https://login.example;"));
}

TEST(Problem, is_rfc_9457) {
  Response response = problem(
      base::make_error(base::ErrorKind::too_large, "error.upload.too_large", "too big", {{"limit", "5"}}), "Too large");
  EXPECT_EQ(response.status, 413);
  EXPECT_EQ(response.content_type, "application/problem+json");
  auto document = base::Json::parse(response.body);
  EXPECT_EQ((*document).text("code"), "error.upload.too_large");
  EXPECT_EQ((*document)["status"].integer_or(0), 413);
  EXPECT_EQ((*document)["params"].text("limit"), "5");
}

TEST(Router, prefers_literals_then_places_then_the_rest) {
  Router router;
  auto answer = [](std::string word) { return [word](const Request&) { return text(word); }; };
  router.add(Method::get, "/a/{x}", answer("place"));
  router.add(Method::get, "/a/b", answer("literal"));
  router.add(Method::get, "/a/{x}/c", answer("below"));
  router.add(Method::get, "/tile/{path*}", answer("rest"));
  router.add(Method::post, "/a/b", answer("post"));
  router.add(Method::get, "/", answer("root"));
  auto ask = [&](Method method, std::string_view path) {
    auto match = router.find(method, path);
    Request request;
    if (!match.found()) return std::string(match.path_exists ? "405" : "404");
    return std::get<Response>(router.run(match, request)).body;
  };
  EXPECT_EQ(ask(Method::get, "/a/b"), "literal");
  EXPECT_EQ(ask(Method::get, "/a/z"), "place");
  EXPECT_EQ(ask(Method::get, "/a/b/c"), "below");
  EXPECT_EQ(ask(Method::get, "/tile/1/x/2"), "rest");
  EXPECT_EQ(router.find(Method::get, "/tile/1/x/2").values.at("path"), "1/x/2");
  EXPECT_EQ(ask(Method::head, "/a/b"), "literal");
  EXPECT_EQ(ask(Method::put, "/a/b"), "405");
  EXPECT_EQ(ask(Method::get, "/a"), "404");
  EXPECT_EQ(ask(Method::get, "/"), "root");
  EXPECT_THROW(router.add(Method::get, "/a/b", answer("twice")), std::logic_error);
}

TEST(Router, tells_of_each_route_whom_it_answers_and_whether_forms_need_the_token) {
  Router router;
  const Handler nothing = [](const Request&) { return text(""); };
  router.add(Method::get, "/help", nothing);
  router.add_public("/key", [](const PublicRequest&) { return PublicResponse("text/plain", "", {}); });
  router.add(Method::post, "/a/{party}/post", nothing, {}, Audience::party);
  router.add(Method::post, "/machine", nothing, {.anti_forgery = false}, Audience::agency);
  router.add(Method::put, "/storage/x", nothing, {}, Audience::system);
  std::vector<std::string> told;
  for (const auto& one : router.routes())
    told.push_back(fmt::format("{} {} {}{}", to_text(one.method), one.pattern, to_text(one.audience),
                               one.anti_forgery ? "" : " without token"));
  EXPECT_THAT(told, testing::ElementsAre("GET /help anyone", "GET /key everyone", "POST /a/{party}/post party",
                                         "POST /machine agency without token", "PUT /storage/x system without token"));
}

TEST(Edge, tells_browsers_to_keep_to_tls_where_the_name_is_the_portals_own) {
  EXPECT_TRUE(is_for_tls_alone(true, ""));
  EXPECT_TRUE(is_for_tls_alone(true, "https://alting.example"));
  EXPECT_TRUE(is_for_tls_alone(false, "https://alting.example"));
  EXPECT_TRUE(is_for_tls_alone(false, "https://localhost.example:8443"));
  EXPECT_FALSE(is_for_tls_alone(false, "http://alting.example"));
  EXPECT_FALSE(is_for_tls_alone(false, ""));
  for (const char* here :
       {"https://localhost", "https://localhost:8082/", "https://LOCALHOST:8082", "http://localhost"})
    EXPECT_FALSE(is_for_tls_alone(true, here)) << here;
}

TEST(Edge, keeps_only_the_network_of_an_address) {
  EXPECT_EQ(network_of("192.0.2.77"), "192.0.2.0");
  EXPECT_EQ(network_of("2001:db8:1234:5678::9"), "2001:db8:1234::");
  EXPECT_EQ(network_of("::ffff:192.0.2.77"), "192.0.2.0");
  EXPECT_EQ(network_of("nonsense"), "");
}

TEST(Edge, believes_forwarded_addresses_from_trusted_proxies_only) {
  EXPECT_EQ(client_address("10.0.0.1", "1.2.3.4, 5.6.7.8", {"10.0.0.1"}), "5.6.7.8");
  EXPECT_EQ(client_address("10.0.0.2", "1.2.3.4", {"10.0.0.1"}), "10.0.0.2");
  EXPECT_EQ(client_address("10.0.0.1", "<script>", {"10.0.0.1"}), "10.0.0.1");
}

// Proxies write addresses in several ways (RFC 7239 section 6, and what App Service and others make of it).
TEST(Edge, reads_forwarded_addresses_with_ports_brackets_and_quotes) {
  const std::vector<std::string> proxies{"10.0.0.1", "2001:DB8:0:0::A"};
  for (const auto& [written, read] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"203.0.113.7:4711", "203.0.113.7"},
           {"[2001:db8::1]:99", "2001:db8::1"},
           {"[2001:DB8::1]", "2001:db8::1"},
           {"\"[2001:db8::1]:99\"", "2001:db8::1"},
           {"fe80::1%eth0", "fe80::1"},
           {"::ffff:203.0.113.7", "203.0.113.7"},
           {"1.2.3.4, 203.0.113.7:1", "203.0.113.7"},
           {"66.66.66.66, , 203.0.113.7", "203.0.113.7"},
           {"203.0.113.7, 10.0.0.1, 2001:db8::a", "203.0.113.7"},  // through several of ours
           {"203.0.113.7:x", "10.0.0.1"},
           {"[2001:db8::1", "10.0.0.1"},
           {"[2001:db8::1]x", "10.0.0.1"},
           {"unknown", "10.0.0.1"},
           {"", "10.0.0.1"},
       })
    EXPECT_EQ(client_address("10.0.0.1", written, proxies), read) << written;
  EXPECT_EQ(client_address("2001:db8::a", "203.0.113.7:4711", proxies), "203.0.113.7");
}

TEST(Edge, counts_an_ipv6_network_as_one) {
  EXPECT_EQ(neighbourhood_of("203.0.113.7"), "203.0.113.0");
  EXPECT_EQ(neighbourhood_of("2001:db8:1:2:3::4"), "2001:db8:1:2::");
  EXPECT_EQ(connection_key("203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(connection_key("2001:db8:1:2:3::4"), connection_key("2001:db8:1:2:ffff::"));
  EXPECT_NE(connection_key("2001:db8:1:2::4"), connection_key("2001:db8:1:3::4"));
}

TEST(RequestHead, joins_the_lines_that_proxies_add) {
  const auto head = parse_head(
      "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For:\r\nX-Forwarded-For: 10.1.2.3\r\nCookie: a=1\r\nCookie: "
      "b=2\r\n\r\n");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->header("x-forwarded-for"), ", 10.1.2.3");
  EXPECT_EQ(head->header("cookie"), "a=1; b=2");
}

TEST(Edge, reads_traceparent_strictly) {
  EXPECT_EQ(parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")->span_id, "00f067aa0ba902b7");
  for (const char* bad : {"", "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                          "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                          "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                          "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"})
    EXPECT_FALSE(parse_traceparent(bad)) << bad;
}

TEST(Edge, takes_the_language_from_the_cookie_before_the_header) {
  Request request = with_header("accept-language", "en-GB,en;q=0.9");
  EXPECT_EQ(language_of(request), base::Language::en);
  request.headers.emplace_back("cookie", "__Host-alting-valg=nn:BankID%20p");
  EXPECT_EQ(language_of(request), base::Language::nn);
}

TEST(Compress, chooses_what_the_client_takes) {
  EXPECT_EQ(choose_encoding("gzip, deflate, br"), Encoding::brotli);
  EXPECT_EQ(choose_encoding("gzip;q=1.0, br;q=0"), Encoding::gzip);
  EXPECT_EQ(choose_encoding("identity"), Encoding::identity);
  EXPECT_EQ(choose_encoding(""), Encoding::identity);
  EXPECT_LT(compress(std::string(10'000, 'a'), Encoding::gzip).size(), 200u);
  EXPECT_LT(compress(std::string(10'000, 'a'), Encoding::brotli).size(), 200u);
}

}  // namespace
}  // namespace alting::web
