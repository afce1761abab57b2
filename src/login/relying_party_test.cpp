#include "login/relying_party.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/file.h"
#include "crypto/make_certificate.h"
#include "login/testing/doubles.h"

namespace alting::login {
namespace {

using base::Json;
using terms::AssuranceLevel;

class RelyingPartyTest : public ::testing::Test {
 protected:
  RelyingPartyTest() {
    attempt.state = "state-1";
    attempt.nonce = "nonce-1";
    attempt.code_verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  }
  static RelyingPartySettings settings() {
    RelyingPartySettings settings;
    settings.issuer = "https://idporten.no";
    settings.client_id = "alting";
    settings.public_url = "https://alting.example";
    return settings;
  }
  static ClientKey client_key() {
    auto key = crypto::PrivateKey::generate(crypto::KeyType::p256);
    return {.key = std::move(key), .kid = "registered-kid"};
  }
  void begin() { ASSERT_TRUE(party.begin(attempt, {})); }
  Answer answer() const { return {attempt.state, "code-1", issuer.issuer, ""}; }
  std::string fault_of(const Json& claims) {
    issuer.sign(claims);
    const auto arrival = party.finish(attempt, answer());
    return arrival ? "arrived" : arrival.error().detail;
  }

  base::ManualClock clock{{1'795'000'000'000'000}};
  base::SeededRandom random{3};
  testing::ScriptedIssuer issuer;
  RelyingParty party{settings(), client_key(), issuer, clock, random};
  Attempt attempt;
};

TEST_F(RelyingPartyTest, pushes_all_that_idporten_demands_and_sends_the_browser_with_nothing_but_the_reference) {
  Departure departure;
  departure.language = base::Language::nn;
  attempt.level = AssuranceLevel::high;
  const auto url = party.begin(attempt, departure);
  ASSERT_TRUE(url);
  EXPECT_EQ(*url, "https://login.idporten.no/authorize?client_id=alting&request_uri=urn%3Aidporten%3A1");
  const auto& pushed = issuer.pushed;
  EXPECT_EQ(pushed.at("response_type"), "code");
  EXPECT_EQ(pushed.at("redirect_uri"), "https://alting.example/logg-inn/svar");
  EXPECT_EQ(pushed.at("scope"), "openid profile");
  EXPECT_EQ(pushed.at("state"), "state-1");
  EXPECT_EQ(pushed.at("nonce"), "nonce-1");
  EXPECT_EQ(pushed.at("code_challenge"), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
  EXPECT_EQ(pushed.at("code_challenge_method"), "S256");
  EXPECT_EQ(pushed.at("acr_values"), "idporten-loa-high");
  EXPECT_EQ(pushed.at("ui_locales"), "nn");
  EXPECT_EQ(pushed.at("client_id"), "alting");
  EXPECT_FALSE(pushed.contains("prompt"));
  EXPECT_FALSE(pushed.contains("max_age"));
  EXPECT_FALSE(pushed.contains("login_hint"));
  EXPECT_FALSE(pushed.contains("client_secret"));
}

TEST_F(RelyingPartyTest, with_an_enterprise_certificate_sends_its_chain_instead_of_a_key_id) {
  crypto::CertificateOrder order;
  order.common_name = "CA";
  order.not_before = clock.now() - base::Duration::days(1);
  order.not_after = clock.now() + base::Duration::days(1);
  order.authority = true;
  const auto authority_key = crypto::PrivateKey::generate(crypto::KeyType::p256);
  const auto authority = crypto::make_self_signed(order, authority_key, random);
  auto key = client_key();
  order.common_name = "Etaten";
  order.organisation_number = "310000001";
  order.authority = false;
  const auto leaf = crypto::issue_certificate(order, key.key.public_key(), authority, authority_key, random);
  const auto file = std::filesystem::path(::testing::TempDir()) / "login-certificate-of-relying-party-test.pem";
  base::write_file_durably(file, leaf.pem() + authority.pem(), 0600);
  EXPECT_EQ(with_certificate(client_key(), file).error().code, "error.key.malformed") << "of another key";

  auto certified = with_certificate(std::move(key), file);
  ASSERT_TRUE(certified) << certified.error().detail;
  RelyingParty with_x5c(settings(), std::move(*certified), issuer, clock, random);
  ASSERT_TRUE(with_x5c.begin(attempt, {}));
  const auto assertion = crypto::unverified_jwt(issuer.pushed.at("client_assertion"));
  ASSERT_TRUE(assertion);
  EXPECT_FALSE(assertion->header.find("kid"));
  ASSERT_EQ(assertion->header["x5c"].items().size(), 2U);
  const auto sent = crypto::Certificate::from_der(*base::from_base64(assertion->header["x5c"].items()[0].text_or("")));
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->fingerprint(), leaf.fingerprint());
  const crypto::JwkSet keys({crypto::to_jwk(*sent->public_key())});
  EXPECT_TRUE(crypto::verify_jwt(issuer.pushed.at("client_assertion"), keys));
  std::filesystem::remove(file);
}

TEST_F(RelyingPartyTest, proves_itself_with_a_short_lived_assertion_that_is_never_used_twice) {
  begin();
  const auto keys = crypto::JwkSet::from_json(party.client_jwks());
  EXPECT_EQ(issuer.pushed.at("client_assertion_type"), "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
  const auto first = crypto::verify_jwt(issuer.pushed.at("client_assertion"), *keys);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->header.text("kid"), "registered-kid");
  EXPECT_EQ(first->claims.text("iss"), "alting");
  EXPECT_EQ(first->claims.text("sub"), "alting");
  EXPECT_EQ(first->claims.text("aud"), "https://idporten.no");
  EXPECT_EQ(first->claims["exp"].integer_or(0) - first->claims["iat"].integer_or(0), 60);
  issuer.sign(issuer.good_claims(clock.now()));
  ASSERT_TRUE(party.finish(attempt, answer()));
  const auto second = crypto::verify_jwt(issuer.exchanged.at("client_assertion"), *keys);
  ASSERT_TRUE(second);
  EXPECT_NE(first->claims.text("jti"), second->claims.text("jti"));
  EXPECT_EQ(party.client_jwks().dump().find("\"d\""), std::string::npos);
}

TEST_F(RelyingPartyTest, arrives_with_the_person_the_level_and_the_token) {
  begin();
  issuer.sign(issuer.good_claims(clock.now()));
  const auto arrival = party.finish(attempt, answer());
  ASSERT_TRUE(arrival);
  EXPECT_EQ(arrival->claims.national_id.reveal(), "17858297494");
  EXPECT_EQ(arrival->claims.level, AssuranceLevel::substantial);
  EXPECT_EQ(arrival->claims.session, "sid-1");
  EXPECT_EQ(issuer.exchanged.at("grant_type"), "authorization_code");
  EXPECT_EQ(issuer.exchanged.at("code"), "code-1");
  EXPECT_EQ(issuer.exchanged.at("code_verifier"), attempt.code_verifier);
  EXPECT_EQ(issuer.exchanged.at("redirect_uri"), "https://alting.example/logg-inn/svar");
}

TEST_F(RelyingPartyTest, refuses_a_token_with_a_wrong_claim) {
  begin();
  const auto good = issuer.good_claims(clock.now());
  const auto seconds = clock.now().micros / 1'000'000;
  const auto with = [&](std::string_view claim, Json value) {
    Json claims = good;
    claims.set(claim, std::move(value));
    return fault_of(claims);
  };
  EXPECT_EQ(fault_of(good), "arrived");
  EXPECT_EQ(with("iss", "https://evil.example"), "id_token: issuer_differs");
  EXPECT_EQ(with("aud", "bank"), "id_token: audience_lacks_client");
  EXPECT_EQ(with("nonce", "nonce-2"), "id_token: nonce_differs");
  EXPECT_EQ(with("exp", Json(seconds - 100)), "id_token: expired");
  EXPECT_EQ(with("acr", "idporten-loa-low"), "id_token: level_too_low");
  EXPECT_EQ(with("pid", Json()), "id_token: national_id_missing");
}

TEST_F(RelyingPartyTest, refuses_a_token_that_is_not_signed_by_the_issuer) {
  begin();
  const auto claims = issuer.good_claims(clock.now());
  const auto refused = [&](std::string token) {
    issuer.token = [token] { return token; };
    const auto arrival = party.finish(attempt, answer());
    return arrival ? "arrived" : arrival.error().detail;
  };
  const auto none = base::to_base64url(R"({"alg":"none"})") + "." + base::to_base64url(claims.dump()) + ".";
  EXPECT_EQ(refused(none), "id_token: algorithm_not_allowed");
  const auto good = crypto::sign_jwt(issuer.key, claims);
  EXPECT_EQ(refused(good.substr(0, good.rfind('.') + 1)), "id_token: signature_wrong");
  const auto other = crypto::PrivateKey::generate(crypto::KeyType::p256);
  EXPECT_EQ(refused(crypto::sign_jwt(other, claims)), "id_token: key_unknown");
  EXPECT_EQ(refused(crypto::sign_jwt(other, claims, Json::object({{"kid", issuer.key.public_key().thumbprint()}}))),
            "id_token: signature_wrong");
  EXPECT_EQ(refused(""), "id_token: malformed");
  EXPECT_EQ(refused("a.b"), "id_token: malformed");
}

TEST_F(RelyingPartyTest, does_not_send_the_code_of_another_issuer_to_ours) {
  begin();
  for (const char* iss : {"https://evil.example", "https://idporten.no/", ""}) {
    auto mixed = answer();
    mixed.iss = iss;
    const auto arrival = party.finish(attempt, mixed);
    ASSERT_FALSE(arrival);
    EXPECT_EQ(arrival.error().code, "login.error.mixed_up") << iss;
  }
  EXPECT_EQ(issuer.calls["https://idporten.no/token"], 0);
}

TEST_F(RelyingPartyTest, tells_a_cancelled_login_from_one_that_was_refused) {
  begin();
  auto given = answer();
  given.code.clear();
  given.error = "access_denied";
  EXPECT_EQ(party.finish(attempt, given).error().code, "login.error.cancelled");
  given.error = "server_error";
  EXPECT_EQ(party.finish(attempt, given).error().code, "login.error.refused");
  issuer.token_status = 400;
  EXPECT_EQ(party.finish(attempt, answer()).error().code, "login.error.refused");
  issuer.token_status = 503;
  EXPECT_EQ(party.finish(attempt, answer()).error().code, "login.error.issuer");
}

TEST_F(RelyingPartyTest, keeps_metadata_a_day_and_goes_on_without_the_issuers_word_for_a_week) {
  const std::string where = "https://idporten.no/.well-known/openid-configuration";
  begin();
  begin();
  EXPECT_EQ(issuer.calls[where], 1);
  clock.advance(base::Duration::hours(25));
  begin();
  EXPECT_EQ(issuer.calls[where], 2);
  issuer.metadata.set("issuer", "https://evil.example");
  clock.advance(base::Duration::hours(25));
  begin();
  EXPECT_EQ(issuer.calls[where], 3);
  clock.advance(base::Duration::days(8));
  EXPECT_EQ(party.begin(attempt, {}).error().code, "login.error.issuer");
}

TEST_F(RelyingPartyTest, looks_for_a_new_key_at_once_but_not_again_within_the_minute) {
  begin();
  issuer.sign(issuer.good_claims(clock.now()));
  ASSERT_TRUE(party.finish(attempt, answer()));
  clock.advance(base::Duration::minutes(2));
  const auto old_jwks = issuer.jwks;
  const auto next = crypto::PrivateKey::generate(crypto::KeyType::p256);
  issuer.jwks = crypto::JwkSet({crypto::to_jwk(next.public_key())}).json();
  const auto claims = issuer.good_claims(clock.now());
  issuer.token = [&] { return crypto::sign_jwt(next, claims); };
  EXPECT_TRUE(party.finish(attempt, answer()));
  EXPECT_EQ(issuer.calls["https://idporten.no/jwks"], 2);
  const auto unknown = crypto::PrivateKey::generate(crypto::KeyType::p256);
  issuer.token = [&] { return crypto::sign_jwt(unknown, claims); };
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(party.finish(attempt, answer()));
  EXPECT_EQ(issuer.calls["https://idporten.no/jwks"], 2);
}

TEST_F(RelyingPartyTest, takes_a_key_that_was_made_anew_under_the_same_kid_also_right_after_the_first_fetch) {
  const auto named = [](const crypto::PrivateKey& key) {
    return crypto::JwkSet({crypto::Jwk{key.public_key(), "k1", std::nullopt}}).json();
  };
  const auto kid = Json::object({{"kid", "k1"}});
  begin();
  const auto claims = issuer.good_claims(clock.now());
  issuer.jwks = named(issuer.key);
  issuer.token = [&] { return crypto::sign_jwt(issuer.key, claims, kid); };
  ASSERT_TRUE(party.finish(attempt, answer()));

  const auto next = crypto::PrivateKey::generate(crypto::KeyType::p256);
  issuer.jwks = named(next);
  issuer.token = [&] { return crypto::sign_jwt(next, claims, kid); };
  EXPECT_TRUE(party.finish(attempt, answer())) << "the pause counts from the last second look, not from the first";
  EXPECT_EQ(issuer.calls["https://idporten.no/jwks"], 2);

  const auto wrong = crypto::PrivateKey::generate(crypto::KeyType::p256);
  issuer.token = [&] { return crypto::sign_jwt(wrong, claims, kid); };
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(party.finish(attempt, answer()));
  EXPECT_EQ(issuer.calls["https://idporten.no/jwks"], 2) << "made-up tokens do not flood the issuer";
  clock.advance(base::Duration::minutes(1));
  EXPECT_FALSE(party.finish(attempt, answer()));
  EXPECT_EQ(issuer.calls["https://idporten.no/jwks"], 3);
}

TEST_F(RelyingPartyTest, says_when_the_issuer_does_not_answer) {
  issuer.down = true;
  const auto url = party.begin(attempt, {});
  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().kind, base::ErrorKind::unavailable);
  EXPECT_EQ(url.error().code, "login.error.issuer");
}

TEST_F(RelyingPartyTest, asks_the_issuer_to_log_out_the_same_person) {
  EXPECT_FALSE(party.leave("a.b.c", base::Language::en)) << "nothing is known yet, and nothing is fetched";
  EXPECT_EQ(party.frame_origins(), std::vector<std::string>{"https://idporten.no"});
  EXPECT_TRUE(issuer.calls.empty());
  ASSERT_TRUE(party.reach_issuer());
  const auto leave = party.leave("a.b.c", base::Language::en);
  ASSERT_TRUE(leave);
  EXPECT_EQ(leave->url, "https://login.idporten.no/logout");
  const std::vector<std::pair<std::string, std::string>> fields{
      {"id_token_hint", "a.b.c"},
      {"post_logout_redirect_uri", "https://alting.example/logg-ut/ferdig"},
      {"client_id", "alting"},
      {"ui_locales", "en"}};
  EXPECT_EQ(leave->fields, fields);
  EXPECT_EQ(party.frame_origins(), (std::vector<std::string>{"https://idporten.no", "https://login.idporten.no"}));
  EXPECT_TRUE(party.is_issuer("https://idporten.no/"));
  EXPECT_FALSE(party.is_issuer("https://idporten.no.evil.example"));
}

TEST(Metadata, that_we_cannot_rely_on_is_refused) {
  testing::ScriptedIssuer issuer;
  EXPECT_TRUE(read_metadata(issuer.metadata, issuer.issuer));
  const auto without = [&](std::string_view member, Json value) {
    Json document = issuer.metadata;
    document.set(member, std::move(value));
    return read_metadata(document, issuer.issuer).has_value();
  };
  EXPECT_FALSE(without("issuer", "https://idporten.no/"));
  EXPECT_FALSE(without("token_endpoint", "http://idporten.no/token"));
  EXPECT_FALSE(without("token_endpoint", Json()));
  EXPECT_FALSE(without("pushed_authorization_request_endpoint", ""));
  EXPECT_FALSE(without("authorization_endpoint", "javascript:alert(1)"));
  EXPECT_FALSE(without("code_challenge_methods_supported", Json::array({"plain"})));
  EXPECT_FALSE(without("token_endpoint_auth_methods_supported", Json::array({"client_secret_basic"})));
  EXPECT_FALSE(read_metadata(Json("x"), issuer.issuer));
}

}  // namespace
}  // namespace alting::login
