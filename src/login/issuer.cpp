#include "login/issuer.h"

#include "base/log.h"
#include "login/addresses.h"

namespace alting::login {
namespace {

using base::Error;
using base::ErrorKind;
using base::Json;
using base::make_error;

constexpr auto fresh_for = base::Duration::hours(24);
constexpr auto stale_for = base::Duration::days(8);
constexpr std::initializer_list<crypto::JoseAlgorithm> algorithms{
    crypto::JoseAlgorithm::RS256, crypto::JoseAlgorithm::PS256, crypto::JoseAlgorithm::ES256};

Error bad_metadata(std::string what) {
  return make_error(ErrorKind::unavailable, "login.error.issuer", "issuer metadata: " + std::move(what));
}

// A list that is left out stands for its defaults (Discovery section 3); one that is there must hold what we use.
bool offers(const Json& document, std::string_view member, std::string_view value) {
  const Json* list = document.find(member);
  if (list == nullptr) return true;
  if (!list->is_array()) return false;
  return std::any_of(list->items().begin(), list->items().end(),
                     [&](const Json& item) { return item.is_string() && item.as_string() == value; });
}

IdTokenFault fault_of(const Error& error) {
  if (error.code == "error.jose.algorithm") return IdTokenFault::algorithm_not_allowed;
  if (error.code == "error.jose.key") return IdTokenFault::key_unknown;
  if (error.code == "error.jose.signature") return IdTokenFault::signature_wrong;
  return IdTokenFault::malformed;
}

}  // namespace

base::Result<IssuerMetadata> read_metadata(const Json& document, std::string_view expected_issuer) {
  IssuerMetadata metadata;
  metadata.issuer = document.text("issuer");
  if (metadata.issuer != expected_issuer) return bad_metadata("it is another issuer's");
  metadata.authorization_endpoint = document.text("authorization_endpoint");
  metadata.token_endpoint = document.text("token_endpoint");
  metadata.par_endpoint = document.text("pushed_authorization_request_endpoint");
  metadata.jwks_uri = document.text("jwks_uri");
  metadata.end_session_endpoint = document.text("end_session_endpoint");
  for (const auto& url :
       {metadata.authorization_endpoint, metadata.token_endpoint, metadata.par_endpoint, metadata.jwks_uri})
    if (!is_endpoint(url)) return bad_metadata("an endpoint is missing or not encrypted");
  if (!metadata.end_session_endpoint.empty() && !is_endpoint(metadata.end_session_endpoint))
    return bad_metadata("end_session_endpoint");
  if (!offers(document, "response_types_supported", "code")) return bad_metadata("no authorization code");
  if (!offers(document, "code_challenge_methods_supported", "S256")) return bad_metadata("no PKCE with S256");
  if (!offers(document, "token_endpoint_auth_methods_supported", "private_key_jwt"))
    return bad_metadata("no private_key_jwt");
  metadata.iss_in_response = document["authorization_response_iss_parameter_supported"].bool_or(false);
  return metadata;
}

Issuer::Issuer(std::string issuer, net::HttpClient& http, const base::Clock& clock)
    : issuer_(std::move(issuer)),
      http_(http),
      clock_(clock),
      keys_(
          [this] {
            return metadata()
                .and_then([this](const IssuerMetadata& known) { return fetch_document(http_, known.jwks_uri); })
                .and_then([](const Json& document) { return crypto::JwkSet::from_json(document); });
          },
          clock, {.allowed = algorithms, .kept = fresh_for}) {}

base::Result<IssuerMetadata> Issuer::metadata() {
  const auto now = clock_.now();
  std::shared_ptr<const Known> known;
  {
    const std::scoped_lock lock(mutex_);
    known = known_;
  }
  if (known && now < known->fetched + fresh_for) return known->metadata;
  // An issuer with a path keeps it before the well-known part (Discovery section 4; RFC 8414 moves it, OpenID Connect
  // does not).
  std::string url = issuer_;
  if (url.ends_with('/')) url.pop_back();
  auto fetched = fetch_document(http_, url + std::string(issuer_metadata)).and_then([&](const Json& document) {
    return read_metadata(document, issuer_);
  });
  if (!fetched) {
    base::log(base::LogLevel::warning, "login.metadata_not_fetched", {{"reason", fetched.error().detail}});
    if (known && now < known->fetched + stale_for) return known->metadata;
    auto error = std::move(fetched.error());
    error.kind = ErrorKind::unavailable;
    error.code = "login.error.issuer";
    return error;
  }
  const std::scoped_lock lock(mutex_);
  known_ = std::make_shared<const Known>(Known{*fetched, now});
  return std::move(*fetched);
}

std::optional<IssuerMetadata> Issuer::known_metadata() const {
  const std::scoped_lock lock(mutex_);
  if (!known_) return std::nullopt;
  return known_->metadata;
}

base::Result<Issuer::Verified> Issuer::verify(std::string_view token) {
  auto verified = keys_.verify(token);
  if (verified) return Verified{std::move(verified->claims), {}};
  if (verified.error().kind == ErrorKind::unavailable) return std::move(verified.error());
  return Verified{std::nullopt, fault_of(verified.error())};
}

}  // namespace alting::login
