#include "web/server.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <rapidcheck.h>

#include <filesystem>
#include <future>
#include <thread>

#include "crypto/hash.h"
#include "web/cookies.h"
#include "web/metrics.h"
#include "web/raw_client.h"

namespace alting::web {
namespace {

using testing::HasSubstr;
using testing::Not;

class ServerTest : public testing::Test {
 protected:
  void SetUp() override {
    base::set_log_level(base::LogLevel::error);
    options_.port = 0;
    options_.workers = 4;
    options_.upload_folder =
        std::filesystem::temp_directory_path() / ("alting-web-test-" + base::to_hex(random_.bytes(6)));
    options_.header_timeout = base::Duration::milliseconds(800);
    options_.idle_timeout = base::Duration::milliseconds(1500);
    options_.shutdown_timeout = base::Duration::seconds(3);
    router_.set_token_check([this](const Request& request) { return cookies_.token_is_good(request); });
    router_.add(Method::get, "/", [](const Request&) { return text("home"); });
    router_.add(Method::get, "/echo/{word}", [](const Request& request) {
      return text(std::string(request.value("word")) + "|" + std::string(request.query_value("q")));
    });
    router_.add(Method::get, "/throws",
                [](const Request&) -> Response { throw std::runtime_error("the disk is gone"); });
    router_.add(Method::post, "/form",
                [](const Request& request) { return text("got " + std::string(request.form_value("name"))); });
    router_.add(Method::post, "/api",
                [](const Request& request) {
                  return text(std::to_string(request.body.size()) + " " + base::to_hex(crypto::sha256(request.body)));
                },
                {.body = 100'000, .anti_forgery = false});
    router_.add(Method::post, "/files",
                [](const Request& request) {
                  std::string answer;
                  for (const Upload& upload : request.uploads)
                    answer += fmt::format("{}:{}:{}:{};", upload.field, upload.file_name, upload.size,
                                          base::to_hex(upload.sha256).substr(0, 16));
                  return text(answer);
                },
                {.body = 20'000, .upload = 300'000, .uploads = 2, .upload_types = {".pdf", ".txt"}});
    router_.add(Method::get, "/big", [](const Request&) {
      return download("stor fil.bin", "application/octet-stream", 8'000'000, [](const auto& write) {
        for (int i = 0; i < 80; ++i) write(std::string(100'000, static_cast<char>('a' + i % 26)));
      });
    });
    router_.add(Method::get, "/short", [](const Request&) {
      return download("x", "text/plain", 100, [](const auto& write) { write("only this"); });
    });
    router_.add(Method::get, "/stream", [](const Request&) {
      Response response = text("");
      response.source = [](const auto& write) {
        write("one");
        write("two");
      };
      return response;
    });
    router_.add(Method::get, "/slow", [](const Request&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(700));
      return text("slow done");
    });
    router_.add(Method::get, "/page",
                [](const Request&) { return page(html::el("p", html::text(std::string(5000, 'x')))); });
  }
  void TearDown() override {
    server_.reset();
    std::filesystem::remove_all(options_.upload_folder);
  }
  void start() {
    server_ = std::make_unique<Server>(options_, router_, clock_, random_, metrics_);
    server_->start();
  }
  std::string ask(std::string_view octets) {
    RawClient client(server_->port());
    client.send(octets);
    return client.response();
  }
  // The cookie and the form value of one browser.
  std::pair<std::string, std::string> token() {
    Cookies::Token made = cookies_.token(Request{});
    std::string cookie = *made.set_cookie;
    return {cookie.substr(0, cookie.find(';')), made.form_value};
  }
  std::string multipart(std::string_view cookie, std::string_view body) {
    return fmt::format(
        "POST /files HTTP/1.1\r\nHost: x\r\nCookie: {}\r\nContent-Type: multipart/form-data; "
        "boundary=XX\r\nContent-Length: {}\r\n\r\n{}",
        cookie, body.size(), body);
  }
  static std::string part(std::string_view name, std::string_view value) {
    return fmt::format("--XX\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n", name, value);
  }
  static std::string file(std::string_view file_name, std::string_view content) {
    return fmt::format(
        "--XX\r\nContent-Disposition: form-data; name=\"fil\"; filename=\"{}\"\r\nContent-Type: "
        "application/pdf\r\n\r\n{}\r\n",
        file_name, content);
  }

  base::SystemClock clock_;
  base::SystemRandom random_;
  Metrics metrics_;
  Cookies cookies_{std::string(32, 'k'), false, random_};
  ServerOptions options_;
  Router router_;
  std::unique_ptr<Server> server_;
};

constexpr std::string_view get_home = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

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
           {"GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
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

TEST_F(ServerTest, a_form_needs_the_token_of_its_browser) {
  start();
  auto [cookie, value] = token();
  auto post = [&](std::string_view with_cookie, std::string_view with_token, std::string_view more = "") {
    std::string body = fmt::format("name=K%C3%A5re&token={}", with_token);
    return status_of_text(
        ask(fmt::format("POST /form HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\n{}Content-Type: "
                        "application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{}",
                        with_cookie, more, body.size(), body)));
  };
  EXPECT_EQ(post(cookie, value), 200);
  EXPECT_EQ(post(cookie, cookies_.token(Request{}).form_value), 403);  // another browser's
  EXPECT_EQ(post(cookie, ""), 403);
  EXPECT_EQ(post("", value), 403);
  EXPECT_EQ(post("alting-token=" + base::to_base64url(std::string(34, 'a')), value), 403);  // planted
  EXPECT_EQ(post(cookie, value, "Origin: http://localhost\r\n"), 200);
  EXPECT_EQ(post(cookie, value, "Origin: https://evil.example\r\n"), 403);
  EXPECT_EQ(post(cookie, value, "Origin: null\r\n"), 403);
  EXPECT_EQ(post(cookie, value, "Sec-Fetch-Site: same-origin\r\n"), 200);
  EXPECT_EQ(post(cookie, value, "Sec-Fetch-Site: cross-site\r\n"), 403);
}

TEST_F(ServerTest, refuses_text_that_is_not_utf8_and_the_zero_character) {
  start();
  auto [cookie, value] = token();
  for (std::string_view bad : {"%ff%fe", "%00", "%ed%a0%80", "%c0%af"}) {
    std::string body = fmt::format("name={}&token={}", bad, value);
    std::string answer =
        ask(fmt::format("POST /form HTTP/1.1\r\nHost: x\r\nCookie: {}\r\nContent-Type: "
                        "application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{}",
                        cookie, body.size(), body));
    EXPECT_EQ(status_of_text(answer), 400) << bad;
    EXPECT_THAT(answer, HasSubstr("error.text."));
  }
}

TEST_F(ServerTest, spools_files_and_removes_them_when_the_request_is_over) {
  start();
  auto [cookie, value] = token();
  std::string content(200'000, 'p');
  std::string answer = ask(multipart(cookie, part("token", value) + file("C:\\\\temp\\\\års\\\"rapport.pdf", content) +
                                                 file("b.txt", "x") + "--XX--\r\n"));
  EXPECT_EQ(status_of_text(answer), 200);
  EXPECT_THAT(answer, HasSubstr(fmt::format("fil:års_rapport.pdf:200000:{};",
                                            base::to_hex(crypto::sha256(content)).substr(0, 16))));
  EXPECT_THAT(answer, HasSubstr("fil:b.txt:1:"));
  EXPECT_TRUE(std::filesystem::is_empty(options_.upload_folder));
}

TEST_F(ServerTest, refuses_files_that_are_too_large_too_many_of_a_wrong_type_or_before_the_token) {
  start();
  auto [cookie, value] = token();
  std::string end = "--XX--\r\n";
  struct Case {
    std::string body;
    int status;
    std::string_view code;
  };
  for (const Case& one : std::vector<Case>{
           {part("token", value) + file("a.pdf", std::string(300'001, 'x')) + end, 413, "error.upload.too_large"},
           {part("token", value) + file("a.pdf", "1") + file("b.pdf", "2") + file("c.pdf", "3") + end, 413,
            "error.upload.too_many"},
           {part("token", value) + file("a.exe", "MZ") + end, 415, "error.upload.type"},
           {file("a.pdf", "x") + part("token", value) + end, 403, "error.anti_forgery"},
           {part("token", "forged") + file("a.pdf", "x") + end, 403, "error.anti_forgery"},
           {part("token", value) + file("a.pdf", "x"), 400, "error.multipart"},
           {part("token", value) + part("x", std::string(21'000, 'x')) + end, 413, "error.form.too_large"},
       }) {
    std::string answer = ask(multipart(cookie, one.body));
    EXPECT_EQ(status_of_text(answer), one.status) << one.code << answer;
    EXPECT_THAT(answer, HasSubstr(one.code));
  }
  EXPECT_TRUE(std::filesystem::is_empty(options_.upload_folder));
}

TEST_F(ServerTest, an_upload_that_breaks_off_leaves_no_file) {
  start();
  auto [cookie, value] = token();
  {
    RawClient client(server_->port());
    std::string whole =
        multipart(cookie, part("token", value) + file("a.pdf", std::string(200'000, 'x')) + "--XX--\r\n");
    client.send(whole.substr(0, 100'000));
    client.close();
  }
  for (int i = 0; i < 100 && !std::filesystem::is_empty(options_.upload_folder); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_TRUE(std::filesystem::is_empty(options_.upload_folder));
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
  router_.set_error_page([](const Request&, const base::Error& error, std::string_view incident) {
    return page(html::el("h1", html::text(error.code + "/" + std::string(incident.empty() ? "-" : "incident"))),
                status_of(error.kind));
  });
  start();
  EXPECT_THAT(ask("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("<h1>error.kind.not_found/-</h1>"));
  EXPECT_THAT(ask("GET /throws HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("<h1>error.incident/incident</h1>"));
  EXPECT_THAT(ask("GET /nowhere HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n\r\n"),
              HasSubstr("application/problem+json"));
}

TEST_F(ServerTest, streams_a_large_download_to_a_slow_reader_without_holding_it_in_memory) {
  start();
  RawClient client(server_->port(), 8 * 1024);
  client.send("GET /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(status_of_text(ask(get_home)), 200);
  std::string all = client.receive_all();
  EXPECT_THAT(all.substr(0, 2000), HasSubstr("filename=\"stor fil.bin\"; filename*=UTF-8''stor%20fil.bin"));
  EXPECT_EQ(all.size() - all.find("\r\n\r\n") - 4, 8'000'000u);
}

TEST_F(ServerTest, a_reader_that_leaves_frees_the_worker) {
  start();
  for (int i = 0; i < 12; ++i) {
    RawClient client(server_->port(), 8 * 1024);
    client.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
    client.receive(1000, 1000);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  RawClient last(server_->port());
  last.send("GET /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_GT(last.receive_all().size(), 8'000'000u);
}

TEST_F(ServerTest, a_download_that_gives_less_than_it_said_is_cut_off_visibly) {
  start();
  RawClient client(server_->port());
  client.send("GET /short HTTP/1.1\r\nHost: x\r\n\r\n");
  std::string all = client.receive_all();
  EXPECT_THAT(all, HasSubstr("Content-Length: 100"));
  EXPECT_LT(all.size() - all.find("\r\n\r\n") - 4, 100u);
}

TEST_F(ServerTest, slow_heads_are_cut_off_and_hold_nobody_up) {
  start();
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int i = 0; i < 300; ++i) {
    slow.push_back(std::make_unique<RawClient>(server_->port()));
    slow.back()->send("GET / HTTP/1.1\r\nX-Slow: ");
  }
  auto started = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(status_of_text(ask(get_home)), 200);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::milliseconds(700));
  // One that sends an octet now and then is cut off all the same: the limit is on the whole head.
  std::string answer;
  for (int i = 0; i < 12 && answer.empty(); ++i) {
    slow[0]->send("a");
    answer = slow[0]->receive(200);
  }
  EXPECT_EQ(status_of_text(answer), 408);
  EXPECT_EQ(status_of_text(slow[299]->response()), 408);
}

TEST_F(ServerTest, slow_content_is_cut_off) {
  options_.body_timeout = base::Duration::milliseconds(600);
  start();
  RawClient client(server_->port());
  client.send("POST /api HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc");
  EXPECT_EQ(status_of_text(client.response()), 408);
}

TEST_F(ServerTest, idle_connections_are_closed_silently) {
  options_.idle_timeout = base::Duration::milliseconds(400);
  start();
  RawClient client(server_->port());
  client.send(get_home);
  EXPECT_EQ(status_of_text(client.response()), 200);
  EXPECT_TRUE(client.is_closed(3'000));
}

TEST_F(ServerTest, a_flood_of_connections_meets_the_limit_and_passes) {
  options_.max_connections = 50;
  options_.idle_timeout = base::Duration::seconds(30);
  options_.header_timeout = base::Duration::seconds(30);
  start();
  {
    std::vector<std::unique_ptr<RawClient>> flood;
    for (int i = 0; i < 120; ++i) flood.push_back(std::make_unique<RawClient>(server_->port()));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    EXPECT_THAT(flood.back()->receive_all(), HasSubstr("503"));
    flood[0]->send(get_home);
    EXPECT_EQ(status_of_text(flood[0]->response()), 200);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(status_of_text(ask(get_home)), 200);
}

TEST_F(ServerTest, one_address_cannot_take_all_connections) {
  options_.max_connections_per_address = 5;
  options_.header_timeout = base::Duration::seconds(30);
  start();
  std::vector<std::unique_ptr<RawClient>> many;
  for (int i = 0; i < 6; ++i) many.push_back(std::make_unique<RawClient>(server_->port()));
  EXPECT_THAT(many.back()->receive_all(), HasSubstr("too many connections"));
}

TEST_F(ServerTest, a_full_queue_answers_503_at_once) {
  options_.workers = 1;
  options_.max_queue = 2;
  start();
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(std::make_unique<RawClient>(server_->port()));
    clients.back()->send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  int refused = 0;
  for (auto& client : clients) {
    std::string answer = client->response(10'000);
    if (status_of_text(answer) == 503) {
      ++refused;
      EXPECT_THAT(answer, HasSubstr("Retry-After: 1"));
    } else {
      EXPECT_EQ(status_of_text(answer), 200);
    }
  }
  EXPECT_GE(refused, 4);
}

TEST_F(ServerTest, stopping_finishes_what_has_begun_and_closes_what_is_idle) {
  start();
  RawClient busy(server_->port()), idle(server_->port());
  idle.send(get_home);
  idle.response();
  busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  auto stopped = std::async(std::launch::async, [&] { server_->stop(); });
  std::string answer = busy.response();
  EXPECT_THAT(answer, HasSubstr("slow done"));
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
  EXPECT_TRUE(idle.is_closed());
  EXPECT_EQ(stopped.wait_for(std::chrono::seconds(3)), std::future_status::ready);
  EXPECT_THROW(RawClient{server_->port()}, std::runtime_error);
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

// A key and a certificate for localhost, made for this test alone.
void write_certificate(const std::filesystem::path& certificate_file, const std::filesystem::path& key_file) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_sign(certificate, key, EVP_sha256());
  FILE* file = std::fopen(certificate_file.c_str(), "w");
  PEM_write_X509(file, certificate);
  std::fclose(file);
  file = std::fopen(key_file.c_str(), "w");
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

// What a TLS client that offers versions up to `version` gets; "" when the handshake fails.
std::string ask_tls(std::uint16_t port, int version, std::string_view request) {
  RawClient client(port);
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context, version);
  SSL* tls = SSL_new(context);
  SSL_set_fd(tls, client.descriptor());
  std::string all;
  if (SSL_connect(tls) == 1 && SSL_write(tls, request.data(), static_cast<int>(request.size())) > 0) {
    std::string octets(65'536, '\0');
    for (int count = 0; (count = SSL_read(tls, octets.data(), static_cast<int>(octets.size()))) > 0;)
      all.append(octets, 0, static_cast<std::size_t>(count));
  }
  SSL_free(tls);
  SSL_CTX_free(context);
  return all;
}

TEST_F(ServerTest, speaks_tls_1_2_and_1_3_and_nothing_older) {
  std::filesystem::create_directories(options_.upload_folder);
  auto folder = std::filesystem::temp_directory_path() / ("alting-tls-" + base::to_hex(random_.bytes(6)));
  std::filesystem::create_directories(folder);
  options_.tls_certificate = folder / "certificate.pem";
  options_.tls_key = folder / "key.pem";
  write_certificate(*options_.tls_certificate, *options_.tls_key);
  start();
  std::string request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    std::string answer = ask_tls(server_->port(), version, request);
    EXPECT_EQ(status_of_text(answer), 200);
    EXPECT_THAT(answer, HasSubstr("Strict-Transport-Security: max-age="));
  }
  EXPECT_EQ(ask_tls(server_->port(), TLS1_1_VERSION, request), "");
  std::string large =
      ask_tls(server_->port(), TLS1_3_VERSION, "GET /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_GT(large.size(), 8'000'000u);
  EXPECT_EQ(ask(get_home).substr(0, 4), "");  // plain HTTP on a TLS port gets nothing
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace alting::web
