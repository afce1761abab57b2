#include "login/token_issuer/token_issuer.h"

#include <algorithm>
#include <stdexcept>

#include "base/uuid.h"
#include "login/addresses.h"
#include "login/client_key.h"
#include "login/token_issuer/assertion.h"
#include "login/token_scopes.h"

namespace alting::login {
namespace {

using base::Json;
using base::Result;
using test_issuer::OAuthError;
using token_issuer::invalid_grant;

std::string joined_scopes(const std::vector<std::string>& scopes) {
  std::string text;
  for (const auto& one : scopes) text += (text.empty() ? "" : " ") + one;
  return text;
}

Json text_list(const auto& texts) {
  auto list = Json::array();
  for (const auto& one : texts) list.push_back(std::string(one));
  return list;
}

// The key that the assertion must be signed with, and whose certificate vouches for it.
struct Proof {
  crypto::JwkSet keys;
  std::vector<crypto::Certificate> chain;  // none with a registered key
};

std::expected<Proof, OAuthError> proof_of(const crypto::Jwt& said, const Clients::Registered& client) {
  const auto chain = crypto::chain_of(said);
  if (!chain) return invalid_grant("x5c is no list of certificates");
  if (client.key) {
    if (!chain->empty()) return invalid_grant("the client is registered with a key: sign with it, and name it by kid");
    if (said.header.text("kid") != client.client.kid)
      return invalid_grant("kid is not the client's: " + client.client.kid);
    return Proof{crypto::JwkSet({crypto::Jwk{*client.key, client.client.kid, std::nullopt}}), {}};
  }
  if (chain->empty()) return invalid_grant("the client has no key: sign with its enterprise certificate's, in x5c");
  const auto key = chain->front().public_key();
  if (!key) return invalid_grant("the certificate's key is neither RSA nor P-256");
  return Proof{crypto::JwkSet({crypto::Jwk{*key, std::string(said.header.text("kid")), std::nullopt}}), *chain};
}

bool has_scopes(const PortalClient& portal, const std::vector<std::string>& scopes) {
  return std::ranges::all_of(
      scopes, [&](const auto& one) { return std::ranges::find(portal.scopes, one) != portal.scopes.end(); });
}

// This installation itself is registered in no table; its tokens open the test registers and nothing else.
std::optional<Clients::Registered> registered_client(const TokenIssuerParts& parts, std::string_view client_id) {
  if (!parts.portal || parts.portal->client_id != client_id) return parts.clients.find(client_id);
  Clients::Registered known;
  known.client.client_id = parts.portal->client_id;
  known.client.organisation = parts.portal->organisation;
  known.client.kid = parts.portal->key.thumbprint();
  known.client.scopes = parts.portal->scopes;
  known.key = parts.portal->key;
  return known;
}

// Who may have what, once all of it is known to be so.
std::expected<TokenIssuer::Grant, OAuthError> grant_for(const TokenIssuerParts& parts, std::string_view assertion,
                                                        base::Instant now) {
  const auto said = crypto::unverified_jwt(assertion);
  if (!said) return invalid_grant("the assertion is no JWT");
  if (!is_access_token_type(said->header)) return invalid_grant("typ is not JWT");
  const auto client = registered_client(parts, said->claims.text("iss"));
  if (!client) return invalid_grant("iss is no client here");
  const auto proof = proof_of(*said, *client);
  if (!proof) return std::unexpected(proof.error());
  const auto verified = crypto::verify_jwt(assertion, proof->keys);
  if (!verified) return invalid_grant("the assertion is not signed so: " + verified.error().code);
  const auto read = token_issuer::read_assertion(verified->claims, parts.issuer, now, parts.mode);
  if (!read) return std::unexpected(read.error());
  if (!proof->chain.empty()) {
    std::vector<base::Bytes> chain;
    for (const auto& one : proof->chain) chain.push_back(one.der());
    const auto owner = parts.owner_of(chain, now);
    if (!owner) return invalid_grant("the certificate is not taken: " + owner.error().code);
    if (*owner != client->client.organisation) return invalid_grant("the certificate is of another organisation");
  }
  const auto& organisation = client->client.organisation;
  TokenIssuer::Grant grant{.client_id = read->client_id,
                           .consumer = read->consumer.value_or(organisation),
                           .supplier = {},
                           .scopes = read->scopes,
                           .resources = read->resources,
                           .by_certificate = !proof->chain.empty()};
  if (parts.portal && parts.portal->client_id == grant.client_id) {
    if (grant.consumer != organisation) return invalid_grant("consumer_org is another's");
    if (!has_scopes(*parts.portal, grant.scopes))
      return std::unexpected(OAuthError{400, "invalid_scope", "the client is not registered for the scope"});
    if (!parts.clients.use_once(grant.client_id, read->jti, now)) return invalid_grant("jti was used before");
    return grant;
  }
  if (grant.consumer != organisation) grant.supplier = organisation;
  if (!parts.clients.in_force(grant.client_id, organisation, grant.scopes))
    return std::unexpected(OAuthError{400, "invalid_scope", "the client is not registered for the scope"});
  if (grant.supplier && !parts.clients.in_force(grant.client_id, grant.consumer, grant.scopes))
    return invalid_grant("consumer_org has not let this organisation act for it with the scope");
  const auto consumer = parts.parties.find_organisation(grant.consumer);
  if (!consumer || consumer->deleted) return invalid_grant("the consumer is not in the register, or struck off");
  if (!parts.clients.use_once(grant.client_id, read->jti, now)) return invalid_grant("jti was used before");
  return grant;
}

}  // namespace

Result<std::unique_ptr<TokenIssuer>> TokenIssuer::make(TokenIssuerParts parts) {
  if (parts.mode != terms::Mode::test) throw std::logic_error("the token issuer exists in test mode only");
  ALTING_TRY(key, load_or_make_key(parts.key_file, parts.mode, crypto::KeyType::p256));
  return std::unique_ptr<TokenIssuer>(new TokenIssuer(std::move(parts), std::move(key)));
}

OwnIssuer TokenIssuer::own() const {
  return {.issuer = parts_.issuer,
          .keys = crypto::JwkSet({crypto::to_jwk(key_.public_key())}),
          .in_force = [&clients = parts_.clients](const Caller& caller) {
            return clients.in_force(caller.client_id, caller.consumer, caller.scopes);
          }};
}

std::string TokenIssuer::token_for(const Grant& grant, base::Instant now, base::Duration lives) const {
  const auto seconds = now.micros / 1'000'000;
  auto claims = Json::object({{"iss", parts_.issuer},
                              {"client_id", grant.client_id},
                              {"client_amr", grant.by_certificate ? "virksomhetssertifikat" : "private_key_jwt"},
                              {"token_type", "Bearer"},
                              {"iat", Json(seconds)},
                              {"exp", Json(seconds + lives.micros / 1'000'000)},
                              {"jti", base::Uuid::v4(parts_.random).text()},
                              {"scope", joined_scopes(grant.scopes)},
                              {"consumer", organisation_claim(grant.consumer)}});
  // Nobody's in particular when the client did not say, as with Maskinporten.
  if (grant.resources.size() == 1) claims.set("aud", grant.resources.front());
  if (grant.resources.size() > 1) claims.set("aud", text_list(grant.resources));
  if (grant.supplier) {
    claims.set("supplier", organisation_claim(*grant.supplier));
    claims.set("delegation_source", parts_.issuer);
  }
  return crypto::sign_jwt(key_, claims, Json::object({{"typ", nullptr}}));
}

web::Response TokenIssuer::answer(const web::Request& request) const {
  const auto assertion = token_issuer::assertion_in(request.form);
  if (!assertion) return test_issuer::to_response(assertion.error());
  const auto grant = grant_for(parts_, *assertion, request.received);
  if (!grant) return test_issuer::to_response(grant.error());
  return web::json(Json::object({{"access_token", token_for(*grant, request.received)},
                                 {"token_type", "Bearer"},
                                 {"expires_in", Json(120)},
                                 {"scope", joined_scopes(grant->scopes)}}));
}

web::PublicResponse TokenIssuer::metadata() const {
  auto algorithms = Json::array();
  for (const auto one : crypto::all_jose_algorithms) algorithms.push_back(crypto::to_text(one));
  const auto site = parts_.issuer.substr(0, parts_.issuer.find_last_not_of('/') + 1);
  const auto document = Json::object({{"issuer", parts_.issuer},
                                      {"token_endpoint", site + std::string(route::token)},
                                      {"jwks_uri", site + std::string(route::token_keys)},
                                      {"grant_types_supported", Json::array({token_issuer::jwt_grant})},
                                      {"response_types_supported", Json::array()},
                                      {"scopes_supported", text_list(known_scopes)},
                                      {"token_endpoint_auth_methods_supported", Json::array({"private_key_jwt"})},
                                      {"token_endpoint_auth_signing_alg_values_supported", std::move(algorithms)}});
  return {"application/json", document.dump(), {.max_age = std::chrono::minutes(1)}};
}

void TokenIssuer::add_routes(web::Router& router) const {
  router.add_public(std::string(server_metadata), [this](const web::PublicRequest&) { return metadata(); });
  router.add_public(std::string(route::token_keys), [this](const web::PublicRequest&) {
    return web::PublicResponse("application/json", own().keys.json().dump(), {.max_age = std::chrono::minutes(1)});
  });
  web::RouteLimits limits;
  limits.body = 64 * 1024;
  limits.anti_forgery = false;
  router.add(
      web::Method::post, std::string(route::token), [this](const web::Request& request) { return answer(request); },
      limits);
}

}  // namespace alting::login
