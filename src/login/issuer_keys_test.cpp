#include "login/issuer_keys.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <map>
#include <set>
#include <thread>

#include "login/trusted_issuer.h"

namespace alting::login {
namespace {

using base::Duration;
using base::Json;

class IssuerKeysTest : public ::testing::Test {
 protected:
  static base::Result<crypto::JwkSet> set_of(const crypto::PrivateKey& key) {
    return crypto::JwkSet({crypto::to_jwk(key.public_key())});
  }
  static std::string signed_by(const crypto::PrivateKey& key) {
    return crypto::sign_jwt(key, Json::object({{"iss", "someone"}}));
  }
  std::string outcome(IssuerKeys& keys, const std::string& token) {
    const auto verified = keys.verify(token);
    return verified ? "good" : verified.error().code;
  }
  IssuerKeys make(IssuerKeys::Options options = {}) {
    return {[this] {
              ++fetched;
              if (meanwhile) meanwhile();
              return answer();
            },
            clock, options};
  }
  base::ManualClock clock{{1'795'000'000'000'000}};
  crypto::PrivateKey key = crypto::PrivateKey::generate(crypto::KeyType::p256);
  crypto::PrivateKey next = crypto::PrivateKey::generate(crypto::KeyType::p256);
  std::function<base::Result<crypto::JwkSet>()> answer = [this] { return set_of(key); };
  std::function<void()> meanwhile;
  std::atomic<int> fetched = 0;
};

base::Result<crypto::JwkSet> nobody_answers() {
  return base::make_error(base::ErrorKind::unavailable, "error.net.no_answer");
}

TEST_F(IssuerKeysTest, fetches_once_and_keeps_them_as_long_as_told) {
  auto keys = make({.kept = Duration::hours(2)});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(outcome(keys, signed_by(key)), "good");
  EXPECT_EQ(fetched, 1);
  clock.advance(Duration::hours(2));
  EXPECT_EQ(outcome(keys, signed_by(key)), "good");
  EXPECT_EQ(fetched, 2);
}

TEST_F(IssuerKeysTest, an_unknown_key_is_looked_for_at_once_and_not_again_within_the_minute) {
  auto keys = make();
  EXPECT_EQ(outcome(keys, signed_by(next)), "error.jose.key");
  EXPECT_EQ(fetched, 2);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(outcome(keys, signed_by(next)), "error.jose.key");
  EXPECT_EQ(fetched, 2) << "made-up tokens do not flood the issuer";
  answer = [this] { return set_of(next); };
  clock.advance(Duration::minutes(1));
  EXPECT_EQ(outcome(keys, signed_by(next)), "good");
  EXPECT_EQ(outcome(keys, signed_by(key)), "error.jose.key") << "a key that is gone is gone";
  EXPECT_EQ(fetched, 3);
}

TEST_F(IssuerKeysTest, what_is_no_token_or_has_another_algorithm_fetches_nothing_anew) {
  static constexpr std::initializer_list<crypto::JoseAlgorithm> rsa_only{crypto::JoseAlgorithm::RS256};
  auto keys = make({.allowed = rsa_only});
  EXPECT_EQ(outcome(keys, "a.b.c"), "error.jose.malformed");
  EXPECT_EQ(outcome(keys, signed_by(key)), "error.jose.algorithm");
  EXPECT_EQ(fetched, 1);
}

TEST_F(IssuerKeysTest, goes_on_with_old_keys_for_a_week_when_the_issuer_does_not_answer) {
  auto keys = make({.kept = Duration::hours(24)});
  EXPECT_EQ(outcome(keys, signed_by(key)), "good");
  answer = nobody_answers;
  clock.advance(Duration::days(7));
  EXPECT_EQ(outcome(keys, signed_by(key)), "good");
  clock.advance(Duration::days(1));
  EXPECT_EQ(outcome(keys, signed_by(key)), "login.error.issuer");
}

TEST_F(IssuerKeysTest, what_was_fetched_by_a_clock_that_was_ahead_is_not_new_for_that_long) {
  auto keys = make({.kept = Duration::hours(2)});
  const auto right = clock.now();
  clock.advance(Duration::days(400));
  EXPECT_EQ(outcome(keys, signed_by(key)), "good");
  clock.set(right);
  answer = [this] { return set_of(next); };
  EXPECT_NE(outcome(keys, signed_by(key)), "good") << "the issuer has taken it away";
}

TEST_F(IssuerKeysTest, does_not_ask_again_within_the_pause_after_nobody_answered) {
  auto keys = make({.pause = Duration::seconds(5)});
  answer = nobody_answers;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(outcome(keys, signed_by(key)), "login.error.issuer");
  EXPECT_EQ(fetched, 1);
  answer = [this] { return set_of(key); };
  EXPECT_EQ(outcome(keys, signed_by(key)), "login.error.issuer");
  clock.advance(Duration::seconds(5));
  EXPECT_EQ(outcome(keys, signed_by(key)), "good");
}

TEST_F(IssuerKeysTest, pauses_after_an_issuer_that_took_longer_than_the_pause_to_fail) {
  auto keys = make({.pause = Duration::seconds(5)});
  answer = nobody_answers;
  meanwhile = [this] { clock.advance(Duration::seconds(6)); };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(outcome(keys, signed_by(key)), "login.error.issuer");
  EXPECT_EQ(fetched, 1);
  clock.advance(Duration::seconds(5));
  EXPECT_EQ(outcome(keys, signed_by(key)), "login.error.issuer");
  EXPECT_EQ(fetched, 2);
}

TEST_F(IssuerKeysTest, one_fetches_while_a_few_wait_for_it_and_the_others_are_sent_away) {
  auto keys = make({.may_wait = 1});
  std::latch asked(1), go_on(1);
  meanwhile = [&] {
    asked.count_down();
    go_on.wait();
  };
  std::string first;
  std::array<std::string, 2> others;
  std::atomic<int> answered = 0;
  std::thread fetching([&] { first = outcome(keys, signed_by(key)); });
  asked.wait();
  std::vector<std::thread> waiting;
  for (auto& other : others)
    waiting.emplace_back([&, &other = other] {
      other = outcome(keys, signed_by(key));
      ++answered;
    });
  while (answered == 0) std::this_thread::yield();  // one of them is sent away; the other waits
  go_on.count_down();
  fetching.join();
  for (auto& one : waiting) one.join();
  EXPECT_EQ(first, "good");
  EXPECT_EQ(std::multiset<std::string>(others.begin(), others.end()),
            (std::multiset<std::string>{"good", "login.error.issuer"}));
  EXPECT_EQ(fetched, 1);
}

TEST_F(IssuerKeysTest, a_fetch_that_throws_leaves_nobody_waiting) {
  auto keys = make();
  answer = []() -> base::Result<crypto::JwkSet> { throw std::runtime_error("broken"); };
  EXPECT_THROW((void)keys.verify(signed_by(key)), std::runtime_error);
  answer = [this] { return set_of(key); };
  EXPECT_EQ(outcome(keys, signed_by(key)), "good");
}

// Answers the addresses that it knows, and counts.
class KnownPages final : public net::HttpClient {
 public:
  base::Result<net::HttpAnswer> send(const net::HttpRequest& request) override {
    asked.push_back(request.url);
    const auto found = pages.find(request.url);
    if (found == pages.end()) return net::HttpAnswer{404, {}, "not here"};
    return net::HttpAnswer{200, {}, found->second};
  }
  base::Result<net::Downloaded> download(const net::Download&) override {
    return base::make_error(base::ErrorKind::forbidden, "error.net.host_not_listed");
  }
  std::map<std::string, std::string> pages;
  std::vector<std::string> asked;
};

TEST(TrustedIssuer, metadata_is_looked_for_where_both_standards_put_it) {
  using Two = std::array<std::string, 2>;
  EXPECT_EQ(metadata_addresses("https://maskinporten.no/"),
            (Two{"https://maskinporten.no/.well-known/oauth-authorization-server",
                 "https://maskinporten.no/.well-known/openid-configuration"}));
  EXPECT_EQ(metadata_addresses("https://example.no/realms/one/"),
            (Two{"https://example.no/.well-known/oauth-authorization-server/realms/one",
                 "https://example.no/realms/one/.well-known/openid-configuration"}));
}

TEST(TrustedIssuer, its_keys_are_taken_only_from_metadata_that_is_its_own) {
  const auto key = crypto::PrivateKey::generate(crypto::KeyType::p256);
  const auto metadata = [](std::string_view issuer, std::string_view keys) {
    return Json::object({{"issuer", issuer}, {"jwks_uri", keys}}).dump();
  };
  const std::string issuer = "https://issuer.example", rfc = issuer + "/.well-known/oauth-authorization-server",
                    oidc = issuer + "/.well-known/openid-configuration", where = issuer + "/jwks";
  KnownPages http;
  http.pages[where] = crypto::JwkSet({crypto::to_jwk(key.public_key())}).json().dump();
  EXPECT_FALSE(fetch_trusted_keys(http, issuer));
  http.pages[oidc] = metadata(issuer, where);
  EXPECT_EQ(fetch_trusted_keys(http, issuer)->keys().size(), 1U);
  EXPECT_EQ(http.asked, (std::vector{rfc, oidc, rfc, oidc, where}));
  http.pages[oidc] = metadata(issuer + "/", where);
  EXPECT_FALSE(fetch_trusted_keys(http, issuer)) << "another issuer, by a letter";
  http.pages[rfc] = metadata(issuer, "http://issuer.example/jwks");
  EXPECT_FALSE(fetch_trusted_keys(http, issuer)) << "keys that anyone on the way can change";
  http.pages[rfc] = metadata(issuer, where);
  EXPECT_TRUE(fetch_trusted_keys(http, issuer));
}

}  // namespace
}  // namespace alting::login
