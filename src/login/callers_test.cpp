#include "login/callers.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/bytes.h"
#include "crypto/hash.h"
#include "parties/testing/test_registers.h"

namespace alting::login {
namespace {

using base::Json;

const std::string foreign = "https://maskinporten.no/", portal_url = "https://portal.example",
                  house = "http://localhost:2/";

// The issuer's pages; counts what is asked for.
class IssuerPages final : public net::HttpClient {
 public:
  base::Result<net::HttpAnswer> send(const net::HttpRequest& request) override {
    ++asked;
    if (down) return base::make_error(base::ErrorKind::unavailable, "error.net.no_answer");
    if (request.url == foreign + ".well-known/oauth-authorization-server")
      return net::HttpAnswer{200, {}, Json::object({{"issuer", foreign}, {"jwks_uri", foreign + "jwk"}}).dump()};
    if (request.url == foreign + "jwk") return net::HttpAnswer{200, {}, keys.json().dump()};
    return net::HttpAnswer{404, {}, ""};
  }
  base::Result<net::Downloaded> download(const net::Download&) override {
    return base::make_error(base::ErrorKind::forbidden, "error.net.host_not_listed");
  }
  crypto::JwkSet keys;
  bool down = false;
  int asked = 0;
};

class CallersTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    registers = std::make_unique<parties::testing::TestRegisters>();
    key = std::make_unique<crypto::PrivateKey>(crypto::PrivateKey::generate(crypto::KeyType::rsa));
    own_key = std::make_unique<crypto::PrivateKey>(crypto::PrivateKey::generate(crypto::KeyType::p256));
  }
  static void TearDownTestSuite() {
    registers.reset();
    key.reset();
    own_key.reset();
  }
  CallersTest() {
    http.keys = crypto::JwkSet({crypto::to_jwk(key->public_key())});
    TokenOptions options;
    options.issuers = {foreign};
    callers = make_callers({.options = options,
                            .audience = portal_url,
                            .own = OwnIssuer{house, crypto::JwkSet({crypto::to_jwk(own_key->public_key())}),
                                             [this](const Caller& caller) {
                                               ++in_force_asked;
                                               return caller.client_id != ended;
                                             }},
                            .http = http,
                            .parties = *registers->registry,
                            .mode = terms::Mode::test,
                            .clock = clock,
                            .metrics = metrics});
  }
  Json claims(const std::string& issuer = foreign) const {
    const auto seconds = clock.now().micros / 1'000'000;
    return Json::object({{"iss", issuer},
                         {"aud", portal_url},
                         {"client_id", "client-1"},
                         {"scope", "one two"},
                         {"iat", Json(seconds)},
                         {"exp", Json(seconds + 120)},
                         {"consumer", organisation_claim(firm.organisation_number)}});
  }
  static std::string sign(const Json& claims, const Json& header = {}) {
    return crypto::sign_jwt(claims.text("iss") == house ? *own_key : *key, claims, header);
  }
  std::string outcome(std::string_view token) {
    const auto caller = callers->check(token, clock.now());
    return caller ? "good" : caller.error().code;
  }
  // With another header than any signer would write, and this signature.
  static std::string forged(const Json& header, const Json& claims, std::string_view signature) {
    return base::to_base64url(header.dump()) + "." + base::to_base64url(claims.dump()) + "." +
           base::to_base64url(signature);
  }

  static inline std::unique_ptr<parties::testing::TestRegisters> registers;
  static inline std::unique_ptr<crypto::PrivateKey> key, own_key;
  base::ManualClock clock{parties::testing::test_time};
  base::Metrics metrics;
  IssuerPages http;
  std::string ended;
  int in_force_asked = 0;
  parties::Party firm = registers->organisation("Fjord og Fjell AS");
  parties::Party accounting = registers->organisation("Sirlig Regnskap AS");
  std::unique_ptr<Callers> callers;
};

