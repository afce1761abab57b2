// What is known of the login issuer: its metadata (OpenID Connect Discovery 1.0, RFC 8414) and its keys (RFC 7517),
// fetched when first needed and kept.
//
// Metadata is kept 24 hours, and a week longer when the issuer does not answer; the keys likewise (issuer_keys.h).
#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/jose.h"
#include "login/id_token_check.h"
#include "login/issuer_keys.h"
#include "net/http_client.h"

namespace alting::login {

struct IssuerMetadata {
  std::string issuer;
  std::string authorization_endpoint, token_endpoint, par_endpoint, jwks_uri;
  std::string end_session_endpoint;  // "" when it has none
  bool iss_in_response = false;      // RFC 9207: authorization_response_iss_parameter_supported
};
// Checks what we rely on: the issuer is the expected one to the letter (Discovery section 4.3), the endpoints are
// addresses with TLS (or on this machine), code, PKCE S256 and private_key_jwt are offered where it lists what it
// offers.
[[nodiscard]] base::Result<IssuerMetadata> read_metadata(const base::Json& document, std::string_view expected_issuer);

class Issuer {
 public:
  Issuer(std::string issuer, net::HttpClient& http, const base::Clock& clock);
  [[nodiscard]] const std::string& name() const { return issuer_; }
  [[nodiscard]] base::Result<IssuerMetadata> metadata();
  // As they were fetched last, however long ago; nothing before the first time. Never fetches.
  [[nodiscard]] std::optional<IssuerMetadata> known_metadata() const;
  // Checks the signature and gives the claims; a fault, or an Error (`unavailable`) when the keys cannot be had.
  struct Verified {
    std::optional<base::Json> claims;
    IdTokenFault fault = IdTokenFault::malformed;  // when there are no claims
  };
  [[nodiscard]] base::Result<Verified> verify(std::string_view token);

 private:
  struct Known {
    IssuerMetadata metadata;
    base::Instant fetched;
  };

  std::string issuer_;
  net::HttpClient& http_;
  const base::Clock& clock_;
  mutable std::mutex mutex_;  // guards the pointer; never held while fetching
  std::shared_ptr<const Known> known_;
  IssuerKeys keys_;
};

}  // namespace alting::login
