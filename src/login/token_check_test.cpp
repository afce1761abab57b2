#include "login/token_check.h"

#include <gtest/gtest.h>

#include <set>

namespace alting::login {
namespace {

using base::Json;

constexpr std::int64_t token_now = 1'795'000'000;  // seconds

class TokenCheck : public ::testing::Test {
 protected:
  static Json good() {
    return Json::object({{"iss", "https://maskinporten.no/"},
                         {"aud", "https://portal.example"},
                         {"client_id", "client-1"},
                         {"scope", "altinn:serviceowner/instances.read altinn:events.subscribe"},
                         {"iat", Json(token_now - 5)},
                         {"exp", Json(token_now + 115)},
                         {"consumer", organisation_claim("310000019")}});
  }
  static Json with(std::string_view claim, Json value) {
    auto claims = good();
    claims.set(claim, std::move(value));
    return claims;
  }
  static Json without(std::string_view claim) {
    auto claims = good();
    claims.erase(claim);
    return claims;
  }
  std::string fault_of(const Json& claims) const {
    const auto checked = check_token(claims, rules);
    return checked ? "good" : std::string(to_text(checked.error()));
  }
  TokenRules rules{.issuer = "https://maskinporten.no/",
                   .audience = "https://portal.example",
                   .now = {token_now * 1'000'000},
                   .skew = base::Duration::seconds(10),
                   .longest = base::Duration::minutes(60),
                   .mode = terms::Mode::test};
};

TEST_F(TokenCheck, takes_a_token_as_maskinporten_gives_them) {
  auto claims = good();
  claims.set("supplier", organisation_claim("310000027"));
  claims.set("token_type", "Bearer");
  const auto checked = check_token(claims, rules);
  ASSERT_TRUE(checked) << to_text(checked.error());
  EXPECT_EQ(checked->client_id, "client-1");
  EXPECT_EQ(checked->consumer, "310000019");
  EXPECT_EQ(checked->supplier, "310000027");
  EXPECT_EQ(checked->scopes,
            (std::vector<std::string>{"altinn:serviceowner/instances.read", "altinn:events.subscribe"}));
  EXPECT_EQ(checked->expires.micros, (token_now + 115) * 1'000'000);
}

TEST_F(TokenCheck, says_of_each_claim_what_is_wrong_with_it) {
  const auto other_authority = Json::object({{"authority", "other"}, {"ID", "0192:310000019"}});
  const auto other_register = Json::object({{"authority", "iso6523-actorid-upis"}, {"ID", "0007:310000019"}});
  const std::vector<std::pair<Json, std::string_view>> cases{
      {Json("text"), "malformed"},
      {without("iss"), "malformed"},
      {with("iss", "https://maskinporten.no"), "issuer"},
      {with("iss", Json::array({"https://maskinporten.no/"})), "malformed"},
      {without("aud"), "audience"},
      {with("aud", "https://portal.example/"), "audience"},
      {with("aud", Json::array({"https://other.example"})), "audience"},
      {with("aud", Json(1)), "malformed"},
      {without("exp"), "malformed"},
      {with("exp", "soon"), "malformed"},
      {with("exp", Json(token_now - 10)), "expired"},
      {without("iat"), "issued_at"},
      {with("iat", Json(token_now + 11)), "issued_at"},
      {with("iat", Json(token_now + 115)), "issued_at"},
      {with("iat", Json(token_now - 3600)), "lifetime"},
      {with("nbf", Json(token_now + 11)), "not_yet"},
      {with("nbf", "now"), "malformed"},
      {without("client_id"), "malformed"},
      {with("client_id", "a client"), "malformed"},
      {with("client_id", std::string(256, 'c')), "malformed"},
      {with("scope", Json::array({"a"})), "malformed"},
      {with("scope", "a  b"), "malformed"},
      {with("scope", "a \"b\""), "malformed"},
      {without("consumer"), "consumer"},
      {with("consumer", "0192:310000019"), "consumer"},
      {with("consumer", other_authority), "consumer"},
      {with("consumer", other_register), "consumer"},
      {with("consumer", organisation_claim("310000018")), "consumer"},
      {with("consumer", organisation_claim("310 000 019")), "consumer"},
      {with("consumer", organisation_claim("17858297494")), "consumer"},
      {with("supplier", "310000027"), "supplier"},
      {with("supplier", nullptr), "supplier"},
      {with("supplier", organisation_claim("310000019")), "supplier"},
      {with("token_type", "DPoP"), "type"},
      {with("cnf", Json::object({{"jkt", "x"}})), "type"},
  };
  for (const auto& [claims, expected] : cases) EXPECT_EQ(fault_of(claims), expected) << claims.dump();
}

TEST_F(TokenCheck, lets_clocks_differ_by_the_skew_and_no_more) {
  auto late = with("exp", Json(token_now - 9));
  late.set("iat", Json(token_now - 100));
  EXPECT_EQ(fault_of(late), "good");
  EXPECT_EQ(fault_of(with("iat", Json(token_now + 10))), "good");
  EXPECT_EQ(fault_of(with("nbf", Json(token_now + 10))), "good");
  rules.skew = {};
  EXPECT_EQ(fault_of(with("exp", Json(token_now))), "expired");
  EXPECT_EQ(fault_of(with("iat", Json(token_now + 1))), "issued_at");
}

TEST_F(TokenCheck, takes_a_token_for_several_when_we_are_one_of_them_and_one_for_nobody_only_when_told) {
  EXPECT_EQ(fault_of(with("aud", Json::array({"https://other.example", "https://portal.example"}))), "good");
  rules.audience_optional = true;
  EXPECT_EQ(fault_of(without("aud")), "good");
  EXPECT_EQ(fault_of(with("aud", "https://other.example")), "audience");
}

TEST_F(TokenCheck, a_token_without_scopes_has_none_and_one_with_too_many_is_none) {
  ASSERT_TRUE(check_token(without("scope"), rules));
  EXPECT_TRUE(check_token(without("scope"), rules)->scopes.empty());
  std::string scopes = "s";
  for (std::size_t i = 1; i < max_token_scopes; ++i) scopes += " s";
  EXPECT_EQ(fault_of(with("scope", scopes)), "good");
  EXPECT_EQ(fault_of(with("scope", scopes + " s")), "malformed");
}

TEST_F(TokenCheck, invented_organisations_are_none_in_production_and_real_ones_none_in_test) {
  EXPECT_EQ(fault_of(with("consumer", organisation_claim("991825827"))), "consumer");
  rules.mode = terms::Mode::production;
  EXPECT_EQ(fault_of(with("consumer", organisation_claim("991825827"))), "good");
  EXPECT_EQ(fault_of(good()), "consumer");
}

TEST(TokenType, only_access_tokens_are_taken) {
  const auto header = [](Json type) { return Json::object({{"alg", "RS256"}, {"typ", std::move(type)}}); };
  EXPECT_TRUE(is_access_token_type(Json::object({{"alg", "RS256"}})));
  for (const char* good : {"JWT", "jwt", "at+jwt", "application/at+JWT"})
    EXPECT_TRUE(is_access_token_type(header(good))) << good;
  for (const char* other : {"logout+jwt", "dpop+jwt", "JOSE", ""})
    EXPECT_FALSE(is_access_token_type(header(other))) << other;
  EXPECT_FALSE(is_access_token_type(header(Json(1))));
}

TEST(TokenFaults, each_has_a_code_of_its_own) {
  std::set<std::string> codes;
  for (std::size_t i = 0; i < token_faults; ++i) {
    const auto fault = static_cast<TokenFault>(i);
    const auto error = to_error(fault);
    EXPECT_EQ(error.code, "error.token." + std::string(to_text(fault)));
    EXPECT_EQ(error.kind, fault == TokenFault::scope                ? base::ErrorKind::forbidden
                          : fault == TokenFault::issuer_unavailable ? base::ErrorKind::unavailable
                                                                    : base::ErrorKind::unauthenticated);
    codes.insert(error.code);
  }
  EXPECT_EQ(codes.size(), token_faults);
}

TEST(TokenSettings, an_issuer_is_an_address_with_tls_and_is_named_once) {
  const auto fits = [](std::vector<std::string> issuers, terms::Mode mode) {
    TokenOptions options;
    options.issuers = std::move(issuers);
    return check_token_options(options, mode).has_value();
  };
  using terms::Mode;
  EXPECT_TRUE(fits({}, Mode::production));
  EXPECT_TRUE(fits({"https://maskinporten.no/", "https://test.maskinporten.no/"}, Mode::production));
  EXPECT_FALSE(fits({"http://localhost:9000"}, Mode::production));
  EXPECT_TRUE(fits({"http://localhost:9000"}, Mode::test));
  EXPECT_FALSE(fits({"http://maskinporten.no/"}, Mode::test));
  EXPECT_FALSE(fits({"maskinporten.no"}, Mode::test));
  EXPECT_FALSE(fits({"https://maskinporten.no/?a=1"}, Mode::test));
  EXPECT_FALSE(fits({"https://maskinporten.no/", "https://maskinporten.no/"}, Mode::production));
}

}  // namespace
}  // namespace alting::login