TEST_F(CallersTest, a_good_token_says_who_calls_for_whom_and_what_it_may_ask_for) {
  auto said = claims();
  said.set("supplier", organisation_claim(accounting.organisation_number));
  const auto caller = callers->check(sign(said), clock.now());
  ASSERT_TRUE(caller) << caller.error().code;
  EXPECT_EQ(caller->issuer, foreign);
  EXPECT_EQ(caller->client_id, "client-1");
  EXPECT_EQ(caller->consumer, firm.organisation_number);
  EXPECT_EQ(caller->supplier, accounting.organisation_number);
  EXPECT_TRUE(caller->has("one"));
  EXPECT_FALSE(caller->has("on"));
  EXPECT_EQ(caller->actor.kind, terms::ActorKind::system);
  EXPECT_EQ(caller->actor.party, firm.id);
  EXPECT_EQ(caller->actor.party_uuid, firm.uuid);
  EXPECT_EQ(caller->actor.user_id, 0);
  EXPECT_EQ(caller->actor.level, terms::AssuranceLevel::substantial);
  EXPECT_EQ(caller->actor.credential, "client:https://maskinporten.no/|client-1");
  EXPECT_EQ(caller->actor.scopes, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(caller->actor.supplier, accounting.organisation_number);
}

TEST_F(CallersTest, each_wrong_token_is_refused_with_its_reason) {
  const auto good = sign(claims());
  EXPECT_EQ(outcome(good), "good");
  EXPECT_EQ(outcome(""), "error.token.missing");
  EXPECT_EQ(outcome("abc"), "error.token.malformed");
  EXPECT_EQ(outcome(good.substr(0, good.rfind('.'))), "error.token.malformed");
  EXPECT_EQ(outcome(std::string(max_token + 1, 'a')), "error.token.size");

  const auto none = forged(Json::object({{"alg", "none"}}), claims(), "");
  EXPECT_EQ(outcome(none), "error.token.algorithm");
  // The public key as a secret (RFC 8725 section 2.1).
  const auto header = Json::object({{"alg", "HS256"}, {"kid", key->public_key().thumbprint()}});
  const auto text = base::to_base64url(header.dump()) + "." + base::to_base64url(claims().dump());
  EXPECT_EQ(outcome(forged(header, claims(), crypto::hmac_sha256(key->public_key().pem(), text))),
            "error.token.algorithm");

  const auto stranger = crypto::PrivateKey::generate(crypto::KeyType::rsa);
  EXPECT_EQ(outcome(crypto::sign_jwt(stranger, claims())), "error.token.key");
  EXPECT_EQ(outcome(crypto::sign_jwt(stranger, claims(), Json::object({{"kid", key->public_key().thumbprint()}}))),
            "error.token.signature");
  EXPECT_EQ(outcome(crypto::sign_jwt(*own_key, claims())), "error.token.key")
      << "a key of an issuer is good for its own tokens only";
  auto moved = claims();
  moved.set("consumer", organisation_claim(accounting.organisation_number));
  const auto dot = good.find('.'), last = good.rfind('.');
  EXPECT_EQ(outcome(good.substr(0, dot + 1) + base::to_base64url(moved.dump()) + good.substr(last)),
            "error.token.signature");
  EXPECT_EQ(outcome(sign(claims(), Json::object({{"crit", Json::array({"exp"})}}))), "error.token.malformed");
  EXPECT_EQ(outcome(sign(claims(), Json::object({{"typ", "logout+jwt"}}))), "error.token.type");

  const auto changed = [&](std::string_view claim, Json value) {
    auto said = claims();
    said.set(claim, std::move(value));
    return outcome(sign(said));
  };
  const auto seconds = clock.now().micros / 1'000'000;
  EXPECT_EQ(changed("iss", "https://evil.example"), "error.token.issuer");
  EXPECT_EQ(changed("iss", "https://maskinporten.no"), "error.token.issuer");
  EXPECT_EQ(changed("aud", "https://other.example"), "error.token.audience");
  EXPECT_EQ(changed("exp", Json(seconds - 11)), "error.token.expired");
  EXPECT_EQ(changed("nbf", Json(seconds + 60)), "error.token.not_yet");
  EXPECT_EQ(changed("iat", Json(seconds + 60)), "error.token.issued_at");
  EXPECT_EQ(changed("exp", Json(seconds + 3601)), "error.token.lifetime");
  EXPECT_EQ(changed("consumer", nullptr), "error.token.consumer");
  EXPECT_EQ(changed("consumer", organisation_claim("310000019")), "error.token.unknown_organisation");
  EXPECT_EQ(changed("supplier", organisation_claim("310000019")), "error.token.supplier");
  EXPECT_EQ(changed("supplier", organisation_claim(firm.organisation_number)), "error.token.supplier");
  EXPECT_NE(metrics.text().find("alting_tokens_checked_total{outcome=\"algorithm\"} 2"), std::string::npos);
}

TEST_F(CallersTest, an_organisation_that_is_struck_off_calls_no_more) {
  const auto& units = registers->population.units;
  const auto struck = std::ranges::find_if(units, [](const auto& unit) { return unit.organisation.party.deleted; });
  ASSERT_NE(struck, units.end());
  auto said = claims();
  said.set("consumer", organisation_claim(struck->organisation.party.organisation_number));
  EXPECT_EQ(outcome(sign(said)), "error.token.unknown_organisation");
}

TEST_F(CallersTest, a_token_is_looked_at_once_a_minute_and_never_after_its_end) {
  const auto token = sign(claims());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(outcome(token), "good");
  EXPECT_EQ(http.asked, 2) << "metadata and keys";
  http.keys = {};
  clock.advance(base::Duration::hours(25));
  EXPECT_EQ(outcome(token), "error.token.key") << "nothing of what was remembered counts";
}

TEST_F(CallersTest, a_token_that_was_good_is_not_good_after_it_has_expired) {
  auto said = claims();
  said.set("exp", Json(clock.now().micros / 1'000'000 + 20));
  const auto token = sign(said);
  EXPECT_EQ(outcome(token), "good");
  clock.advance(base::Duration::seconds(29));
  EXPECT_EQ(outcome(token), "good") << "within the skew";
  clock.advance(base::Duration::seconds(1));
  EXPECT_EQ(outcome(token), "error.token.expired");
}

TEST_F(CallersTest, says_that_the_issuer_does_not_answer_and_not_that_the_token_is_wrong) {
  http.down = true;
  const auto refused = callers->check(sign(claims()), clock.now());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "error.token.issuer_unavailable");
  EXPECT_EQ(refused.error().kind, base::ErrorKind::unavailable);
}

