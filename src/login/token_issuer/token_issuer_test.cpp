#include "login/token_issuer/token_issuer.h"

#include <gtest/gtest.h>

#include "access/make_access.h"
#include "access/migrations.h"
#include "base/bytes.h"
#include "crypto/make_certificate.h"
#include "login/addresses.h"
#include "login/migrations.h"
#include "login/testing/browser.h"
#include "login/token_issuer/assertion.h"
#include "login/token_scopes.h"
#include "parties/testing/test_registers.h"

namespace alting::login {
namespace {

using base::Json;

constexpr std::string_view token_issuer_name = "http://localhost:2/", resource_url = "https://portal.example";

class TokenIssuerTest : public ::testing::Test {
 protected:
  TokenIssuerTest() {
    issuer = TokenIssuer::make(
                 {.issuer = std::string(token_issuer_name),
                  .key_file = folder.path() / "token-issuer.pem",
                  .clients = *clients,
                  .parties = *registers.registry,
                  .owner_of = [this](std::span<const base::Bytes> chain, base::Instant) { return owner(chain); },
                  .mode = terms::Mode::test,
                  .random = registers.random})
                 .value();
    issuer->add_routes(router);
    callers = make_callers({.options = {},
                            .audience = std::string(resource_url),
                            .own = issuer->own(),
                            .http = http,
                            .parties = *registers.registry,
                            .mode = terms::Mode::test,
                            .clock = registers.clock,
                            .metrics = metrics});
    client = clients->add_by_operator(firm.organisation_number, {"a", key.public_key(), {reads, confirms}}, now())
                 ->client_id;
    certified = clients->add_by_operator(firm.organisation_number, {"b", {}, {reads}}, now())->client_id;
  }
  base::Instant now() const { return registers.clock.now(); }
  Json claims(const std::string& by) const {
    const auto seconds = now().micros / 1'000'000;
    return Json::object({{"aud", token_issuer_name},
                         {"iss", by},
                         {"scope", reads},
                         {"resource", resource_url},
                         {"iat", Json(seconds)},
                         {"exp", Json(seconds + 120)},
                         {"jti", fmt::format("jti-{}", ++made)}});
  }
  web::Response ask(web::Fields form) {
    web::Request request;
    request.method = web::Method::post;
    request.received = now();
    request.form = std::move(form);
    const auto match = router.find(web::Method::post, route::token);
    return (*match.handler)(request);
  }
  web::Response grant(const std::string& assertion) {
    return ask({{"grant_type", std::string(token_issuer::jwt_grant)}, {"assertion", assertion}});
  }
  // "good", or the error and why.
  static std::string outcome(const web::Response& response) {
    const auto json = Json::parse(response.body).value();
    if (response.status == 200) return "good";
    return fmt::format("{}: {}", json.text("error"), json.text("error_description"));
  }
  std::string with(std::string_view claim, Json value) {
    auto said = claims(client);
    said.set(claim, std::move(value));
    return outcome(grant(crypto::sign_jwt(key, said)));
  }
  std::string without(std::string_view claim) {
    auto said = claims(client);
    said.erase(claim);
    return outcome(grant(crypto::sign_jwt(key, said)));
  }
  base::Result<Caller> caller_with(const web::Response& response) {
    return callers->check(Json::parse(response.body).value().text("access_token"), now());
  }

  crypto::Certificate certificate(const std::string& number) {
    crypto::CertificateOrder order;
    order.common_name = "Virksomhet";
    order.organisation_number = number;
    order.not_before = now() - base::Duration::days(1);
    order.not_after = now() + base::Duration::days(1);
    return crypto::make_self_signed(order, key, registers.random);
  }
  static Json x5c(const crypto::Certificate& one) {
    return Json::object({{"x5c", Json::array({base::to_base64(one.der())})}, {"kid", nullptr}});
  }

