// The claims of an id_token, checked one by one in the order of OpenID Connect Core 1.0 section 3.1.3.7. Whether the
// signature is good has been found out before (see issuer_keys.h); here is only what the token says.
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "terms/actor.h"
#include "terms/secret.h"

namespace alting::login {

enum class IdTokenFault : std::uint8_t {
  malformed,                 // RFC 7519 section 7.2: not a JWT, or its claims are not an object of the right types
  algorithm_not_allowed,     // OIDC Core 3.1.3.7 item 7; RFC 8725 section 3.1: "none" and all but RS256, PS256, ES256
  key_unknown,               // item 6: no key of the issuer's set has this `kid`
  signature_wrong,           // item 6
  issuer_differs,            // item 2: `iss` is not exactly the issuer
  audience_lacks_client,     // item 3: `aud` does not name us
  audience_has_others,       // item 3: `aud` names someone we know nothing of
  authorized_party_missing,  // item 4: several audiences need `azp`
  authorized_party_differs,  // item 5
  expired,                   // item 9: now is after `exp`
  issued_in_the_future,      // item 10: `iat` is later than now, beyond the skew
  issued_too_long_ago,       // item 10
  not_yet_valid,             // RFC 7519 section 4.1.5: `nbf`
  nonce_missing,             // item 11
  nonce_differs,             // item 11: made for another login
  level_unknown,             // item 12: `acr` missing or not one of level.h
  level_too_low,             // item 12: below what we asked for
  login_time_missing,        // a fresh login was asked for, and `auth_time` is not there (OIDC Core 3.1.2.1, section 2)
  login_not_fresh,           // `auth_time` is before we asked, beyond the skew
  subject_missing,           // section 2: `sub`, 1 to 255 ASCII characters
  national_id_missing,       // ID-porten: an eIDAS person may have no `pid`
  national_id_malformed,     // not eleven digits
};
[[nodiscard]] std::string_view to_text(IdTokenFault fault);  // "issuer_differs": for the log
// What to tell the person: level and missing national id have pages of their own, the rest is "could not be confirmed".
[[nodiscard]] base::Error to_error(IdTokenFault fault);

struct IdTokenRules {
  std::string issuer;
  std::string client_id;
  std::string nonce;
  terms::AssuranceLevel least_level = terms::AssuranceLevel::substantial;
  std::optional<base::Instant> fresh_since;  // when a login of now was asked for
  base::Instant now;
  base::Duration skew = base::Duration::seconds(30);
  base::Duration max_age =
      base::Duration::minutes(10);  // since `iat`: we get the token from the token endpoint, at once
};

struct IdTokenClaims {
  std::string subject;
  terms::NationalIdText national_id;  // `pid`
  terms::AssuranceLevel level = terms::AssuranceLevel::none;
  std::string method;   // for showing only, from `amr`
  std::string session;  // `sid`, "" when there is none: front-channel logout names it
  // `auth_time`: when the person showed who they are, which may be long before, at another service of the issuer's.
  std::optional<base::Instant> logged_in_at = {};
};

[[nodiscard]] std::expected<IdTokenClaims, IdTokenFault> check_id_token(const base::Json& claims,
                                                                        const IdTokenRules& rules);

}  // namespace alting::login
