// For tests: a server with a handful of routes, and clients that send octets to it.
#pragma once
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "base/log.h"
#include "base/metrics.h"
#include "crypto/hash.h"
#include "web/cookies.h"
#include "web/raw_client.h"
#include "web/server.h"

namespace alting::web {

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
    router_.add_public("/open/{name}", [](const PublicRequest& request) {
      PublicResponse response("text/plain", "open " + std::string(request.value("name")),
                              {.max_age = std::chrono::minutes(1)});
      response.set_etag("\"1\"", request);
      return response;
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
  // A port that nobody has just now.
  static std::uint16_t free_port() {
    const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    (void)::bind(probe, reinterpret_cast<sockaddr*>(&address), size);
    (void)::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(probe);
    return ntohs(address.sin_port);
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
  base::Metrics metrics_;
  Cookies cookies_{std::string(32, 'k'), false, random_};
  ServerOptions options_;
  Router router_;
  std::unique_ptr<Server> server_;
};

inline constexpr std::string_view get_home = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

}  // namespace alting::web
