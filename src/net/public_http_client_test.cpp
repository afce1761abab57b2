#include "net/public_http_client.h"

#include <gtest/gtest.h>

#include "net/one_connection_server_for_test.h"

namespace alting::net {
namespace {

using base::ErrorKind;

std::string code_of(std::string_view url, const PublicHttpOptions& options = {}) {
  const auto status = check_public_url(url, options);
  return status ? "" : status.error().code;
}

// Of each block the first and the last address, and those beside it.
TEST(PublicAddress, inside_is_what_the_registries_of_special_addresses_say_and_nothing_more) {
  struct Block {
    const char *before, *first, *last, *after;  // "": the neighbour is inside too
  };
  for (const Block& block : std::initializer_list<Block>{
           {"", "0.0.0.0", "0.255.255.255", "1.0.0.0"},
           {"9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"},
           {"100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"},
           {"126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"},
           {"169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"},
           {"172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"},
           {"191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"},
           {"192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"},
           {"192.31.195.255", "192.31.196.0", "192.31.196.255", "192.31.197.0"},
           {"192.52.192.255", "192.52.193.0", "192.52.193.255", "192.52.194.0"},
           {"192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"},
           {"192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"},
           {"192.175.47.255", "192.175.48.0", "192.175.48.255", "192.175.49.0"},
           {"198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"},
           {"198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"},
           {"203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"},
           {"223.255.255.255", "224.0.0.0", "239.255.255.255", ""},
           {"", "240.0.0.0", "255.255.255.255", ""},
           {"", "::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2000::"},
           {"2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
            "2001:200::"},
           {"2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
            "2001:db9::"},
           {"2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::"},
           {"2620:4f:7fff:ffff:ffff:ffff:ffff:ffff", "2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff",
            "2620:4f:8001::"},
           {"3ffd:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3ffe::", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""},
           {"", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::"},
           {"3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""}}) {
    EXPECT_FALSE(is_public_address(block.first)) << block.first;
    EXPECT_FALSE(is_public_address(block.last)) << block.last;
    EXPECT_TRUE(*block.before == '\0' || is_public_address(block.before)) << block.before;
    EXPECT_TRUE(*block.after == '\0' || is_public_address(block.after)) << block.after;
  }
}

TEST(PublicAddress, an_ipv4_address_inside_stays_inside_in_every_dress_of_ipv6) {
  for (const char* dressed :
       {"::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:10.0.0.1", "64:ff9b::10.0.0.1",
        "64:ff9b::8.8.8.8", "64:ff9b:1::a00:1", "2002:7f00:1::", "2001:0:7f00:1::", "fe80::1", "fec0::1", "fc00::1",
        "fd12:3456:789a::1", "ff02::1", "100::1", "5f00::1", "fd00:ec2::254"})
    EXPECT_FALSE(is_public_address(dressed)) << dressed;
}

TEST(PublicAddress, what_is_no_address_is_not_public) {
  for (const std::string& none :
       {std::string(), std::string("8.8.8"), std::string("8.8.8.8 "), std::string("134744072"),
        std::string("0x8.8.8.8"), std::string("010.8.8.8"), std::string("8.8.8.8\0", 8), std::string("2a00:1450::%1"),
        std::string("[2a00::1]"), std::string("example.no")})
    EXPECT_FALSE(is_public_address(none)) << none;
  EXPECT_TRUE(is_public_address("8.8.8.8"));
  EXPECT_TRUE(is_public_address("2a00:1450:400f::2003"));
}

TEST(PublicUrl, is_https_to_a_name_or_address_of_the_internet) {
  for (const char* good :
       {"https://varsel.example.no/melding?x=1", "https://varsel.example.no:443/", "https://varsel.example.no:8443/",
        "https://8.8.8.8/", "https://[2a00:1450:400f::2003]:9000/", "https://xn--blbr-0ra.no/",
        "HTTPS://VARSEL.example.NO"})
    EXPECT_EQ(code_of(good), "") << good;
  struct Case {
    const char *url, *code;
  };
  for (const Case& bad : std::initializer_list<Case>{
           {"http://varsel.example.no/", "error.net.not_encrypted"},
           {"ftp://varsel.example.no/", "error.net.bad_address"},
           {"file:///etc/passwd", "error.net.bad_address"},
           {"gopher://varsel.example.no/", "error.net.bad_address"},
           {"/melding", "error.net.bad_address"},
           {"", "error.net.bad_address"},
           {"https://", "error.net.bad_address"},
           {"https://kari@varsel.example.no/", "error.net.bad_address"},
           {"https://varsel.example.no@127.0.0.1/", "error.net.bad_address"},
           {"https://varsel.example.no/#del", "error.net.bad_address"},
           {"https://varsel.example.no:0/", "error.net.bad_address"},
           {"https://varsel.example.no:65536/", "error.net.bad_address"},
           {"https://varsel.example.no:22/", "error.net.host_not_listed"},
           {"https://varsel.example.no:80/", "error.net.host_not_listed"},
           {"https://varsel_example.no/", "error.net.bad_address"},
           {"https://varsel.example.no./", "error.net.bad_address"},
           {"https://varsel..no/", "error.net.bad_address"},
           {"https://-a.no/", "error.net.bad_address"},
           {"https://127.1/", "error.net.bad_address"},
           {"https://[v1.varsel.example.no]/", "error.net.bad_address"},
           {"https://2130706433/", "error.net.bad_address"},
           {"https://0x7f.0.0.0x1/", "error.net.bad_address"},
           {"https://127.0.0.1/", "error.net.inside"},
           {"https://%31%32%37.0.0.1/", "error.net.inside"},
           {"https://0177.0.0.1/", "error.net.inside"},
           {"https://169.254.169.254/latest/meta-data/", "error.net.inside"},
           {"https://[::1]/", "error.net.inside"},
           {"https://[::ffff:127.0.0.1]/", "error.net.inside"},
           {"https://[fd00:ec2::254]/", "error.net.inside"},
           {"https://localhost/", "error.net.inside"},
           {"https://LOCALHOST/", "error.net.inside"},
           {"https://intranett/", "error.net.inside"},
           {"https://a.localhost/", "error.net.inside"},
           {"https://skriver.local/", "error.net.inside"},
           {"https://metadata.google.internal/", "error.net.inside"},
           {"https://ruter.home.arpa/", "error.net.inside"},
       })
    EXPECT_EQ(code_of(bad.url), bad.code) << bad.url;
}

TEST(PublicUrl, is_narrowed_by_the_operators_list_and_widened_for_tests_alone) {
  PublicHttpOptions options;
  options.allowed_hosts = {"Varsel.example.no", "annen.example.no:8443"};
  EXPECT_EQ(code_of("https://varsel.example.no/x", options), "");
  EXPECT_EQ(code_of("https://annen.example.no:8443/", options), "");
  EXPECT_EQ(code_of("https://varsel.example.no:8443/", options), "error.net.host_not_listed");
  EXPECT_EQ(code_of("https://annen.example.no/", options), "error.net.host_not_listed");
  EXPECT_EQ(code_of("https://fremmed.example/", options), "error.net.host_not_listed");
  options.inside_hosts = {"localhost:9000"};
  EXPECT_EQ(code_of("http://localhost:9000/krok", options), "");
  EXPECT_EQ(code_of("https://localhost:9000/krok", options), "");
  EXPECT_EQ(code_of("http://localhost:9001/krok", options), "error.net.not_encrypted");
  EXPECT_EQ(code_of("https://127.0.0.1:9000/krok", options), "error.net.inside");
}

class PublicHttpClient : public testing::Test {
 protected:
  PublicHttpClient()
      : server([this](const std::string& given) {
          ++asked;
          seen = given;
          return answer;
        }) {
    request.url = server.url("/krok");
    options.inside_hosts = {server.host()};
  }
  int asked = 0;
  std::string seen, answer = OneConnectionServer::ok("takk");
  OneConnectionServer server;
  PublicHttpOptions options;
  HttpRequest request;
};

TEST_F(PublicHttpClient, posts_to_a_host_that_the_test_mode_lets_in) {
  request.method = "POST";
  request.body = "{}";
  const auto got = make_public_http_client(options)->send(request);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->body, "takk");
  EXPECT_TRUE(seen.starts_with("POST /krok HTTP/1.1\r\n"));
}

// The name is as good as any; only the address that it leads to tells. Whoever owns the name can change that at any time.
TEST_F(PublicHttpClient, a_name_that_leads_inside_is_not_connected_to) {
  const std::string port = server.host().substr(server.host().find(':') + 1);
  options.inside_hosts.clear();
  for (const char* address :
       {"127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "10.0.0.1", "169.254.169.254", "127.0.0.1,[::1]"}) {
    options.known_addresses = {"varsel.example.no:" + port + ":" + address};
    request.url = "https://varsel.example.no:" + port + "/krok";
    const auto got = make_public_http_client(options)->send(request);
    ASSERT_FALSE(got) << address;
    EXPECT_EQ(got.error().kind, ErrorKind::forbidden) << address;
    EXPECT_EQ(got.error().code, "error.net.inside") << address;
  }
  EXPECT_EQ(asked, 0);
}

TEST_F(PublicHttpClient, a_redirect_is_the_answer_and_never_followed) {
  answer =
      "HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\nLocation: " + server.url("/inne") + "\r\n\r\n";
  request.redirects = 5;
  const auto got = make_public_http_client(options)->send(request);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 302);
  EXPECT_EQ(asked, 1);
}

TEST_F(PublicHttpClient, reads_no_more_of_an_answer_than_its_limit_whatever_the_request_says) {
  answer = OneConnectionServer::ok(std::string(2'000, 'x'));
  options.max_answer = 1'000;
  request.max_answer = 1'000'000;
  EXPECT_EQ(make_public_http_client(options)->send(request).error().kind, ErrorKind::too_large);
}

TEST_F(PublicHttpClient, fetches_nothing_to_disk_and_speaks_to_nobody_it_may_not) {
  EXPECT_EQ(make_public_http_client(options)->download({.url = request.url, .target = "/nonexistent/x"}).error().kind,
            ErrorKind::forbidden);
  options.inside_hosts.clear();
  EXPECT_EQ(make_public_http_client(options)->send(request).error().code, "error.net.not_encrypted");
  EXPECT_EQ(asked, 0);
}

}  // namespace
}  // namespace alting::net
