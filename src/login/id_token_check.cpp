#include "login/id_token_check.h"

#include "login/level.h"
#include "login/token_claims.h"

namespace alting::login {
namespace {

using base::Json;
using std::unexpected;

std::optional<IdTokenFault> check_audience(const Json& claims, const std::string& client_id) {
  const auto audience = claim_texts(claims["aud"]);
  if (!audience) return IdTokenFault::malformed;
  if (std::find(audience->begin(), audience->end(), client_id) == audience->end())
    return IdTokenFault::audience_lacks_client;
  const Json* authorized = claims.find("azp");
  if (authorized != nullptr && !authorized->is_string()) return IdTokenFault::malformed;
  if (audience->size() > 1 && authorized == nullptr) return IdTokenFault::authorized_party_missing;
  if (authorized != nullptr && authorized->as_string() != client_id) return IdTokenFault::authorized_party_differs;
  // Nobody else is trusted with our logins (item 3): a token for others too could be replayed by them.
  if (std::any_of(audience->begin(), audience->end(), [&](const auto& one) { return one != client_id; }))
    return IdTokenFault::audience_has_others;
  return std::nullopt;
}

std::optional<IdTokenFault> check_times(const Json& claims, const IdTokenRules& rules) {
  const auto expires = numeric_date(claims["exp"]);
  const auto issued = numeric_date(claims["iat"]);
  if (!expires || !issued) return IdTokenFault::malformed;
  if (rules.now - rules.skew >= *expires) return IdTokenFault::expired;
  if (*issued > rules.now + rules.skew) return IdTokenFault::issued_in_the_future;
  if (*issued < rules.now - rules.max_age - rules.skew) return IdTokenFault::issued_too_long_ago;
  if (const Json* begins = claims.find("nbf"); begins != nullptr) {
    const auto from = numeric_date(*begins);
    if (!from) return IdTokenFault::malformed;
    if (*from > rules.now + rules.skew) return IdTokenFault::not_yet_valid;
  }
  return std::nullopt;
}

std::optional<IdTokenFault> check_nonce(const Json& claims, const std::string& nonce) {
  const Json* found = claims.find("nonce");
  if (found == nullptr) return IdTokenFault::nonce_missing;
  if (!found->is_string() || nonce.empty() || found->as_string() != nonce) return IdTokenFault::nonce_differs;
  return std::nullopt;
}

// prompt=login is a wish; `auth_time` is the issuer's word that it did so (ASVS 5.0 6.8.4). It is in whole seconds.
std::optional<IdTokenFault> check_fresh(const Json& claims, const IdTokenRules& rules) {
  if (!rules.fresh_since) return std::nullopt;
  const auto logged_in = numeric_date(claims["auth_time"]);
  if (!logged_in) return IdTokenFault::login_time_missing;
  const base::Instant asked{rules.fresh_since->micros / 1'000'000 * 1'000'000};
  if (*logged_in < asked - rules.skew) return IdTokenFault::login_not_fresh;
  return std::nullopt;
}

bool is_subject(std::string_view text) {
  return !text.empty() && text.size() <= 255 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

bool is_eleven_digits(std::string_view text) {
  return text.size() == 11 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::expected<IdTokenClaims, IdTokenFault> check_id_token(const Json& claims, const IdTokenRules& rules) {
  if (!claims.is_object()) return unexpected(IdTokenFault::malformed);
  if (!claims["iss"].is_string()) return unexpected(IdTokenFault::malformed);
  if (claims.text("iss") != rules.issuer) return unexpected(IdTokenFault::issuer_differs);
  if (const auto fault = check_audience(claims, rules.client_id)) return unexpected(*fault);
  if (const auto fault = check_times(claims, rules)) return unexpected(*fault);
  if (const auto fault = check_nonce(claims, rules.nonce)) return unexpected(*fault);
  if (const auto fault = check_fresh(claims, rules)) return unexpected(*fault);

  IdTokenClaims checked;
  if (!is_subject(claims.text("sub"))) return unexpected(IdTokenFault::subject_missing);
  checked.subject = claims.text("sub");
  const auto level = level_of_acr(claims.text("acr"));
  if (!level) return unexpected(IdTokenFault::level_unknown);
  if (*level < rules.least_level) return unexpected(IdTokenFault::level_too_low);
  checked.level = *level;
  if (const auto text = claims.text("pid"); text.empty()) {
    return unexpected(IdTokenFault::national_id_missing);
  } else if (!is_eleven_digits(text)) {
    return unexpected(IdTokenFault::national_id_malformed);
  } else {
    checked.national_id = terms::NationalIdText(std::string(text));
  }
  checked.method = method_name(claim_texts(claims["amr"]).value_or(std::vector<std::string>{}));
  if (const auto sid = claims.text("sid"); sid.size() <= 255) checked.session = sid;
  checked.logged_in_at = numeric_date(claims["auth_time"]);
  return checked;
}

std::string_view to_text(IdTokenFault fault) {
  switch (fault) {
    case IdTokenFault::malformed: return "malformed";
    case IdTokenFault::algorithm_not_allowed: return "algorithm_not_allowed";
    case IdTokenFault::key_unknown: return "key_unknown";
    case IdTokenFault::signature_wrong: return "signature_wrong";
    case IdTokenFault::issuer_differs: return "issuer_differs";
    case IdTokenFault::audience_lacks_client: return "audience_lacks_client";
    case IdTokenFault::audience_has_others: return "audience_has_others";
    case IdTokenFault::authorized_party_missing: return "authorized_party_missing";
    case IdTokenFault::authorized_party_differs: return "authorized_party_differs";
    case IdTokenFault::expired: return "expired";
    case IdTokenFault::issued_in_the_future: return "issued_in_the_future";
    case IdTokenFault::issued_too_long_ago: return "issued_too_long_ago";
    case IdTokenFault::not_yet_valid: return "not_yet_valid";
    case IdTokenFault::nonce_missing: return "nonce_missing";
    case IdTokenFault::nonce_differs: return "nonce_differs";
    case IdTokenFault::level_unknown: return "level_unknown";
    case IdTokenFault::level_too_low: return "level_too_low";
    case IdTokenFault::login_time_missing: return "login_time_missing";
    case IdTokenFault::login_not_fresh: return "login_not_fresh";
    case IdTokenFault::subject_missing: return "subject_missing";
    case IdTokenFault::national_id_missing: return "national_id_missing";
    case IdTokenFault::national_id_malformed: return "national_id_malformed";
  }
  return "unknown";
}

base::Error to_error(IdTokenFault fault) {
  const std::string detail = "id_token: " + std::string(to_text(fault));
  switch (fault) {
    case IdTokenFault::level_too_low:
    case IdTokenFault::level_unknown:
      return base::make_error(base::ErrorKind::level_too_low, "login.error.level", detail);
    case IdTokenFault::login_time_missing:
    case IdTokenFault::login_not_fresh:
      return base::make_error(base::ErrorKind::unauthenticated, "login.error.not_fresh", detail);
    case IdTokenFault::national_id_missing:
      return base::make_error(base::ErrorKind::forbidden, "login.error.no_national_id", detail);
    default: return base::make_error(base::ErrorKind::unauthenticated, "login.error.not_confirmed", detail);
  }
}

}  // namespace alting::login
