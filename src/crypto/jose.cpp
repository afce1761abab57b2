#include "crypto/jose.h"

#include <algorithm>
#include <stdexcept>

#include "crypto/signature.h"

namespace alting::crypto {
namespace {

using base::Bytes;
using base::Json;
using base::Result;

constexpr std::size_t longest_token = 16 * 1024;
constexpr std::size_t longest_set = 256 * 1024;
constexpr std::size_t max_keys = 64;
constexpr std::size_t max_chain = 8;
constexpr base::JsonLimits token_json{.size = longest_token, .depth = 8, .values = 1000};

base::Error refused(std::string_view code, std::string_view why) {
  return base::make_error(base::ErrorKind::unauthenticated, std::string(code), std::string(why));
}

bool is_key_for(const Jwk& jwk, JoseAlgorithm algorithm) {
  return key_type_of(algorithm) == jwk.key.type() && (!jwk.algorithm || *jwk.algorithm == algorithm);
}

Result<Json> decoded_object(std::string_view part) {
  const auto text = base::from_base64url(part);
  if (!text) return refused("error.jose.malformed", "a part of the token is not base64url");
  auto json = Json::parse(*text, token_json);
  if (!json || !json->is_object()) return refused("error.jose.malformed", "a part of the token is not a JSON object");
  return std::move(*json);
}

// header "." claims "." signature
struct TokenParts {
  std::string_view signed_text, header, claims, signature;
};

Result<TokenParts> parts_of(std::string_view token) {
  if (token.size() > longest_token) return refused("error.jose.malformed", "the token is too long");
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? std::string_view::npos : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return refused("error.jose.malformed", "the token does not have three parts");
  return TokenParts{token.substr(0, second), token.substr(0, first), token.substr(first + 1, second - first - 1),
                    token.substr(second + 1)};
}

Result<Jwk> jwk_from(const Json& json) {
  ALTING_TRY(key, PublicKey::from_jwk(json));
  const std::string_view named = json.text("alg");
  const auto algorithm = jose_algorithm_from(named);
  if (!named.empty() && !algorithm) return refused("error.jose.key", "the key is for another algorithm");
  if (json.find("use") && json.text("use") != "sig") return refused("error.jose.key", "the key is for another use");
  return Jwk{std::move(key), std::string(json.text("kid")), algorithm};
}

}  // namespace

std::string_view to_text(JoseAlgorithm algorithm) {
  switch (algorithm) {
    case JoseAlgorithm::RS256: return "RS256";
    case JoseAlgorithm::RS384: return "RS384";
    case JoseAlgorithm::RS512: return "RS512";
    case JoseAlgorithm::PS256: return "PS256";
    case JoseAlgorithm::ES256: return "ES256";
  }
  return "";
}

std::optional<JoseAlgorithm> jose_algorithm_from(std::string_view text) {
  for (const JoseAlgorithm algorithm : all_jose_algorithms)
    if (to_text(algorithm) == text) return algorithm;
  return std::nullopt;
}

Jwk to_jwk(const PublicKey& key) {
  return {key, key.thumbprint(), key.type() == KeyType::rsa ? JoseAlgorithm::RS256 : JoseAlgorithm::ES256};
}

Json to_json(const Jwk& jwk) {
  Json out = jwk.key.jwk();
  if (!jwk.kid.empty()) out.set("kid", jwk.kid);
  if (jwk.algorithm) out.set("alg", to_text(*jwk.algorithm));
  out.set("use", "sig");
  return out;
}

Result<JwkSet> JwkSet::from_json(const Json& json) {
  if (!json["keys"].is_array()) return refused("error.jose.malformed", "a set of keys without 'keys'");
  std::vector<Jwk> keys;
  for (const Json& item : json["keys"].items()) {
    if (keys.size() == max_keys) break;
    if (auto jwk = jwk_from(item)) keys.push_back(std::move(*jwk));
  }
  return JwkSet(std::move(keys));
}

Result<JwkSet> JwkSet::parse(std::string_view text) {
  ALTING_TRY(json, Json::parse(text, {.size = longest_set, .depth = 8, .values = 10'000}));
  return from_json(json);
}

Json JwkSet::json() const {
  Json list = Json::array();
  for (const Jwk& jwk : keys_) list.push_back(to_json(jwk));
  return Json::object({{"keys", std::move(list)}});
}

const Jwk* JwkSet::find(std::string_view kid, JoseAlgorithm algorithm) const {
  const Jwk* found = nullptr;
  for (const Jwk& jwk : keys_) {
    if (!is_key_for(jwk, algorithm) || (!kid.empty() && jwk.kid != kid)) continue;
    if (found) return nullptr;  // two could be meant
    found = &jwk;
  }
  return found;
}

std::string sign_jwt(const PrivateKey& key, const Json& claims, const Json& more) {
  if (!claims.is_object()) throw std::logic_error("the claims of a JWT are an object");
  const Jwk jwk = to_jwk(key.public_key());
  Json header = Json::object({{"alg", to_text(*jwk.algorithm)}, {"kid", jwk.kid}, {"typ", "JWT"}});
  if (more.is_object())
    for (const auto& [name, value] : more.members()) {
      if (name == "alg") continue;
      if (value.is_null())
        header.erase(name);
      else
        header.set(name, value);
    }
  std::string token = base::to_base64url(header.dump()) + "." + base::to_base64url(claims.dump());
  const Bytes signature = sign(key, *jwk.algorithm, token);
  return token + "." + base::to_base64url(signature);
}

Result<Jwt> unverified_jwt(std::string_view token) {
  ALTING_TRY(parts, parts_of(token));
  ALTING_TRY(header, decoded_object(parts.header));
  ALTING_TRY(claims, decoded_object(parts.claims));
  return Jwt{std::move(header), std::move(claims)};
}

Result<Jwt> verify_jwt(std::string_view token, const JwkSet& keys, std::initializer_list<JoseAlgorithm> allowed) {
  ALTING_TRY(parts, parts_of(token));
  ALTING_TRY(header, decoded_object(parts.header));
  if (header.find("crit")) return refused("error.jose.malformed", "the token needs an extension");
  const auto algorithm = jose_algorithm_from(header.text("alg"));
  if (!algorithm || std::find(allowed.begin(), allowed.end(), *algorithm) == allowed.end())
    return refused("error.jose.algorithm", "the token's algorithm is not taken");
  const Jwk* jwk = keys.find(header.text("kid"), *algorithm);
  if (!jwk) return refused("error.jose.key", "no key for the token's kid and algorithm");
  const auto signature = base::from_base64url(parts.signature);
  if (!signature || !verify(jwk->key, *algorithm, parts.signed_text, *signature))
    return refused("error.jose.signature", "the token's signature is not right");
  ALTING_TRY(claims, decoded_object(parts.claims));
  return Jwt{std::move(header), std::move(claims)};
}

Result<std::vector<Certificate>> chain_of(const Jwt& jwt) {
  std::vector<Certificate> chain;
  const Json* x5c = jwt.header.find("x5c");
  if (x5c == nullptr) return chain;
  if (!x5c->is_array() || x5c->items().empty() || x5c->items().size() > max_chain)
    return refused("error.jose.malformed", "x5c is no list of certificates");
  for (const Json& item : x5c->items()) {
    const auto der = item.is_string() ? base::from_base64(item.as_string()) : std::nullopt;
    auto certificate = der ? Certificate::from_der(*der) : Result<Certificate>(refused("error.jose.malformed", ""));
    if (!certificate) return refused("error.jose.malformed", "x5c has what is no certificate");
    chain.push_back(std::move(*certificate));
  }
  return chain;
}

}  // namespace alting::crypto