TEST_F(CallersTest, the_own_issuer_is_trusted_without_asking_and_who_was_ended_is_refused_at_once) {
  const auto token = sign(claims(house));
  EXPECT_EQ(outcome(token), "good");
  EXPECT_EQ(outcome(token), "good");
  EXPECT_EQ(in_force_asked, 2) << "each time, also of a token that is remembered";
  ended = "client-1";
  EXPECT_EQ(outcome(token), "error.token.ended");
  EXPECT_EQ(outcome(sign(claims())), "good") << "the same id at another issuer is another client";
  ended.clear();
  EXPECT_EQ(outcome(token), "good");
}

TEST(Bearer, stands_in_one_header_and_nowhere_else) {
  const auto found = [](web::Fields headers) {
    web::Request request;
    request.headers = std::move(headers);
    request.query = {{"access_token", "a.b.c"}};
    request.form = {{"access_token", "a.b.c"}};
    const auto token = bearer_of(request);
    return token ? std::string(*token) : token.error().code;
  };
  EXPECT_EQ(found({{"authorization", "Bearer a.b-c_=="}}), "a.b-c_==");
  EXPECT_EQ(found({{"authorization", "bearer  a.b.c"}}), "a.b.c");
  EXPECT_EQ(found({}), "error.token.missing");
  EXPECT_EQ(found({{"authorization", ""}}), "error.token.missing");
  EXPECT_EQ(found({{"authorization", "Basic a.b.c"}}), "error.token.missing");
  EXPECT_EQ(found({{"authorization", "Bearer"}}), "error.token.missing");
  EXPECT_EQ(found({{"authorization", "Bearer "}}), "error.token.malformed");
  EXPECT_EQ(found({{"authorization", "Bearer abc.DEF-_~+/09=="}}), "abc.DEF-_~+/09==");
  EXPECT_EQ(found({{"authorization", "Bearerabc"}}), "error.token.missing");
  for (const char* none :
       {"Bearer a b", "Bearer =", "Bearer a=b", "Bearer a,b", "Bearer \"abc\"", "Bearer a, Bearer b"})
    EXPECT_EQ(found({{"authorization", none}}), "error.token.malformed") << none;
  EXPECT_EQ(found({{"authorization", "Bearer \xc3\xa5"}}), "error.token.malformed");
  EXPECT_EQ(found({{"authorization", "Bearer " + std::string(max_token + 1, 'a')}}), "error.token.size");
  EXPECT_EQ(found({{"authorization", "Bearer a.b.c"}, {"authorization", "Bearer a.b.c"}}), "error.token.malformed");
}

TEST(Scopes, one_of_those_asked_for_is_enough_and_what_lacks_is_named) {
  Caller caller;
  caller.scopes = {"read"};
  EXPECT_TRUE(check_scope(caller, {}));
  EXPECT_TRUE(check_scope(caller, {"write", "read"}));
  const auto refused = check_scope(caller, {"write", "all"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "error.token.scope");
  EXPECT_EQ(refused.error().params, (std::vector<std::pair<std::string, std::string>>{{"scope", "write all"}}));
}

}  // namespace
}  // namespace alting::login
