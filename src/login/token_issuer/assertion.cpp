#include "login/token_issuer/assertion.h"

#include <algorithm>

#include "login/token_check.h"
#include "login/token_claims.h"
#include "net/address.h"
#include "parties/organisation_number.h"

namespace alting::login::token_issuer {
namespace {

using test_issuer::OAuthError;

std::unexpected<OAuthError> refuse_grant(std::string error, std::string description) {
  return std::unexpected(OAuthError{400, std::move(error), std::move(description)});
}

}  // namespace

std::unexpected<OAuthError> invalid_grant(std::string description) {
  return refuse_grant("invalid_grant", std::move(description));
}

std::expected<std::string_view, OAuthError> assertion_in(const web::Fields& form) {
  if (test_issuer::has_repeated(form)) return refuse_grant("invalid_request", "a parameter comes twice");
  if (test_issuer::field(form, "grant_type") != jwt_grant)
    return refuse_grant("unsupported_grant_type", "only " + std::string(jwt_grant));
  const auto assertion = test_issuer::field(form, "assertion");
  if (assertion.empty()) return refuse_grant("invalid_request", "assertion is missing");
  return assertion;
}

std::expected<Assertion, OAuthError> read_assertion(const base::Json& claims, std::string_view issuer,
                                                    base::Instant now, terms::Mode mode) {
  Assertion read;
  read.client_id = claims.text("iss");
  const auto audience = claim_texts(claims["aud"]);
  if (!audience || audience->size() != 1 || audience->front() != issuer)
    return invalid_grant("aud is not this issuer: " + std::string(issuer));
  const auto issued = numeric_date(claims["iat"]), expires = numeric_date(claims["exp"]);
  if (!issued || !expires) return invalid_grant("iat and exp are mandatory");
  if (*issued > now + assertion_skew) return invalid_grant("iat is in the future");
  if (const auto* begins = claims.find("nbf"); begins != nullptr) {  // RFC 7523 section 3, no. 5
    const auto from = numeric_date(*begins);
    if (!from || *from > now + assertion_skew) return invalid_grant("nbf is in the future, or no number");
  }
  if (*expires <= now - assertion_skew) return invalid_grant("exp is past");
  if (*expires <= *issued || *expires - *issued > longest_assertion)
    return invalid_grant("exp is more than 120 seconds after iat, or before it");
  read.jti = claims.text("jti");
  if (read.jti.empty() || read.jti.size() > 200) return invalid_grant("jti is mandatory, at most 200 octets");
  auto scopes = read_scopes(claims.text("scope"));
  if (!scopes || scopes->empty())
    return refuse_grant("invalid_scope", "scope is mandatory: one or more, with single blanks");
  read.scopes = std::move(*scopes);
  if (const auto* consumer = claims.find("consumer_org"); consumer != nullptr) {
    const auto number = parties::read_organisation_number(consumer->text_or(""), mode);
    if (!number || *number != consumer->text_or("")) return invalid_grant("consumer_org is no organisation number");
    read.consumer = *number;
  }
  if (const auto* resource = claims.find("resource"); resource != nullptr) {
    const auto resources = claim_texts(*resource);
    const auto is_address = [](const std::string& one) {
      return net::parse_address(one) && one.find('#') == std::string::npos;
    };
    if (!resources || resources->empty() || !std::ranges::all_of(*resources, is_address))
      return refuse_grant("invalid_target", "resource is no absolute address without a fragment (RFC 8707)");
    read.resources = *resources;
  }
  // What this issuer does not have, it does not pass over: the client would believe that it got it.
  for (const auto* other : {"authorization_details", "pid"})
    if (claims.find(other) != nullptr)
      return refuse_grant("invalid_request", std::string(other) + " is not taken here");
  return read;
}

}  // namespace alting::login::token_issuer
