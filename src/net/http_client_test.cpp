#include "net/http_client.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "net/address.h"
#include "net/one_connection_server_for_test.h"

namespace alting::net {
namespace {

using base::ErrorKind;

std::unique_ptr<HttpClient> client_for(const OneConnectionServer& server) {
  HttpOptions options;
  options.hosts = {server.host()};
  return make_http_client(options);
}

TEST(HttpClient, sends_method_headers_and_content_and_gives_back_the_answer) {
  std::string seen;
  OneConnectionServer server([&](const std::string& request) {
    seen = request;
    return OneConnectionServer::ok("hei", "X-Answer: ja \r\n");
  });
  HttpRequest request;
  request.method = "POST";
  request.url = server.url("/token");
  request.headers = {{"Content-Type", "text/plain"}, {"X-Bad", "a\r\nX-Injected: b"}};
  request.body = "innhold";
  const auto answer = client_for(server)->send(request);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "hei");
  EXPECT_EQ(answer->header("x-answer"), "ja");
  EXPECT_TRUE(seen.starts_with("POST /token HTTP/1.1\r\n"));
  EXPECT_TRUE(seen.ends_with("\r\n\r\ninnhold"));
  EXPECT_EQ(seen.find("\r\nX-Injected"), std::string::npos);
}

TEST(HttpClient, speaks_only_to_listed_hosts_and_the_observer_sees_nothing_of_the_rest) {
  int asked = 0, observed = 0;
  OneConnectionServer server([&](const std::string&) {
    ++asked;
    return OneConnectionServer::ok("");
  });
  HttpOptions options;
  options.hosts = {"idporten.no"};
  options.observer = [&](const Outgoing&) { ++observed; };
  const auto client = make_http_client(options);
  HttpRequest request;
  request.url = server.url("/");
  EXPECT_EQ(client->send(request).error().kind, ErrorKind::forbidden);
  for (const char* bad :
       {"ftp://idporten.no/", "file:///etc/passwd", "/local", "", "http://idporten.no@evil.example/"}) {
    request.url = bad;
    EXPECT_FALSE(client->send(request)) << bad;
  }
  request.url = "http://idporten.no/";
  EXPECT_EQ(client->send(request).error().code, "error.net.not_encrypted");
  EXPECT_EQ(asked + observed, 0);
}

TEST(HttpClient, speaks_plain_http_to_listed_hosts_where_the_options_say_so) {
  HttpOptions options;
  options.hosts = {"crl.invalid"};
  HttpRequest request;
  request.url = "http://crl.invalid/liste";
  EXPECT_EQ(make_http_client(options)->send(request).error().code, "error.net.not_encrypted");
  options.plain_http = true;
  EXPECT_EQ(make_http_client(options)->send(request).error().code, "error.net.no_answer");  // it was tried
  request.url = "http://annen.invalid/liste";
  EXPECT_EQ(make_http_client(options)->send(request).error().code, "error.net.host_not_listed");
}

TEST(HttpClient, tells_the_observer_each_request_before_it_leaves) {
  std::vector<std::string> order;
  OneConnectionServer server([&](const std::string&) {
    order.push_back("served");
    return OneConnectionServer::ok("");
  });
  HttpOptions options;
  options.hosts = {server.host()};
  options.observer = [&](const Outgoing& out) {
    order.push_back(std::string(out.method) + " " + std::string(out.body));
  };
  HttpRequest request;
  request.method = "POST";
  request.url = server.url("/x");
  request.body = "abc";
  ASSERT_TRUE(make_http_client(options)->send(request));
  EXPECT_EQ(order, (std::vector<std::string>{"POST abc", "served"}));
}

TEST(HttpClient, stops_reading_at_the_limit_of_size) {
  OneConnectionServer server([](const std::string&) { return OneConnectionServer::ok(std::string(100'000, 'x')); });
  HttpRequest request;
  request.url = server.url("/");
  request.max_answer = 1000;
  EXPECT_EQ(client_for(server)->send(request).error().kind, ErrorKind::too_large);
}

TEST(HttpClient, gives_up_when_the_answer_takes_too_long) {
  OneConnectionServer server([](const std::string&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    return OneConnectionServer::ok("");
  });
  HttpRequest request;
  request.url = server.url("/");
  request.timeout = base::Duration::milliseconds(100);
  EXPECT_EQ(client_for(server)->send(request).error().kind, ErrorKind::unavailable);
}

TEST(HttpClient, follows_no_redirect_unless_asked_and_never_to_a_host_that_is_not_listed) {
  std::string location = "/annet";
  OneConnectionServer server([&](const std::string& request) {
    if (request.starts_with("GET /annet")) return OneConnectionServer::ok("framme");
    return "HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 4\r\nLocation: " + location + "\r\n\r\nbort";
  });
  const auto client = client_for(server);
  HttpRequest request;
  request.url = server.url("/");
  EXPECT_EQ(client->send(request)->status, 302);
  request.redirects = 1;
  EXPECT_EQ(client->send(request)->body, "framme");
  location = "https://evil.example/";
  EXPECT_EQ(client->send(request).error().kind, ErrorKind::forbidden);
}

TEST(HttpClient, keeps_to_its_share_of_requests_to_one_host) {
  std::atomic<bool> go{false};
  OneConnectionServer server([&](const std::string&) {
    while (!go) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return OneConnectionServer::ok("");
  });
  HttpOptions options;
  options.hosts = {server.host()};
  options.max_at_once_per_host = 1;
  std::atomic<bool> left{false};
  options.observer = [&](const Outgoing&) { left = true; };
  const auto client = make_http_client(options);
  HttpRequest request;
  request.url = server.url("/");
  std::thread first([&] { EXPECT_TRUE(client->send(request)); });
  while (!left) std::this_thread::yield();
  EXPECT_EQ(client->send(request).error().kind, ErrorKind::too_many);
  go = true;
  first.join();
  EXPECT_TRUE(client->send(request));
}

class DownloadTest : public testing::Test {
 protected:
  DownloadTest() : folder_(std::filesystem::temp_directory_path() / fmt::format("alting-net-{}", ::getpid())) {
    std::filesystem::create_directories(folder_);
  }
  ~DownloadTest() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string content(const std::string& name) const {
    std::ifstream stream(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  std::filesystem::path folder_;
};

TEST_F(DownloadTest, that_was_cut_off_goes_on_where_it_stopped) {
  int calls = 0;
  std::string second;
  OneConnectionServer server([&](const std::string& request) -> std::string {
    if (++calls == 1) return "HTTP/1.1 200 OK\r\nConnection: close\r\nETag: \"v1\"\r\nContent-Length: 10\r\n\r\n01234";
    second = request;
    return "HTTP/1.1 206 Partial Content\r\nConnection: close\r\nETag: \"v1\"\r\nContent-Range: bytes "
           "5-9/10\r\nContent-Length: 5\r\n\r\n56789";
  });
  const auto client = client_for(server);
  Download wanted;
  wanted.url = server.url("/enheter");
  wanted.target = folder_ / "enheter.gz";
  EXPECT_EQ(client->download(wanted).error().kind, ErrorKind::unavailable);
  EXPECT_FALSE(std::filesystem::exists(wanted.target));
  const auto done = client->download(wanted);
  ASSERT_TRUE(done);
  EXPECT_NE(second.find("Range: bytes=5-\r\n"), std::string::npos);
  EXPECT_NE(second.find("If-Range: \"v1\"\r\n"), std::string::npos);
  EXPECT_EQ(content("enheter.gz"), "0123456789");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "enheter.gz.part"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "enheter.gz.part.tag"));
}

TEST_F(DownloadTest, begins_anew_when_the_file_has_changed_or_has_no_strong_tag) {
  int calls = 0;
  OneConnectionServer server([&](const std::string& request) -> std::string {
    if (++calls == 1)
      return "HTTP/1.1 200 OK\r\nConnection: close\r\nETag: W/\"weak\"\r\nContent-Length: 10\r\n\r\n01234";
    EXPECT_EQ(request.find("Range:"), std::string::npos);
    return OneConnectionServer::ok("ny utgave");
  });
  const auto client = client_for(server);
  Download wanted;
  wanted.url = server.url("/f");
  wanted.target = folder_ / "f";
  EXPECT_FALSE(client->download(wanted));
  ASSERT_TRUE(client->download(wanted));
  EXPECT_EQ(content("f"), "ny utgave");
}

TEST_F(DownloadTest, refuses_more_than_the_limit_and_statuses_that_are_no_success) {
  std::string answer = OneConnectionServer::ok(std::string(5000, 'x'));
  OneConnectionServer server([&](const std::string&) { return answer; });
  Download wanted;
  wanted.url = server.url("/f");
  wanted.target = folder_ / "f";
  wanted.max_size = 1000;
  EXPECT_EQ(client_for(server)->download(wanted).error().kind, ErrorKind::too_large);
  answer = "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 3\r\n\r\nnei";
  EXPECT_EQ(client_for(server)->download(wanted).error().kind, ErrorKind::unavailable);
  EXPECT_FALSE(std::filesystem::exists(wanted.target));
}

TEST(Address, is_written_as_an_origin) {
  EXPECT_EQ(parse_address("https://IDporten.no/path?x")->origin, "https://idporten.no");
  EXPECT_EQ(parse_address("https://idporten.no:443/")->origin, "https://idporten.no");
  EXPECT_EQ(parse_address("http://[::1]:8080/")->origin, "http://[::1]:8080");
  EXPECT_FALSE(parse_address("https://user@idporten.no/"));
  EXPECT_FALSE(parse_address("https:///x"));
  EXPECT_FALSE(parse_address("javascript:alert(1)"));
}

TEST(Query, is_encoded_so_that_nothing_in_a_value_can_end_it) {
  EXPECT_EQ(form_encode({{"a b", "æ&=+?"}, {"c", ""}}), "a%20b=%C3%A6%26%3D%2B%3F&c=");
  EXPECT_EQ(with_query("https://x/?y=1", {{"z", "2"}}), "https://x/?y=1&z=2");
  EXPECT_EQ(with_query("https://x/", {}), "https://x/");
  EXPECT_EQ(with_query("https://x/", {{"a b", "æ&"}, {"none", ""}, {"c", "/d#e"}}),
            "https://x/?a%20b=%C3%A6%26&c=%2Fd%23e");
  EXPECT_EQ(with_query("/x#end", {{"c", "/d#e"}}, Slashes::stay), "/x?c=/d%23e#end");
}

}  // namespace
}  // namespace alting::net
