#include "login/relying_party.h"

#include "base/log.h"
#include "base/uuid.h"
#include "login/level.h"
#include "net/address.h"

namespace alting::login {
namespace {

using base::ErrorKind;
using base::Json;
using base::make_error;

using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t max_token_answer = 64 * 1024;

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

// What may stand in a log: an error code of RFC 6749, nothing a person typed.
std::string error_code(const Json& answer) {
  std::string code;
  for (const char c : answer.text("error").substr(0, 60))
    if ((c >= 'a' && c <= 'z') || c == '_') code += c;
  return code.empty() ? "none given" : code;
}

}  // namespace

RelyingParty::RelyingParty(RelyingPartySettings settings, ClientKey key, net::HttpClient& http,
                           const base::Clock& clock, base::Random& random)
    : settings_(std::move(settings)),
      key_(std::move(key)),
      http_(http),
      clock_(clock),
      random_(random),
      issuer_(settings_.issuer, http, clock) {}

std::string RelyingParty::client_assertion() {
  const auto now = clock_.now().micros / 1'000'000;
  const Json claims = Json::object({{"iss", settings_.client_id},
                                    {"sub", settings_.client_id},
                                    {"aud", settings_.issuer},
                                    {"iat", Json(now)},
                                    {"exp", Json(now + 60)},
                                    {"jti", base::Uuid::v4(random_).text()}});
  if (key_.x5c.empty()) return crypto::sign_jwt(key_.key, claims, Json::object({{"kid", key_.kid}}));
  // A certificate instead of a registered key: ID-porten takes the one header or the other, not both.
  Json chain = Json::array();
  for (const auto& certificate : key_.x5c) chain.push_back(certificate);
  return crypto::sign_jwt(key_.key, claims, Json::object({{"kid", Json()}, {"x5c", std::move(chain)}}));
}

base::Result<Json> RelyingParty::post_form(const std::string& url, Fields fields) {
  fields.emplace_back("client_id", settings_.client_id);
  fields.emplace_back("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
  fields.emplace_back("client_assertion", client_assertion());
  net::HttpRequest request;
  request.method = "POST";
  request.url = url;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  request.body = net::form_encode(fields);
  request.max_answer = max_token_answer;
  ALTING_TRY(answer, http_.send(request));
  auto json = Json::parse(answer.body);
  if (answer.status == 200 || answer.status == 201) return json;
  const std::string reason = json ? error_code(*json) : "no JSON";
  base::log(base::LogLevel::warning, "login.issuer_refused", {{"status", answer.status}, {"error", reason}});
  const bool ours = answer.status >= 400 && answer.status < 500;
  return make_error(ours ? ErrorKind::unauthenticated : ErrorKind::unavailable,
                    ours ? "login.error.refused" : "login.error.issuer", reason);
}

base::Result<std::string> RelyingParty::begin(const Attempt& attempt, const Departure& departure) {
  ALTING_TRY(metadata, issuer_.metadata());
  Fields fields{{"response_type", "code"},
                {"redirect_uri", settings_.redirect_uri()},
                {"scope", joined(settings_.scopes)},
                {"state", attempt.state},
                {"nonce", attempt.nonce},
                {"code_challenge", code_challenge(attempt.code_verifier)},
                {"code_challenge_method", "S256"},
                {"acr_values", std::string(acr_of_level(attempt.level))},
                {"ui_locales", std::string(base::to_text(departure.language))}};
  if (attempt.fresh) {
    fields.emplace_back("prompt", "login");
    // OpenID Connect Core 2: `auth_time`, which check_id_token() then wants to see, must come only when max_age is asked.
    fields.emplace_back("max_age", "0");
  }
  if (settings_.method_hint && !departure.method.empty()) fields.emplace_back("login_hint", "eid:" + departure.method);
  auto pushed = post_form(metadata.par_endpoint, std::move(fields));
  if (!pushed) {
    // Whatever the issuer has against our request, the person can only try again later.
    return make_error(ErrorKind::unavailable, "login.error.issuer", pushed.error().detail);
  }
  const auto request_uri = pushed->text("request_uri");
  if (request_uri.empty() || request_uri.size() > 1000)
    return make_error(ErrorKind::unavailable, "login.error.issuer", "PAR gave no request_uri");
  return net::with_query(metadata.authorization_endpoint,
                         {{"client_id", settings_.client_id}, {"request_uri", std::string(request_uri)}});
}

base::Result<Arrival> RelyingParty::finish(const Attempt& attempt, const Answer& answer) {
  ALTING_TRY(metadata, issuer_.metadata());
  // RFC 9207 section 2.4, before anything else is looked at: the answer of another issuer is none, and its code must
  // not reach ours.
  if (answer.iss.empty() ? metadata.iss_in_response : answer.iss != settings_.issuer)
    return make_error(ErrorKind::unauthenticated, "login.error.mixed_up", "the answer names another issuer, or none");
  if (answer.error == "access_denied") return make_error(ErrorKind::unauthenticated, "login.error.cancelled");
  if (!answer.error.empty())
    return make_error(ErrorKind::unauthenticated, "login.error.refused", "the issuer answered with an error");
  if (answer.code.empty() || answer.code.size() > 2000)
    return make_error(ErrorKind::unauthenticated, "login.error.not_confirmed", "no code");

  ALTING_TRY(tokens, post_form(metadata.token_endpoint, {{"grant_type", "authorization_code"},
                                                         {"code", answer.code},
                                                         {"redirect_uri", settings_.redirect_uri()},
                                                         {"code_verifier", attempt.code_verifier}}));
  Arrival arrival;
  arrival.id_token = tokens.text("id_token");
  ALTING_TRY(verified, issuer_.verify(arrival.id_token));
  IdTokenRules rules;
  rules.issuer = settings_.issuer;
  rules.client_id = settings_.client_id;
  rules.nonce = attempt.nonce;
  rules.least_level = attempt.level;
  if (attempt.fresh) rules.fresh_since = attempt.started;
  rules.now = clock_.now();
  auto claims = verified.claims ? check_id_token(*verified.claims, rules) : std::unexpected(verified.fault);
  if (!claims) {
    base::log(base::LogLevel::warning, "login.id_token_refused", {{"fault", to_text(claims.error())}});
    return to_error(claims.error());
  }
  arrival.claims = std::move(*claims);
  return arrival;
}

base::Status RelyingParty::reach_issuer() {
  ALTING_CHECK(issuer_.metadata());
  return {};
}

std::optional<Leave> RelyingParty::leave(std::string_view id_token, base::Language language) const {
  const auto metadata = issuer_.known_metadata();
  if (!metadata || metadata->end_session_endpoint.empty()) return std::nullopt;
  return Leave{metadata->end_session_endpoint,
               {{"id_token_hint", std::string(id_token)},
                {"post_logout_redirect_uri", settings_.post_logout_redirect_uri()},
                {"client_id", settings_.client_id},
                {"ui_locales", std::string(base::to_text(language))}}};
}

bool RelyingParty::is_issuer(std::string_view iss) const {
  const auto bare = [](std::string_view text) { return text.ends_with('/') ? text.substr(0, text.size() - 1) : text; };
  return bare(iss) == bare(settings_.issuer);
}

std::vector<std::string> RelyingParty::issuer_origins() const {
  std::vector<std::string> origins;
  const auto add = [&](std::string_view url) {
    const auto address = net::parse_address(url);
    if (address && std::find(origins.begin(), origins.end(), address->origin) == origins.end())
      origins.push_back(address->origin);
  };
  add(settings_.issuer);
  if (const auto metadata = issuer_.known_metadata()) {
    add(metadata->authorization_endpoint);  // ID-porten's pages are at login.idporten.no
    add(metadata->end_session_endpoint);
  }
  return origins;
}

std::vector<std::string> RelyingParty::frame_origins() const {
  auto origins = settings_.frame_origins;
  for (auto& one : issuer_origins())
    if (std::find(origins.begin(), origins.end(), one) == origins.end()) origins.push_back(std::move(one));
  return origins;
}

}  // namespace alting::login
