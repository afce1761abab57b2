// What a client of the token issuer sends for a token: a JWT that it signed (RFC 7523 section 2.1), with the claims that
// Maskinporten asks for. Here is what it says; whose it is and whether it was used before, TokenIssuer finds out.
#pragma once
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "login/test_issuer/protocol.h"
#include "terms/mode.h"

namespace alting::login::token_issuer {

inline constexpr std::string_view jwt_grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
inline constexpr auto assertion_skew = base::Duration::seconds(10);
inline constexpr auto longest_assertion = base::Duration::seconds(120);

struct Assertion {
  std::string client_id, jti;
  std::vector<std::string> scopes;
  std::optional<std::string> consumer;  // `consumer_org`: whom the client's organisation acts for, when it is another
  std::vector<std::string> resources;   // RFC 8707: what the token is for, and no other
};

// The grant of a form: no field twice, the right type. The assertion in it.
[[nodiscard]] std::expected<std::string_view, test_issuer::OAuthError> assertion_in(const web::Fields& form);

[[nodiscard]] std::expected<Assertion, test_issuer::OAuthError> read_assertion(const base::Json& claims,
                                                                               std::string_view issuer,
                                                                               base::Instant now, terms::Mode mode);

[[nodiscard]] std::unexpected<test_issuer::OAuthError> invalid_grant(std::string description);

}  // namespace alting::login::token_issuer