  static inline const crypto::PrivateKey key = crypto::PrivateKey::generate(crypto::KeyType::p256);
  const std::string reads{scope::instances_read}, confirms{scope::instances_write};
  parties::testing::TestRegisters registers{store::Engine::sqlite, true, {access::migrations(), login::migrations()}};
  store::testing::TempFolder folder;
  testing::RememberingLedger ledger;
  std::unique_ptr<access::Access> access =
      access::make_access({registers.temp.database(), *registers.registry, ledger, registers.clock, registers.random});
  std::unique_ptr<Clients> clients = make_clients({registers.temp.database(),
                                                   ledger,
                                                   access->decider(),
                                                   *registers.registry,
                                                   terms::Mode::test,
                                                   registers.random,
                                                   {}});
  parties::Party firm = registers.organisation("Fjord og Fjell AS");
  parties::Party accounting = registers.organisation("Sirlig Regnskap AS");
  std::function<base::Result<std::string>(std::span<const base::Bytes>)> owner = [this](std::span<const base::Bytes>) {
    return base::Result<std::string>(firm.organisation_number);
  };
  testing::ScriptedIssuer http;
  base::Metrics metrics;
  web::Router router;
  std::unique_ptr<TokenIssuer> issuer;
  std::unique_ptr<Callers> callers;
  std::string client, certified;
  mutable int made = 0;
};

TEST_F(TokenIssuerTest, gives_a_token_that_the_portal_takes_for_two_minutes) {
  const auto response = grant(crypto::sign_jwt(key, claims(client)));
  ASSERT_EQ(outcome(response), "good");
  const auto json = Json::parse(response.body).value();
  EXPECT_EQ(json.text("token_type"), "Bearer");
  EXPECT_EQ(json["expires_in"].integer_or(0), 120);
  EXPECT_EQ(json.text("scope"), reads);
  const auto caller = caller_with(response);
  ASSERT_TRUE(caller) << caller.error().code;
  EXPECT_EQ(caller->client_id, client);
  EXPECT_EQ(caller->consumer, firm.organisation_number);
  EXPECT_FALSE(caller->supplier);
  EXPECT_EQ(caller->scopes, std::vector{reads});
  const auto said = crypto::unverified_jwt(json.text("access_token")).value().claims;
  EXPECT_EQ(said.text("client_amr"), "private_key_jwt");
  EXPECT_EQ(said.text("iss"), token_issuer_name);
  registers.clock.advance(base::Duration::seconds(130));
  EXPECT_EQ(caller_with(response).error().code, "error.token.expired");
}

TEST_F(TokenIssuerTest, each_wrong_assertion_is_refused_with_its_reason) {
  const auto seconds = now().micros / 1'000'000;
  const auto starts = [](const std::string& text, std::string_view words) {
    return text.starts_with(words) ? ::testing::AssertionSuccess() : ::testing::AssertionFailure() << text;
  };
  EXPECT_TRUE(starts(outcome(ask({{"grant_type", "client_credentials"}})), "unsupported_grant_type"));
  EXPECT_TRUE(starts(outcome(grant("")), "invalid_request: assertion"));
  EXPECT_TRUE(
      starts(outcome(ask({{"grant_type", "a"}, {"grant_type", "a"}})), "invalid_request: a parameter comes twice"));
  EXPECT_TRUE(starts(outcome(grant("a.b.c")), "invalid_grant: the assertion is no JWT"));
  EXPECT_TRUE(starts(with("aud", "http://localhost:2"), "invalid_grant: aud"));
  EXPECT_TRUE(starts(with("aud", Json::array({token_issuer_name, "https://other.example"})), "invalid_grant: aud"));
  EXPECT_TRUE(starts(without("aud"), "invalid_grant: aud"));
  EXPECT_TRUE(starts(with("iss", "nobody"), "invalid_grant: iss"));
  EXPECT_TRUE(starts(without("iat"), "invalid_grant: iat and exp"));
  EXPECT_TRUE(starts(without("exp"), "invalid_grant: iat and exp"));
  EXPECT_TRUE(starts(with("iat", Json(seconds + 11)), "invalid_grant: iat is in the future"));
  EXPECT_TRUE(starts(with("nbf", Json(seconds + 11)), "invalid_grant: nbf is in the future"));
  EXPECT_TRUE(starts(with("nbf", Json("now")), "invalid_grant: nbf is in the future"));
  EXPECT_EQ(with("nbf", Json(seconds)), "good");
  EXPECT_TRUE(starts(with("exp", Json(seconds - 10)), "invalid_grant: exp is past"));
  EXPECT_TRUE(starts(with("exp", Json(seconds + 121)), "invalid_grant: exp is more than"));
  EXPECT_TRUE(starts(without("jti"), "invalid_grant: jti"));
  EXPECT_TRUE(starts(with("jti", std::string(201, 'j')), "invalid_grant: jti"));
  EXPECT_TRUE(starts(without("scope"), "invalid_scope"));
  EXPECT_TRUE(starts(with("scope", "altinn:events.subscribe"), "invalid_scope: the client is not registered"));
  EXPECT_TRUE(starts(with("scope", reads + " altinn:events.subscribe"), "invalid_scope"));
  EXPECT_TRUE(starts(with("consumer_org", "123"), "invalid_grant: consumer_org is no organisation number"));
  EXPECT_TRUE(starts(with("consumer_org", accounting.organisation_number), "invalid_grant: consumer_org has not let"));
  EXPECT_TRUE(starts(with("resource", "portal"), "invalid_target"));
  EXPECT_TRUE(starts(with("resource", "https://portal.example/#a"), "invalid_target"));
  EXPECT_TRUE(starts(with("resource", Json::array()), "invalid_target"));
  EXPECT_TRUE(starts(with("authorization_details", Json::array()), "invalid_request"));

  const auto stranger = crypto::PrivateKey::generate(crypto::KeyType::p256);
  EXPECT_TRUE(starts(outcome(grant(crypto::sign_jwt(stranger, claims(client)))), "invalid_grant: kid"));
  const auto kid = Json::object({{"kid", key.public_key().thumbprint()}});
  EXPECT_TRUE(starts(outcome(grant(crypto::sign_jwt(stranger, claims(client), kid))),
                     "invalid_grant: the assertion is not signed so: error.jose.signature"));
  const auto header = Json::object({{"alg", "none"}, {"kid", key.public_key().thumbprint()}});
  EXPECT_TRUE(
      starts(outcome(grant(base::to_base64url(header.dump()) + "." + base::to_base64url(claims(client).dump()) + ".")),
             "invalid_grant: the assertion is not signed so: error.jose.algorithm"));
  EXPECT_TRUE(starts(outcome(grant(crypto::sign_jwt(key, claims(client), Json::object({{"typ", "at"}})))),
                     "invalid_grant: typ"));
  EXPECT_TRUE(starts(outcome(grant(crypto::sign_jwt(key, claims(client), Json::object({{"x5c", "a"}})))),
                     "invalid_grant: x5c"));
}

TEST_F(TokenIssuerTest, an_assertion_is_good_once_and_one_that_was_refused_is_not_used_up) {
  auto said = claims(client);
  said.set("jti", "one");
  auto wrong = said;
  wrong.set("scope", "altinn:events.subscribe");
  EXPECT_NE(outcome(grant(crypto::sign_jwt(key, wrong))), "good");
  EXPECT_EQ(outcome(grant(crypto::sign_jwt(key, said))), "good");
  EXPECT_EQ(outcome(grant(crypto::sign_jwt(key, said))), "invalid_grant: jti was used before");
}

TEST_F(TokenIssuerTest, a_client_without_a_key_signs_with_its_organisations_certificate) {
  const auto header = x5c(certificate(firm.organisation_number));
  const auto response = grant(crypto::sign_jwt(key, claims(certified), header));
  ASSERT_EQ(outcome(response), "good");
  EXPECT_EQ(
      crypto::unverified_jwt(Json::parse(response.body).value().text("access_token")).value().claims.text("client_amr"),
      "virksomhetssertifikat");
  EXPECT_TRUE(caller_with(response));

  EXPECT_TRUE(
      outcome(grant(crypto::sign_jwt(key, claims(certified)))).starts_with("invalid_grant: the client has no key"));
  EXPECT_TRUE(outcome(grant(crypto::sign_jwt(key, claims(client), header)))
                  .starts_with("invalid_grant: the client is registered with a key"));
  const auto stranger = crypto::PrivateKey::generate(crypto::KeyType::p256);
  EXPECT_EQ(outcome(grant(crypto::sign_jwt(stranger, claims(certified), header))),
            "invalid_grant: the assertion is not signed so: error.jose.signature");
  owner = [this](std::span<const base::Bytes>) { return base::Result<std::string>(accounting.organisation_number); };
  EXPECT_EQ(outcome(grant(crypto::sign_jwt(key, claims(certified), header))),
            "invalid_grant: the certificate is of another organisation");
  owner = [](std::span<const base::Bytes>) {
    return base::Result<std::string>(base::make_error(base::ErrorKind::unauthenticated, "error.certificate.revoked"));
  };
  EXPECT_EQ(outcome(grant(crypto::sign_jwt(key, claims(certified), header))),
            "invalid_grant: the certificate is not taken: error.certificate.revoked");
}

TEST_F(TokenIssuerTest, a_supplier_acts_for_who_has_let_it_and_no_longer_than_that) {
  const auto manager = registers.actor("accountant");
  const auto permit = access->decider().decide(manager, terms::Action::delegate, {.party = accounting.id}).value();
  const auto post = [&] { return base::Uuid::v4(registers.random).text(); };
  const auto given = clients->give(permit, firm.organisation_number, reads, now(), post());
  ASSERT_TRUE(given) << given.error().code;
  auto said = claims(client);
  said.set("consumer_org", accounting.organisation_number);
  const auto response = grant(crypto::sign_jwt(key, said));
  ASSERT_EQ(outcome(response), "good");
  const auto caller = caller_with(response);
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->consumer, accounting.organisation_number);
  EXPECT_EQ(caller->supplier, firm.organisation_number);
  EXPECT_EQ(caller->actor.party, accounting.id);
  ASSERT_TRUE(clients->take_back(permit, given->id, now(), post()));
  EXPECT_EQ(caller_with(response).error().code, "error.token.ended") << "at once, and not when the token ends";
}

TEST_F(TokenIssuerTest, a_token_of_an_ended_client_is_refused_at_once) {
  const auto response = grant(crypto::sign_jwt(key, claims(client)));
  ASSERT_TRUE(caller_with(response));
  ASSERT_TRUE(clients->end_by_operator(client, now()));
  EXPECT_EQ(caller_with(response).error().code, "error.token.ended");
  EXPECT_TRUE(outcome(grant(crypto::sign_jwt(key, claims(client)))).starts_with("invalid_grant: iss"));
}

TEST_F(TokenIssuerTest, a_token_for_nobody_in_particular_is_not_taken_as_with_maskinporten) {
  auto said = claims(client);
  said.erase("resource");
  EXPECT_EQ(caller_with(grant(crypto::sign_jwt(key, said))).error().code, "error.token.audience");
  said = claims(client);
  said.set("resource", Json::array({"https://other.example", resource_url}));
  EXPECT_TRUE(caller_with(grant(crypto::sign_jwt(key, said))));
}

TEST_F(TokenIssuerTest, is_found_by_its_metadata_and_keeps_its_key) {
  const auto page = [&](std::string_view path) {
    web::Request request;
    const auto match = router.find(web::Method::get, path);
    return Json::parse((*match.public_handler)(web::PublicRequest(request)).body()).value();
  };
  const auto metadata = page(server_metadata);
  EXPECT_EQ(metadata.text("issuer"), token_issuer_name);
  EXPECT_EQ(metadata.text("token_endpoint"), "http://localhost:2/maskinporten/token");
  EXPECT_EQ(metadata.text("jwks_uri"), "http://localhost:2/maskinporten/jwks");
  const auto keys = page(route::token_keys);
  EXPECT_EQ(keys.dump(), issuer->own().keys.json().dump());
  EXPECT_EQ(keys.dump().find("\"d\""), std::string::npos);
  const auto again = TokenIssuer::make({.issuer = std::string(token_issuer_name),
                                        .key_file = folder.path() / "token-issuer.pem",
                                        .clients = *clients,
                                        .parties = *registers.registry,
                                        .owner_of = {},
                                        .mode = terms::Mode::test,
                                        .random = registers.random});
  EXPECT_EQ((*again)->own().keys.json().dump(), keys.dump());
}

TEST_F(TokenIssuerTest, does_not_exist_in_production) {
  EXPECT_THROW((void)TokenIssuer::make({.issuer = "https://portal.example/",
                                        .key_file = folder.path() / "none.pem",
                                        .clients = *clients,
                                        .parties = *registers.registry,
                                        .owner_of = {},
                                        .mode = terms::Mode::production,
                                        .random = registers.random}),
               std::logic_error);
}

}  // namespace
}  // namespace alting::login
