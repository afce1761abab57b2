// What a machine's access token says, checked one thing after another (RFC 9068 section 4, RFC 8725, and what Maskinporten
// puts into its tokens). Whether the signature is good has been found out before; here is only what the token says.
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/setting.h"
#include "base/time.h"
#include "terms/mode.h"

namespace alting::login {

inline constexpr std::size_t max_token = 8 * 1024;  // octets
inline constexpr std::size_t max_token_scopes = 64;

enum class TokenFault : std::uint8_t {
  missing,               // RFC 6750 section 3.1: no token at all
  malformed,             // not a JWT, or a claim has another type than it must have
  size,                  // more than max_token
  type,                  // RFC 9068 section 2.1, RFC 8725 section 3.11: `typ` says that it is no access token
  issuer,                // `iss` is not exactly one that is trusted
  issuer_unavailable,    // its keys cannot be had now
  algorithm,             // "none", an HMAC, or what else is not on the list (RFC 8725 section 3.1)
  key,                   // no key of the issuer's set has this `kid`
  signature,             // it is not the issuer's
  audience,              // `aud` does not name us (RFC 9068 section 4)
  expired,               // `exp`
  not_yet,               // `nbf`
  issued_at,             // `iat` is missing, later than now beyond the skew, or after `exp`
  lifetime,              // it lives longer than is taken here
  scope,                 // not those the interface asks for
  consumer,              // `consumer` is missing, or no organisation number (ISO 6523 ICD 0192)
  unknown_organisation,  // it is not in the register, or struck off
  supplier,              // `supplier` is there, and no organisation of the register, or the consumer itself
  ended,                 // the client was ended, or its supplier's right to act for the consumer was
};
inline constexpr std::size_t token_faults = 19;

[[nodiscard]] std::string_view to_text(TokenFault fault);  // "unknown_organisation": for the log and what is counted
[[nodiscard]] base::Error to_error(TokenFault fault);      // error.token.<fault>

// Settings tokens.*.
struct TokenOptions {
  std::vector<std::string> issuers;  // "https://maskinporten.no/": to the letter
  std::string audience;              // "": server.public_url
  bool audience_optional = false;    // tokens without `aud` are taken
  base::Duration skew = base::Duration::seconds(10);
  base::Duration longest = base::Duration::minutes(60);
  base::Duration keys_kept = base::Duration::hours(24);
};
[[nodiscard]] std::vector<base::Setting> token_settings(TokenOptions& into);
// error.settings: an issuer that is no address with TLS (in test mode also on this machine), or is there twice.
[[nodiscard]] base::Status check_token_options(const TokenOptions& options, terms::Mode mode);

struct TokenRules {
  std::string issuer, audience;
  bool audience_optional = false;
  base::Instant now;
  base::Duration skew, longest;
  terms::Mode mode = terms::Mode::production;
};

struct TokenClaims {
  std::string client_id, consumer;
  std::optional<std::string> supplier;
  std::vector<std::string> scopes;
  base::Instant expires;
};

// `typ` of the header: none, "JWT" or "at+jwt".
[[nodiscard]] bool is_access_token_type(const base::Json& header);
[[nodiscard]] std::expected<TokenClaims, TokenFault> check_token(const base::Json& claims, const TokenRules& rules);

// The organisation number in {"authority": "iso6523-actorid-upis", "ID": "0192:..."}.
[[nodiscard]] std::optional<std::string> organisation_of(const base::Json& party, terms::Mode mode);
[[nodiscard]] base::Json organisation_claim(std::string_view organisation);

// Split at single blanks (RFC 6749 section 3.3); nothing when it is no list of scopes, or longer than max_token_scopes.
[[nodiscard]] std::optional<std::vector<std::string>> read_scopes(std::string_view text);
}  // namespace alting::login
