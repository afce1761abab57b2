#include "web/server.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <future>

#include "web/server_fixture.h"

namespace alting::web {
namespace {

TEST_F(ServerTest, answers_with_security_headers_and_no_store) {
  start();
  std::string answer = ask(get_home);
  EXPECT_EQ(status_of_text(answer), 200);
  for (std::string_view header :
       {"Cache-Control: no-store", "Content-Security-Policy: default-src 'none'", "X-Content-Type-Options: nosniff",
        "Referrer-Policy: same-origin", "Cross-Origin-Opener-Policy: same-origin",
        "Cross-Origin-Resource-Policy: same-origin", "Permissions-Policy:", "X-Frame-Options: DENY",
        "Alting-Request: ", "Date: "})
    EXPECT_THAT(answer, HasSubstr(header));
  EXPECT_THAT(answer, Not(HasSubstr("Strict-Transport-Security")));  // not over plain http
  EXPECT_THAT(answer, testing::EndsWith("\r\n\r\nhome"));
}

TEST_F(ServerTest, answers_open_things_for_every_cache_and_the_mistakes_beside_them_for_none) {
  start();
  const auto ask_for = [&](std::string_view target, std::string_view header) {
    return ask(fmt::format("GET {} HTTP/1.1\r\nHost: x\r\nCookie: __Host-alting=abc\r\n{}\r\n", target, header));
  };
  std::string known = ask_for("/open/a", ""), same = ask_for("/open/a", "If-None-Match: \"1\"\r\n");
  EXPECT_THAT(known, HasSubstr("Cache-Control: public, max-age=60\r\n"));
  EXPECT_THAT(known, Not(HasSubstr("Set-Cookie")));
  EXPECT_THAT(known, testing::EndsWith("open a"));
  EXPECT_EQ(status_of_text(same), 304);
  EXPECT_THAT(same, testing::EndsWith("\r\n\r\n"));
  for (std::string_view target : {"/open", "/open/a/", "/open/a/b"}) {
    std::string answer = ask_for(target, "");
    EXPECT_THAT(answer, HasSubstr("Cache-Control: no-store\r\n")) << target;
    EXPECT_THAT(answer, Not(HasSubstr("max-age=60"))) << target;
  }
}

TEST_F(ServerTest, a_machines_route_reads_and_sets_no_cookie_and_needs_no_form_token) {
  for (const Method method : {Method::get, Method::post, Method::put, Method::patch, Method::del})
    router_.add(
        method, "/storage/{id}",
        [](const Request& request) {
          Response response = text(fmt::format("{} {} {} {}", to_text(request.method), request.of_system,
                                               request.has_header("cookie"), request.body));
          response.set_cookies = {"kake=1"};
          response.headers = {{"Retry-After", "7"},
                              {"WWW-Authenticate", "Bearer error=\"invalid_token\""},
                              {"Location", "https://alting.example/x"}};
          return response;
        },
        {}, Audience::system);
  start();
  for (std::string_view method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
    const std::string answer = ask(fmt::format(
        "{} /storage/1 HTTP/1.1\r\nHost: x\r\nOrigin: https://other.example\r\nSec-Fetch-Site: cross-site\r\n"
        "Cookie: __Host-alting=abc\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}",
        method));
    EXPECT_EQ(status_of_text(answer), 200) << answer;
    EXPECT_THAT(answer, testing::EndsWith(fmt::format("\r\n\r\n{} true false {{}}", method)));
    EXPECT_THAT(answer, Not(HasSubstr("Set-Cookie")));
    for (const char* header : {"Retry-After: 7\r\n", "WWW-Authenticate: Bearer error=\"invalid_token\"\r\n",
                               "Location: https://alting.example/x\r\n", "Cache-Control: no-store\r\n"})
      EXPECT_THAT(answer, HasSubstr(header));
  }
}

TEST_F(ServerTest, keeps_the_connection_and_answers_pipelined_requests_in_their_order) {
  start();
  RawClient client(server_->port());
  std::string all;
  for (int i = 0; i < 50; ++i) all += fmt::format("GET /echo/w{} HTTP/1.1\r\nHost: x\r\n\r\n", i);
  client.send(all);
  for (int i = 0; i < 50; ++i) EXPECT_THAT(client.response(), testing::EndsWith(fmt::format("\r\n\r\nw{}|", i)));
}

TEST_F(ServerTest, decodes_paths_and_queries) {
  start();
  EXPECT_THAT(ask("GET /echo/bl%C3%A5b%C3%A6r?q=%C3%A6+%C3%B8 HTTP/1.1\r\nHost: x\r\n\r\n"),
              testing::EndsWith("blåbær|æ ø"));
}

TEST_F(ServerTest, says_what_is_wrong_with_each_bad_request_and_closes) {
  start();
  struct Case {
    std::string_view request;
    int status;
  };
  std::string long_target = "GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n";
  std::string endless_target = "GET /" + std::string(20'000, 'a');
  std::string long_header = "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n";
  std::string many_headers = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 150; ++i) many_headers += fmt::format("X-{}: 1\r\n", i);
  many_headers += "\r\n";
  for (const Case& one : std::initializer_list<Case>{
           {"nonsense\r\n\r\n", 400},
           {"GET / HTTP/1.1\r\n\r\n", 400},
           {"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400},
           {"GET / HTTP/1.1\nHost: x\n\n", 400},
           {"GET / HTTP/1.1\r\nHost: x\r\n folded: 1\r\n\r\n", 400},
           {"GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400},
           {"GET / HTTP/1.1\r\nHost: x\r\nX: a\x01z\r\n\r\n", 400},
           {"GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
           {"GET http:/// HTTP/1.1\r\nHost: x\r\n\r\n", 400},
           {"GET http://name@x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
           {"GET http://x/../y HTTP/1.1\r\nHost: x\r\n\r\n", 400},
           {"GET http://x/ HTTP/1.1\r\n\r\n", 400},
           {"GET x:80 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
           {"GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
           {"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
           {"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 501},
           {"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", 405},
           {"GET /../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", 400},
           {"GET /%2e%2e/etc HTTP/1.1\r\nHost: x\r\n\r\n", 400},
           {"GET /a%2Fb HTTP/1.1\r\nHost: x\r\n\r\n", 400},
           {"GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
           {"GET /a%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400},
           {"GET //evil.example/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
           {"GET /echo/%ff HTTP/1.1\r\nHost: x\r\n\r\n", 400},
           {"GET /?q=%ff HTTP/1.1\r\nHost: x\r\n\r\n", 400},
           {"POST /api HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
           {"POST /api HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400},
           {"POST /api HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400},
           {"POST /api HTTP/1.1\r\nHost: x\r\nContent-Length: 3, 3\r\n\r\n", 400},
           {"POST /api HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
           {"POST /api HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
           {"POST /api HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcde\r\n", 400},
           {"POST /api HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", 400},
           {"POST /api HTTP/1.1\r\nHost: x\r\nExpect: coffee\r\nContent-Length: 1\r\n\r\n", 417},
           {"POST /api HTTP/1.1\r\nHost: x\r\nContent-Length: 100001\r\n\r\n", 413},
           {long_target, 414},
           {endless_target, 414},
           {long_header, 431},
           {many_headers, 431},
       }) {
    RawClient client(server_->port());
    client.send(one.request);
    client.finish_sending();
    std::string answer = client.receive_all();
    EXPECT_EQ(status_of_text(answer), one.status) << one.request.substr(0, 200) << "\n" << answer;
    EXPECT_THAT(answer, HasSubstr("Connection: close")) << one.request.substr(0, 200);
  }
  EXPECT_EQ(status_of_text(ask(get_home)), 200);
}

// RFC 9112 section 3.2.2: a server must take what is meant for a proxy, and believe its host and not the header's.
TEST_F(ServerTest, takes_targets_in_absolute_form) {
  start();
  EXPECT_THAT(ask("GET http://localhost:8080/echo/a?q=1 HTTP/1.1\r\nHost: localhost:8080\r\n\r\n"),
              testing::EndsWith("\r\n\r\na|1"));
  EXPECT_THAT(ask("GET HTTP://x HTTP/1.1\r\nHost: x\r\n\r\n"), testing::EndsWith("\r\n\r\nhome"));
  EXPECT_THAT(ask("GET http://x?q=1 HTTP/1.1\r\nHost: x\r\n\r\n"), testing::EndsWith("\r\n\r\nhome"));
  EXPECT_THAT(ask("GET http://x/ HTTP/1.0\r\n\r\n"), testing::EndsWith("home"));
  EXPECT_EQ(status_of_text(ask("OPTIONS http://x HTTP/1.1\r\nHost: x\r\n\r\n")), 204);
  server_.reset();
  options_.public_url = "https://alting.example";
  start();
  EXPECT_EQ(status_of_text(ask("GET https://alting.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n")), 200);
  EXPECT_EQ(status_of_text(ask("GET https://evil.example/ HTTP/1.1\r\nHost: alting.example\r\n\r\n")), 421);
}

TEST_F(ServerTest, a_truncated_request_is_dropped_and_harms_nobody) {
  start();
  for (std::size_t cut = 1; cut < get_home.size() - 1; cut += 3) {
    RawClient client(server_->port());
    client.send(get_home.substr(0, cut));
    client.finish_sending();
    EXPECT_EQ(client.receive_all(), "");
  }
  RawClient body(server_->port());
  body.send("POST /api HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  body.finish_sending();
  EXPECT_EQ(body.receive_all(), "");
  EXPECT_EQ(status_of_text(ask(get_home)), 200);
}

TEST_F(ServerTest, reads_chunked_content) {
  start();
  std::string answer =
      ask("POST /api HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: "
          "1\r\n\r\n");
  EXPECT_THAT(answer, testing::EndsWith("5 " + base::to_hex(crypto::sha256("abcde"))));
}

TEST_F(ServerTest, stops_chunked_content_that_passes_the_limit) {
  start();
  RawClient client(server_->port());
  client.send("POST /api HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  std::string chunk = "8000\r\n" + std::string(0x8000, 'a') + "\r\n";
  for (int i = 0; i < 10 && client.send(chunk); ++i) {
  }
  EXPECT_EQ(status_of_text(client.response()), 413);
}

TEST_F(ServerTest, tells_a_waiting_client_to_go_on) {
  start();
  RawClient client(server_->port());
  client.send("POST /api HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(client.receive(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("abc");
  EXPECT_EQ(status_of_text(client.response()), 200);
}

TEST_F(ServerTest, answers_head_options_and_wrong_methods) {
  start();
  std::string head = ask("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(head, HasSubstr("Content-Length: 4\r\n"));
  EXPECT_THAT(head, testing::EndsWith("\r\n\r\n"));
  EXPECT_THAT(ask("OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("Allow: GET, HEAD, OPTIONS\r\n"));
  EXPECT_THAT(ask("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("204 No Content"));
  std::string wrong = ask("DELETE / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(status_of_text(wrong), 405);
  EXPECT_THAT(wrong, HasSubstr("Allow: GET, HEAD, OPTIONS\r\n"));
  EXPECT_EQ(status_of_text(ask("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n")), 404);
  std::string moved = ask("GET /echo/a/?q=1 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(status_of_text(moved), 308);
  EXPECT_THAT(moved, HasSubstr("Location: /echo/a?q=1\r\n"));
}

TEST_F(ServerTest, old_clients_are_served_and_closed) {
  start();
  RawClient client(server_->port());
  client.send("GET /stream HTTP/1.0\r\n\r\n");
  std::string answer = client.receive_all();
  EXPECT_THAT(answer, testing::EndsWith("\r\n\r\nonetwo"));
  EXPECT_THAT(answer, Not(HasSubstr("chunked")));
}

TEST_F(ServerTest, an_exception_becomes_503_with_an_incident_and_the_server_goes_on) {
  start();
  std::string answer = ask("GET /throws HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(status_of_text(answer), 503);
  EXPECT_THAT(answer, HasSubstr("Alting-Incident: "));
  EXPECT_THAT(answer, Not(HasSubstr("the disk is gone")));
  EXPECT_EQ(status_of_text(ask(get_home)), 200);
}

TEST_F(ServerTest, shows_the_error_page_to_people_and_a_problem_document_to_machines) {
  router_.set_error_page([](const Request& request, const base::Error& error, std::string_view incident) {
    if (request.wants_json()) return problem(error, "Words for people");
    return page(html::el("h1", html::text(error.code + "/" + std::string(incident.empty() ? "-" : "incident"))),
                status_of(error.kind));
  });
  start();
  EXPECT_THAT(ask("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("<h1>error.kind.not_found/-</h1>"));
  EXPECT_THAT(ask("GET /throws HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("<h1>error.incident/incident</h1>"));
  const auto document = ask("GET /nowhere HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n\r\n");
  EXPECT_THAT(document, HasSubstr("application/problem+json"));
  EXPECT_THAT(document, HasSubstr("\"title\":\"Words for people\""));
  const auto incident = ask("GET /throws HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n\r\n");
  EXPECT_THAT(incident, HasSubstr("Alting-Incident: "));
  EXPECT_THAT(incident, HasSubstr("Retry-After: "));
}

TEST_F(ServerTest, is_not_ready_while_the_program_is_not_fit) {
  std::atomic<bool> fit{true};
  options_.is_fit = [&] { return fit.load(); };
  start();
  EXPECT_EQ(status_of_text(ask("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")), 200);
  fit = false;
  EXPECT_EQ(status_of_text(ask("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")), 503);
  EXPECT_EQ(status_of_text(ask("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")), 200);
  EXPECT_EQ(status_of_text(ask(get_home)), 200) << "it goes on answering";
}

TEST_F(ServerTest, a_problem_document_says_the_status_of_its_answer) {
  start();
  for (std::string_view request : {"DELETE / HTTP/1.1\r\nHost: x\r\n\r\n", "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n",
                                   "POST /form HTTP/1.1\r\nHost: x\r\n\r\n"}) {
    const auto answer = ask(request);
    EXPECT_THAT(answer, HasSubstr(fmt::format("\"status\":{},", status_of_text(answer)))) << request;
  }
}

TEST_F(ServerTest, shows_metrics_to_nobody_behind_a_proxy_whatever_the_proxy_says) {
  options_.metrics_readers = {"127.0.0.1"};
  start();
  for (std::string_view header : {"X-Forwarded-For:\r\nX-Forwarded-For: 10.1.2.3\r\n", "X-Forwarded-For:\r\n",
                                  "Forwarded:\r\n", "X-Forwarded-For: 127.0.0.1\r\n"})
    EXPECT_EQ(status_of_text(ask(fmt::format("GET /metrics HTTP/1.1\r\nHost: x\r\n{}\r\n", header))), 404) << header;
  server_.reset();
  options_.trusted_proxies = {"::ffff:127.0.0.1"};  // however it is spelled
  start();
  EXPECT_EQ(status_of_text(ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")), 404);
}

TEST_F(ServerTest, metrics_with_an_address_of_their_own_are_nowhere_else) {
  options_.metrics_port = free_port();
  options_.trusted_proxies = {"127.0.0.1"};  // a proxy on the same machine leads to the other address only
  start();
  EXPECT_EQ(status_of_text(ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")), 404);
  const auto there = [&](std::string_view path) {
    RawClient client(server_->metrics_port());
    client.send(fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", path));
    return client.response();
  };
  EXPECT_THAT(there("/metrics"), HasSubstr("alting_http_connections"));
  EXPECT_EQ(status_of_text(there("/healthz")), 200);
  EXPECT_EQ(status_of_text(there("/")), 404);
  EXPECT_EQ(status_of_text(there("/throws")), 404);
}

TEST_F(ServerTest, tells_health_readiness_and_metrics) {
  start();
  ask(get_home);
  EXPECT_EQ(status_of_text(ask("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")), 200);
  EXPECT_EQ(status_of_text(ask("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")), 200);
  server_->set_ready(false);
  EXPECT_EQ(status_of_text(ask("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")), 503);
  std::string metrics = ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(metrics, HasSubstr("alting_http_requests_total{method=\"GET\",route=\"/\",status=\"2xx\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("alting_http_request_seconds_bucket"));
  EXPECT_EQ(status_of_text(ask("GET /metrics HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 10.0.0.1\r\n\r\n")), 404);
}

TEST_F(ServerTest, compresses_pages_for_those_who_take_it) {
  start();
  EXPECT_THAT(ask("GET /page HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n"),
              HasSubstr("Content-Encoding: gzip\r\n"));
  EXPECT_THAT(ask("GET /page HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip, br\r\n\r\n"),
              HasSubstr("Content-Encoding: br\r\n"));
  EXPECT_THAT(ask("GET /page HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br;q=0\r\n\r\n"),
              Not(HasSubstr("Content-Encoding")));
}

TEST_F(ServerTest, carries_the_trace_on) {
  start();
  EXPECT_THAT(
      ask("GET / HTTP/1.1\r\nHost: x\r\nTraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n\r\n"),
      HasSubstr("Traceresponse: 00-4bf92f3577b34da6a3ce929d0e0e4736-"));
}

TEST_F(ServerTest, production_answers_only_to_its_own_name) {
  options_.public_url = "https://alting.example";
  start();
  EXPECT_EQ(status_of_text(ask("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")), 421);
  std::string answer = ask("GET / HTTP/1.1\r\nHost: alting.example\r\n\r\n");
  EXPECT_EQ(status_of_text(answer), 200);
  EXPECT_THAT(answer, HasSubstr("Strict-Transport-Security: max-age="));
  EXPECT_EQ(status_of_text(ask("GET /healthz HTTP/1.1\r\nHost: 10.0.0.7\r\n\r\n")), 200);
}

TEST_F(ServerTest, random_octets_never_bring_it_down) {
  start();
  rc::check([&] {
    auto octets = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    RawClient client(server_->port());
    client.send(*rc::gen::element<std::string>("", "GET / HTTP/1.1\r\nHost: x\r\n",
                                               "POST /files HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
                                               "chunked\r\nContent-Type: multipart/form-data; boundary=XX\r\n\r\n"));
    client.send(octets);
    client.finish_sending();
    client.receive_all();
  });
  EXPECT_EQ(status_of_text(ask(get_home)), 200);
}

TEST_F(ServerTest, many_users_at_once_each_get_their_own_answer) {
  options_.io_threads = 2;
  start();
  std::vector<std::future<int>> users;
  for (int user = 0; user < 16; ++user)
    users.push_back(std::async(std::launch::async, [this, user] {
      int wrong = 0;
      RawClient client(server_->port());
      for (int i = 0; i < 500; ++i) {
        client.send(fmt::format("GET /echo/u{}-{} HTTP/1.1\r\nHost: x\r\n\r\n", user, i));
        wrong += !client.response().ends_with(fmt::format("\r\n\r\nu{}-{}|", user, i));
      }
      return wrong;
    }));
  for (auto& user : users) EXPECT_EQ(user.get(), 0);
}

}  // namespace
}  // namespace alting::web
