#include "login/test_issuer/protocol.h"

#include "base/text.h"
#include "base/uuid.h"
#include "crypto/hash.h"
#include "login/level.h"

namespace alting::login::test_issuer {
namespace {

using base::Json;
using std::unexpected;

OAuthError invalid_request(std::string description) { return {400, "invalid_request", std::move(description)}; }
OAuthError invalid_client(std::string description) { return {401, "invalid_client", std::move(description)}; }

bool is_base64url(std::string_view text, std::size_t size) {
  return text.size() == size && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

bool has_word(std::string_view words, std::string_view word) {
  for (const auto one : base::split(words, ' '))
    if (one == word) return true;
  return false;
}

bool names_audience(const Json& audience, const std::string& issuer) {
  const auto ours = [&](const Json& one) {
    return one.is_string() &&
           (one.as_string() == issuer || one.as_string() == issuer + "/token" || one.as_string() == issuer + "/par");
  };
  return ours(audience) || (audience.is_array() && std::any_of(audience.items().begin(), audience.items().end(), ours));
}

// The lowest of the levels named is enough (OIDC Core 3.1.2.1 lists them by preference; ID-porten takes the least).
std::optional<terms::AssuranceLevel> least_level(std::string_view acr_values) {
  std::optional<terms::AssuranceLevel> least;
  for (const auto word : base::split(acr_values, ' ')) {
    const auto level = level_of_acr(word);
    if (level && (!least || *level < *least)) least = level;
  }
  return least;
}

}  // namespace

web::Response to_response(const OAuthError& error) {
  auto response =
      web::json(Json::object({{"error", error.error}, {"error_description", error.description}}), error.status);
  return response;
}

const Method* find_method(std::string_view id_or_name) {
  for (const auto& method : methods)
    if (method.id == id_or_name || method.name == id_or_name) return &method;
  return nullptr;
}

std::string_view field(const web::Fields& fields, std::string_view name) {
  for (const auto& [key, value] : fields)
    if (key == name) return value;
  return {};
}

bool has_repeated(const web::Fields& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i)
    for (std::size_t j = i + 1; j < fields.size(); ++j)
      if (fields[i].first == fields[j].first) return true;
  return false;
}

std::expected<PushedRequest, OAuthError> read_pushed_request(const web::Fields& form, const IssuerClient& client) {
  PushedRequest request;
  request.client_id = client.client_id;
  if (!field(form, "request_uri").empty())
    return unexpected(invalid_request("request_uri must not be pushed (RFC 9126 section 2.1)"));
  if (!field(form, "request").empty())
    return unexpected(OAuthError{400, "request_not_supported", "request objects are not taken"});
  if (field(form, "response_type") != "code")
    return unexpected(OAuthError{400, "unsupported_response_type", "only code"});
  request.redirect_uri = field(form, "redirect_uri");
  if (std::find(client.redirect_uris.begin(), client.redirect_uris.end(), request.redirect_uri) ==
      client.redirect_uris.end())
    return unexpected(invalid_request("redirect_uri is not registered"));
  if (!has_word(field(form, "scope"), "openid"))
    return unexpected(OAuthError{400, "invalid_scope", "openid is needed"});
  request.state = field(form, "state");
  request.nonce = field(form, "nonce");
  if (request.state.empty() || request.state.size() > 512) return unexpected(invalid_request("state is mandatory"));
  if (request.nonce.empty() || request.nonce.size() > 512) return unexpected(invalid_request("nonce is mandatory"));
  request.code_challenge = field(form, "code_challenge");
  if (field(form, "code_challenge_method") != "S256" || !is_base64url(request.code_challenge, 43))
    return unexpected(invalid_request("PKCE with S256 is mandatory"));
  if (const auto wanted = field(form, "acr_values"); !wanted.empty()) {
    const auto level = least_level(wanted);
    if (!level) return unexpected(invalid_request("none of the acr_values is known"));
    request.level = *level;
  }
  const auto prompt = field(form, "prompt");
  request.prompt_login = has_word(prompt, "login");
  request.prompt_none = has_word(prompt, "none");
  if (request.prompt_none && prompt != "none") return unexpected(invalid_request("prompt none stands alone"));
  for (const auto tag : base::split(field(form, "ui_locales"), ' ')) {
    if (const auto language = base::language_from(tag)) {
      request.language = *language;
      break;
    }
  }
  if (const auto hint = field(form, "login_hint"); hint.starts_with("eid:"))
    request.hinted = find_method(hint.substr(4));
  return request;
}

std::expected<const IssuerClient*, OAuthError> ClientAuthentication::authenticate(const web::Request& request,
                                                                                  base::Instant now) {
  if (has_repeated(request.form)) return unexpected(invalid_request("a parameter comes twice"));
  if (field(request.form, "client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
    return unexpected(invalid_client("private_key_jwt is the only way"));
  const auto assertion = field(request.form, "client_assertion");
  const auto unverified = crypto::unverified_jwt(assertion);
  if (!unverified) return unexpected(invalid_client("client_assertion is no JWT"));
  const std::string client_id(unverified->claims.text("sub"));
  const auto client =
      std::find_if(clients_.begin(), clients_.end(), [&](const auto& one) { return one.client_id == client_id; });
  if (client == clients_.end()) return unexpected(invalid_client("unknown client"));
  if (const auto named = field(request.form, "client_id"); !named.empty() && named != client_id)
    return unexpected(invalid_client("client_id is another's"));
  const auto verified = crypto::verify_jwt(assertion, client->keys);
  if (!verified) return unexpected(invalid_client("client_assertion: " + verified.error().code));
  const Json& claims = verified->claims;
  if (claims.text("iss") != client_id) return unexpected(invalid_client("iss and sub differ"));
  if (!names_audience(claims["aud"], issuer_)) return unexpected(invalid_client("aud is not this issuer"));
  const auto seconds = now.micros / 1'000'000;
  const auto expires = claims["exp"].integer_or(0);
  if (expires <= seconds - 10 || expires > seconds + 130)
    return unexpected(invalid_client("exp is past, or more than two minutes ahead"));
  const auto jti = claims.text("jti");
  if (jti.empty() || jti.size() > 200) return unexpected(invalid_client("jti is mandatory"));
  if (!used_.add(client_id + " " + std::string(jti), 0, now, base::Instant{(expires + 11) * 1'000'000}))
    return unexpected(invalid_client("jti was used before"));
  return &*client;
}

Json id_token_claims(const Grant& grant, const std::string& issuer, const std::string& pairwise_salt, base::Instant now,
                     base::Random& random) {
  const auto seconds = now.micros / 1'000'000;
  return Json::object({
      {"iss", issuer},
      {"aud", grant.request.client_id},
      // Pairwise: the same person is another subject for each client (OIDC Core section 8.1).
      {"sub",
       base::to_base64url(crypto::sha256({pairwise_salt, "\n", grant.request.client_id, "\n", grant.national_id}))},
      {"pid", grant.national_id},
      {"acr", acr_of_level(grant.method->level)},
      {"amr", Json::array({grant.method->amr})},
      {"auth_time", Json(grant.logged_in.micros / 1'000'000)},
      {"iat", Json(seconds)},
      {"exp", Json(seconds + 120)},
      {"jti", base::Uuid::v4(random).text()},
      {"nonce", grant.request.nonce},
      {"locale", base::to_text(grant.request.language)},
      {"sid", grant.sid},
  });
}

}  // namespace alting::login::test_issuer
