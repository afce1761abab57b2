#include "login/token_check.h"

#include <algorithm>

#include "base/text.h"
#include "login/issuer_keys.h"
#include "login/token_claims.h"
#include "net/address.h"
#include "parties/organisation_number.h"

namespace alting::login {
namespace {

using base::Json;
using std::unexpected;

constexpr std::string_view actor_authority = "iso6523-actorid-upis";
constexpr std::string_view norwegian_organisation = "0192:";  // ISO 6523 ICD of Enhetsregisteret

std::string ascii_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

bool is_visible_ascii(std::string_view text, std::size_t longest) {
  return !text.empty() && text.size() <= longest &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

std::optional<TokenFault> check_token_audience(const Json& claims, const TokenRules& rules) {
  const Json* named = claims.find("aud");
  if (named == nullptr) return rules.audience_optional ? std::nullopt : std::optional(TokenFault::audience);
  const auto audience = claim_texts(*named);
  if (!audience) return TokenFault::malformed;
  if (std::ranges::find(*audience, rules.audience) == audience->end()) return TokenFault::audience;
  return std::nullopt;
}

std::optional<TokenFault> check_token_times(const Json& claims, const TokenRules& rules) {
  const auto expires = numeric_date(claims["exp"]);
  if (!expires) return TokenFault::malformed;
  if (rules.now - rules.skew >= *expires) return TokenFault::expired;
  const auto issued = numeric_date(claims["iat"]);
  if (!issued || *issued > rules.now + rules.skew || *issued >= *expires) return TokenFault::issued_at;
  if (*expires - *issued > rules.longest) return TokenFault::lifetime;
  if (const Json* begins = claims.find("nbf"); begins != nullptr) {
    const auto from = numeric_date(*begins);
    if (!from) return TokenFault::malformed;
    if (*from > rules.now + rules.skew) return TokenFault::not_yet;
  }
  return std::nullopt;
}

}  // namespace

std::vector<base::Setting> token_settings(TokenOptions& into) {
  return {base::list("tokens.issuers", into.issuers,
                     "issuers whose tokens let systems call the machine interfaces, to the letter: "
                     "`[\"https://maskinporten.no/\"]`. In test mode the built-in one is trusted too"),
          base::text("tokens.audience", into.audience, "what a token's `aud` must name")
              .fallback_in_words("`server.public_url`"),
          base::yes_or_no("tokens.audience_optional", into.audience_optional,
                          "take tokens without `aud` too: those that a client asked for without `resource`"),
          base::whole_number(
              "tokens.skew_seconds", into.skew.micros / 1'000'000,
              [&into](std::int64_t seconds) { into.skew = base::Duration::seconds(seconds); }, {0, 60},
              "how far the issuer's clock may be from ours"),
          base::minutes("tokens.longest_minutes", into.longest, {1, 24 * 60},
                        "tokens that live longer than this are refused"),
          base::hours("tokens.keys_hours", into.keys_kept, {1, 7 * 24},
                      "how long an issuer's keys are kept; an unknown key is looked for at once, at most each minute")};
}

base::Status check_token_options(const TokenOptions& options, terms::Mode mode) {
  const auto refuse = [](std::string why) {
    return base::make_error(base::ErrorKind::invalid, "error.settings", "tokens.issuers: " + std::move(why));
  };
  for (auto one = options.issuers.begin(); one != options.issuers.end(); ++one) {
    const auto address = net::parse_address(*one);
    if (!address || !is_endpoint(*one)) return refuse("'" + *one + "' is no https address");
    if (mode == terms::Mode::production && !address->encrypted) return refuse("https in production");
    if (one->find_first_of("?#") != std::string::npos) return refuse("an issuer has neither query nor fragment");
    if (std::find(std::next(one), options.issuers.end(), *one) != options.issuers.end())
      return refuse("'" + *one + "' is there twice");
  }
  return {};
}

std::string_view to_text(TokenFault fault) {
  switch (fault) {
    case TokenFault::missing: return "missing";
    case TokenFault::malformed: return "malformed";
    case TokenFault::size: return "size";
    case TokenFault::type: return "type";
    case TokenFault::issuer: return "issuer";
    case TokenFault::issuer_unavailable: return "issuer_unavailable";
    case TokenFault::algorithm: return "algorithm";
    case TokenFault::key: return "key";
    case TokenFault::signature: return "signature";
    case TokenFault::audience: return "audience";
    case TokenFault::expired: return "expired";
    case TokenFault::not_yet: return "not_yet";
    case TokenFault::issued_at: return "issued_at";
    case TokenFault::lifetime: return "lifetime";
    case TokenFault::scope: return "scope";
    case TokenFault::consumer: return "consumer";
    case TokenFault::unknown_organisation: return "unknown_organisation";
    case TokenFault::supplier: return "supplier";
    case TokenFault::ended: return "ended";
  }
  return "unknown";
}

base::Error to_error(TokenFault fault) {
  const auto refused = [](std::string_view code, std::string_view detail,
                          base::ErrorKind kind = base::ErrorKind::unauthenticated) {
    return base::make_error(kind, std::string(code), std::string(detail));
  };
  switch (fault) {
    case TokenFault::missing: return refused("error.token.missing", "no bearer token in the header Authorization");
    case TokenFault::malformed: return refused("error.token.malformed", "not a JWT, or a claim of another type");
    case TokenFault::size: return refused("error.token.size", "the token is too long");
    case TokenFault::type: return refused("error.token.type", "not a bearer access token");
    case TokenFault::issuer: return refused("error.token.issuer", "the issuer is not trusted here");
    case TokenFault::issuer_unavailable:
      return refused("error.token.issuer_unavailable", "the issuer's keys cannot be had now",
                     base::ErrorKind::unavailable);
    case TokenFault::algorithm: return refused("error.token.algorithm", "the algorithm is not taken");
    case TokenFault::key: return refused("error.token.key", "the issuer has no such key");
    case TokenFault::signature: return refused("error.token.signature", "the signature is not the issuer's");
    case TokenFault::audience: return refused("error.token.audience", "aud does not name this portal");
    case TokenFault::expired: return refused("error.token.expired", "the token has expired");
    case TokenFault::not_yet: return refused("error.token.not_yet", "the token is not valid yet");
    case TokenFault::issued_at: return refused("error.token.issued_at", "iat is missing, in the future or after exp");
    case TokenFault::lifetime: return refused("error.token.lifetime", "the token lives longer than is taken here");
    case TokenFault::scope:
      return refused("error.token.scope", "the token lacks the scope", base::ErrorKind::forbidden);
    case TokenFault::consumer: return refused("error.token.consumer", "consumer is no organisation number");
    case TokenFault::unknown_organisation:
      return refused("error.token.unknown_organisation", "the consumer is not in the register, or struck off");
    case TokenFault::supplier: return refused("error.token.supplier", "supplier is no other organisation");
    case TokenFault::ended: return refused("error.token.ended", "the client, or what its supplier was let, was ended");
  }
  return refused("error.token.malformed", "");
}

bool is_access_token_type(const Json& header) {
  const Json* type = header.find("typ");
  if (type == nullptr) return true;
  const auto named = ascii_lower(type->text_or(""));
  return named == "jwt" || named == "at+jwt" || named == "application/at+jwt";
}

std::expected<TokenClaims, TokenFault> check_token(const Json& claims, const TokenRules& rules) {
  if (!claims.is_object() || !claims["iss"].is_string()) return unexpected(TokenFault::malformed);
  if (claims.text("iss") != rules.issuer) return unexpected(TokenFault::issuer);
  // A token that is bound to a key (RFC 7800) is good only with a proof of it, which nobody is asked for here.
  if (claims.find("cnf") != nullptr) return unexpected(TokenFault::type);
  if (const Json* type = claims.find("token_type"); type != nullptr && ascii_lower(type->text_or("")) != "bearer")
    return unexpected(TokenFault::type);
  if (const auto fault = check_token_audience(claims, rules)) return unexpected(*fault);
  if (const auto fault = check_token_times(claims, rules)) return unexpected(*fault);

  TokenClaims checked;
  checked.expires = *numeric_date(claims["exp"]);
  checked.client_id = claims.text("client_id");
  if (!is_visible_ascii(checked.client_id, 255)) return unexpected(TokenFault::malformed);
  if (const Json* scope = claims.find("scope"); scope != nullptr) {
    auto scopes = scope->is_string() ? read_scopes(scope->as_string()) : std::nullopt;
    if (!scopes) return unexpected(TokenFault::malformed);
    checked.scopes = std::move(*scopes);
  }
  auto consumer = organisation_of(claims["consumer"], rules.mode);
  if (!consumer) return unexpected(TokenFault::consumer);
  checked.consumer = std::move(*consumer);
  if (const Json* supplier = claims.find("supplier"); supplier != nullptr) {
    checked.supplier = organisation_of(*supplier, rules.mode);
    if (!checked.supplier || *checked.supplier == checked.consumer) return unexpected(TokenFault::supplier);
  }
  return checked;
}

std::optional<std::string> organisation_of(const Json& party, terms::Mode mode) {
  const auto id = party.text("ID");
  if (party.text("authority") != actor_authority || !id.starts_with(norwegian_organisation)) return std::nullopt;
  const auto number = id.substr(norwegian_organisation.size());
  const auto read = parties::read_organisation_number(number, mode);
  if (!read || *read != number) return std::nullopt;  // as it is written, not as it could be mended
  return *read;
}

Json organisation_claim(std::string_view organisation) {
  return Json::object(
      {{"authority", actor_authority}, {"ID", std::string(norwegian_organisation) + std::string(organisation)}});
}

std::optional<std::vector<std::string>> read_scopes(std::string_view text) {
  std::vector<std::string> scopes;
  if (text.empty()) return scopes;
  for (const auto one : base::split(text, ' ')) {
    if (scopes.size() == max_token_scopes || !is_visible_ascii(one, 200) ||
        one.find_first_of("\"\\") != std::string_view::npos)
      return std::nullopt;
    scopes.emplace_back(one);
  }
  return scopes;
}

}  // namespace alting::login
