#include "net/token_client.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "crypto/jose.h"
#include "net/address.h"
#include "net/one_connection_server_for_test.h"

namespace alting::net {
namespace {

class TokenClientTest : public ::testing::Test {
 protected:
  TokenClientTest() { std::ofstream(key_file()) << key.pem().reveal(); }
  ~TokenClientTest() override { std::filesystem::remove(key_file()); }
  std::filesystem::path key_file() const {
    return std::filesystem::temp_directory_path() / ("alting-token-key-" + std::to_string(::getpid()));
  }
  std::unique_ptr<TokenSource> client(const OneConnectionServer& server) {
    HttpOptions options;
    options.hosts = {server.host()};
    http = make_http_client(options);
    auto made = make_token_client(*http,
                                  {.token_url = server.url("/token"),
                                   .issuer = {},
                                   .client_id = "klient",
                                   .scope = "krr:global/kontaktinformasjon.read",
                                   .key_file = key_file(),
                                   .key_id = "min-nokkel"},
                                  clock, random);
    EXPECT_TRUE(made) << made.error().detail;
    return std::move(*made);
  }
  static std::string got(TokenSource& tokens) {
    const auto token = tokens.token();
    return token ? *token : token.error().code;
  }
  static std::string answer(int number, int lives = 120) {
    return OneConnectionServer::ok(R"({"access_token":"t)" + std::to_string(number) + R"(","expires_in":)" +
                                   std::to_string(lives) + "}");
  }

  crypto::PrivateKey key = crypto::PrivateKey::generate(crypto::KeyType::p256);
  base::ManualClock clock{{1'795'000'000'000'000}};
  base::SeededRandom random{3};
  std::unique_ptr<HttpClient> http;
};

TEST_F(TokenClientTest, SignsAnAssertionAsTheIssuerWantsIt) {
  std::string seen;
  OneConnectionServer server([&](const std::string& request) {
    seen = request;
    return answer(1);
  });
  EXPECT_EQ(got(*client(server)), "t1");
  const auto at = seen.find("assertion=");
  ASSERT_NE(at, std::string::npos);
  EXPECT_NE(seen.find("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"), std::string::npos);
  auto jwk = crypto::to_jwk(key.public_key());
  jwk.kid = "min-nokkel";
  const auto said = crypto::verify_jwt(seen.substr(at + 10), crypto::JwkSet({jwk}));
  ASSERT_TRUE(said) << said.error().code;
  EXPECT_EQ(said->claims.text("iss"), "klient");
  EXPECT_EQ(said->claims.text("aud"), server.url("/")) << "the issuer's name, from its token address";
  EXPECT_EQ(said->claims.text("scope"), "krr:global/kontaktinformasjon.read");
  EXPECT_LE(said->claims["exp"].integer_or(0) - said->claims["iat"].integer_or(0), 120);
}

TEST_F(TokenClientTest, KeepsATokenUntilHalfAMinuteBeforeItsEnd) {
  int asked = 0;
  OneConnectionServer server([&](const std::string&) { return answer(++asked); });
  const auto tokens = client(server);
  EXPECT_EQ(got(*tokens), "t1");
  clock.advance(base::Duration::seconds(89));
  EXPECT_EQ(got(*tokens), "t1");
  clock.advance(base::Duration::seconds(1));
  EXPECT_EQ(got(*tokens), "t2");
  tokens->refused("t1");
  EXPECT_EQ(got(*tokens), "t2") << "that was another";
  tokens->refused("t2");
  EXPECT_EQ(got(*tokens), "t3");
}

TEST_F(TokenClientTest, AsksOnceWhenManyWantOneAtOnce) {
  std::atomic<int> asked = 0;
  OneConnectionServer server([&](const std::string&) {
    ++asked;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    return answer(1);
  });
  const auto tokens = client(server);
  std::vector<std::thread> wanting;
  std::atomic<int> got = 0;
  for (int i = 0; i < 8; ++i)
    wanting.emplace_back([&] {
      if (const auto token = tokens->token(); token && *token == "t1") ++got;
    });
  for (auto& one : wanting) one.join();
  EXPECT_EQ(got, 8);
  EXPECT_EQ(asked, 1);
}

TEST_F(TokenClientTest, SaysThatTheIssuerRefusedAndAsksAgainTheNextTime) {
  int asked = 0;
  OneConnectionServer server([&](const std::string&) {
    return ++asked == 1 ? std::string("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                        : answer(asked);
  });
  const auto tokens = client(server);
  const auto refused = tokens->token();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::unavailable);
  EXPECT_EQ(got(*tokens), "t2");
}

TEST_F(TokenClientTest, IsNotMadeWithoutAKeyThatCanBeRead) {
  http = make_http_client({});
  const auto made = make_token_client(*http,
                                      {.token_url = "https://maskinporten.no/token",
                                       .issuer = {},
                                       .client_id = "k",
                                       .scope = "s",
                                       .key_file = "/nei",
                                       .key_id = {}},
                                      clock, random);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "error.settings");
}

}  // namespace
}  // namespace alting::net
