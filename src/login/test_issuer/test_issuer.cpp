#include "login/test_issuer/test_issuer.h"

#include "base/bytes.h"
#include "base/log.h"
#include "base/text.h"
#include "base/typed_text.h"
#include "base/uuid.h"
#include "crypto/hash.h"
#include "login/attempts.h"
#include "login/client_key.h"
#include "login/level.h"
#include "login/test_issuer/pages.h"
#include "login/test_issuer/protocol.h"
#include "login/test_issuer/timed_map.h"
#include "net/address.h"
#include "net/http_client.h"

namespace alting::login {
namespace {

using base::Duration;
using base::Json;
using namespace test_issuer;  // NOLINT: the parts of this very thing
using web::CookieKind;
using web::Request;
using web::Response;

constexpr auto request_uri_lives = Duration::seconds(120);
constexpr auto interaction_lives = Duration::minutes(30);
constexpr auto code_lives = Duration::seconds(60);
constexpr auto session_idle = Duration::minutes(30);
constexpr auto max_session = Duration::minutes(120);
constexpr std::string_view request_uri_prefix = "urn:alting:test-issuer:";

// A login under way in one browser.
struct Interaction {
  PushedRequest request;
  std::string browser;  // only the browser that began may go on
  base::Language language = base::Language::nb;
  std::string answer;  // where to go back to, once that is known
};

// A logout under way: whom to tell, and where to go afterwards.
struct Logout {
  std::vector<std::string> logout_uris;
  std::string next;
  base::Language language = base::Language::nb;
};

}  // namespace

struct TestIssuer::Impl {
  Impl(TestIssuerOptions given, crypto::PrivateKey own_key, const web::Cookies& cookie_jar, const base::Texts& words,
       const web::Assets& assets, const base::Clock& time, base::Random& chance)
      : options(std::move(given)),
        key(std::move(own_key)),
        cookies(cookie_jar),
        texts(words),
        clock(time),
        random(chance),
        pages(words, assets),
        clients(options.url, options.clients),
        pairwise_salt(base::to_hex(crypto::sha256({"pairwise", key.public_key().thumbprint()}))) {}

  TestIssuerOptions options;
  crypto::PrivateKey key;
  const web::Cookies& cookies;
  const base::Texts& texts;
  const base::Clock& clock;
  base::Random& random;
  test_issuer::Pages pages;
  ClientAuthentication clients;
  std::string pairwise_salt;
  TimedMap<PushedRequest> pushed;
  TimedMap<Interaction> interactions;
  TimedMap<Grant> codes;
  TimedMap<SsoSession> sessions;  // by the cookie's value
  TimedMap<std::string> session_of_sid;
  TimedMap<Logout> logouts;

  [[nodiscard]] std::string fresh() { return base::to_base64url(random.bytes(24)); }

  // Protocol
  [[nodiscard]] web::PublicResponse metadata() const;
  [[nodiscard]] Response push(const Request& request);
  [[nodiscard]] Response authorize(const Request& request);
  [[nodiscard]] Response token(const Request& request);
  [[nodiscard]] Response end_session(const Request& request);
  // Pages
  [[nodiscard]] Response choose_method(const Request& request);
  [[nodiscard]] Response choose_person(const Request& request);
  [[nodiscard]] Response person_chosen(const Request& request);
  [[nodiscard]] Response cancel(const Request& request);
  [[nodiscard]] Response back_to_client(const Request& request);
  [[nodiscard]] Response back(const Request& request);
  [[nodiscard]] Response logout_page(const Request& request);
  [[nodiscard]] Response front_channel_logout(const Request& request);
  [[nodiscard]] Response after_logout(const Request& request);

  // Helpers
  [[nodiscard]] std::optional<Interaction> interaction_of(const Request& request);
  [[nodiscard]] Response person_page(const Request& request, const Interaction& interaction, const Method& method,
                                     std::string typed, std::string fault);
  [[nodiscard]] std::optional<SsoSession> sso(const Request& request);
  [[nodiscard]] std::string answer_with_code(const PushedRequest& request, const std::string& session_key,
                                             const SsoSession& session);
  [[nodiscard]] std::string answer_with_error(const PushedRequest& request, std::string_view error) const;
};

web::PublicResponse TestIssuer::Impl::metadata() const {
  Json acrs = Json::array(), locales = Json::array();
  for (const auto level : {terms::AssuranceLevel::low, terms::AssuranceLevel::substantial, terms::AssuranceLevel::high})
    acrs.push_back(acr_of_level(level));
  for (const auto language : base::all_languages) locales.push_back(base::to_text(language));
  const Json algorithms = Json::array({"RS256", "PS256", "ES256"});
  const std::string& url = options.url;
  const Json document = Json::object({
      {"issuer", url},
      {"authorization_endpoint", url + "/authorize"},
      {"token_endpoint", url + "/token"},
      {"pushed_authorization_request_endpoint", url + "/par"},
      {"jwks_uri", url + "/jwks"},
      {"end_session_endpoint", url + "/logout"},
      {"scopes_supported", Json::array({"openid", "profile"})},
      {"response_types_supported", Json::array({"code"})},
      {"response_modes_supported", Json::array({"query"})},
      {"grant_types_supported", Json::array({"authorization_code"})},
      {"subject_types_supported", Json::array({"pairwise"})},
      {"id_token_signing_alg_values_supported", Json::array({"RS256"})},
      {"token_endpoint_auth_methods_supported", Json::array({"private_key_jwt"})},
      {"token_endpoint_auth_signing_alg_values_supported", algorithms},
      {"code_challenge_methods_supported", Json::array({"S256"})},
      {"acr_values_supported", acrs},
      {"ui_locales_supported", locales},
      {"claims_supported", Json::array({"iss", "aud", "sub", "pid", "acr", "amr", "auth_time", "iat", "exp", "jti",
                                        "nonce", "locale", "sid"})},
      {"prompt_values_supported", Json::array({"none", "login"})},
      {"request_parameter_supported", false},
      {"request_uri_parameter_supported", false},
      {"require_pushed_authorization_requests", true},
      {"authorization_response_iss_parameter_supported", true},
      {"frontchannel_logout_supported", true},
      {"frontchannel_logout_session_supported", true},
  });
  return {"application/json", document.dump(), {.max_age = std::chrono::minutes(1)}};
}

Response TestIssuer::Impl::push(const Request& request) {
  const auto now = clock.now();
  const auto client = clients.authenticate(request, now);
  if (!client) return to_response(client.error());
  auto wanted = read_pushed_request(request.form, **client);
  if (!wanted) return to_response(wanted.error());
  const std::string uri = std::string(request_uri_prefix) + fresh();
  if (!pushed.add(uri, std::move(*wanted), now, now + request_uri_lives))
    return to_response({503, "temporarily_unavailable", "too many requests wait"});
  return web::json(Json::object({{"request_uri", uri}, {"expires_in", Json(request_uri_lives.micros / 1'000'000)}}),
                   201);
}

std::optional<SsoSession> TestIssuer::Impl::sso(const Request& request) {
  const auto key_of_session = cookies.read(request, CookieKind::session);
  const auto now = clock.now();
  auto session = key_of_session ? sessions.find(*key_of_session, now) : std::nullopt;
  if (!session || now >= session->last_seen + session_idle) return std::nullopt;
  return session;
}

std::string TestIssuer::Impl::answer_with_code(const PushedRequest& request, const std::string& session_key,
                                               const SsoSession& session) {
  const auto now = clock.now();
  sessions.change(session_key, now, [&](SsoSession& stored) {
    stored.last_seen = now;
    if (std::find(stored.clients.begin(), stored.clients.end(), request.client_id) == stored.clients.end())
      stored.clients.push_back(request.client_id);
  });
  const std::string code = fresh();
  if (!codes.add(code, Grant{request, session.sid, session.national_id, session.method, session.started}, now,
                 now + code_lives))
    return answer_with_error(request, "temporarily_unavailable");
  return net::with_query(request.redirect_uri, {{"code", code}, {"state", request.state}, {"iss", options.url}});
}

std::string TestIssuer::Impl::answer_with_error(const PushedRequest& request, std::string_view error) const {
  return net::with_query(request.redirect_uri,
                         {{"error", std::string(error)}, {"state", request.state}, {"iss", options.url}});
}

Response TestIssuer::Impl::authorize(const Request& request) {
  const auto now = clock.now();
  // Used once, like a code: a copied address starts nobody's login again.
  auto wanted = has_repeated(request.query) ? std::nullopt : pushed.take(request.query_value("request_uri"), now);
  if (!wanted || wanted->client_id != request.query_value("client_id"))
    return pages.message(request.language, "issuer.bad_request", 400);

  const auto session = sso(request);
  if (session && !wanted->prompt_login && session->method->level >= wanted->level)
    return web::redirect_away(answer_with_code(*wanted, *cookies.read(request, CookieKind::session), *session));
  if (wanted->prompt_none) return web::redirect_away(answer_with_error(*wanted, "login_required"));

  std::string browser = cookies.read(request, CookieKind::context).value_or("");
  const bool new_browser = browser.size() != 32;
  if (new_browser) browser = fresh();
  const std::string id = fresh();
  const Method* hinted = wanted->hinted;
  const bool skip = hinted != nullptr && hinted->level >= wanted->level;
  const auto language = wanted->language;
  if (!interactions.add(id, Interaction{std::move(*wanted), browser, language, ""}, now, now + interaction_lives))
    return pages.message(request.language, "issuer.busy", 503);
  auto response = web::redirect("/velg/" + id + (skip ? "/" + std::string(hinted->id) : ""));
  if (new_browser) response.set_cookies.push_back(cookies.write(CookieKind::context, browser));
  return response;
}

std::optional<Interaction> TestIssuer::Impl::interaction_of(const Request& request) {
  const auto now = clock.now();
  const std::string id(request.value("interaction"));
  auto interaction = interactions.find(id, now);
  if (!interaction || cookies.read(request, CookieKind::context) != interaction->browser) return std::nullopt;
  if (const auto language = base::language_from(request.query_value("sprak"))) {
    interaction->language = *language;
    interactions.change(id, now, [&](Interaction& stored) { stored.language = *language; });
  }
  return interaction;
}

Response TestIssuer::Impl::choose_method(const Request& request) {
  const auto interaction = interaction_of(request);
  if (!interaction) return pages.message(request.language, "issuer.lost", 404);
  return pages.choose_method(interaction->language, "/velg/" + std::string(request.value("interaction")),
                             interaction->request.level);
}

Response TestIssuer::Impl::person_page(const Request& request, const Interaction& interaction, const Method& method,
                                       std::string typed, std::string fault) {
  const std::string back = "/velg/" + std::string(request.value("interaction"));
  const auto token = cookies.token(request);
  test_issuer::Pages::PersonChoice choice;
  choice.here = back + "/" + std::string(method.id);
  choice.cancel = back + "/avbryt";
  choice.back = back;
  choice.method = &method;
  choice.search = base::one_line(base::clean_line(request.query_value("sok")), 200);
  choice.people = options.people(choice.search);
  if (choice.people.size() > 30) choice.people.resize(30);
  choice.token = token.form_value;
  choice.typed = std::move(typed);
  choice.fault = std::move(fault);
  auto response = pages.choose_person(interaction.language, choice);
  if (token.set_cookie) response.set_cookies.push_back(*token.set_cookie);
  return response;
}

Response TestIssuer::Impl::choose_person(const Request& request) {
  const auto interaction = interaction_of(request);
  const Method* method = find_method(request.value("method"));
  if (!interaction || method == nullptr || method->level < interaction->request.level)
    return pages.message(request.language, "issuer.lost", 404);
  return person_page(request, *interaction, *method, "", "");
}

Response TestIssuer::Impl::person_chosen(const Request& request) {
  const auto now = clock.now();
  const auto interaction = interaction_of(request);
  const Method* method = find_method(request.value("method"));
  if (!interaction || method == nullptr || method->level < interaction->request.level)
    return pages.message(request.language, "issuer.lost", 404);
  const std::string typed(request.has_form("person") ? request.form_value("person") : request.form_value("nummer"));
  const auto number = options.read_number(typed);
  if (!number)
    return person_page(request, *interaction, *method, typed.substr(0, 40),
                       texts.explain(interaction->language, number.error()));

  // A new id for the session with each login: one that was planted is worth nothing.
  if (const auto before = cookies.read(request, CookieKind::session)) (void)sessions.take(*before, now);
  const std::string session_key = fresh();
  SsoSession session{base::Uuid::v4(random).text(), number->reveal(), method, now, now, {}};
  if (!sessions.add(session_key, session, now, now + max_session))
    return pages.message(interaction->language, "issuer.busy", 503);
  (void)session_of_sid.add(session.sid, session_key, now, now + max_session);
  const std::string answer = answer_with_code(interaction->request, session_key, session);
  const std::string id(request.value("interaction"));
  interactions.change(id, now, [&](Interaction& stored) { stored.answer = answer; });
  // Not straight to the client: a browser applies form-action 'self' to every step that follows a POST.
  auto response = web::redirect("/tilbake/" + id);
  response.set_cookies.push_back(cookies.write(CookieKind::session, session_key));
  return response;
}

Response TestIssuer::Impl::cancel(const Request& request) {
  const auto interaction = interaction_of(request);
  if (!interaction) return pages.message(request.language, "issuer.lost", 404);
  (void)interactions.take(std::string(request.value("interaction")), clock.now());
  return web::redirect_away(answer_with_error(interaction->request, "access_denied"));
}

Response TestIssuer::Impl::back_to_client(const Request& request) {
  const auto interaction = interaction_of(request);
  if (!interaction || interaction->answer.empty()) return pages.message(request.language, "issuer.lost", 404);
  return pages.on_the_way(interaction->language, "issuer.going_back",
                          "/tilbake/" + std::string(request.value("interaction")) + "/videre");
}

Response TestIssuer::Impl::back(const Request& request) {
  const auto interaction = interaction_of(request);
  if (!interaction || interaction->answer.empty()) return pages.message(request.language, "issuer.lost", 404);
  (void)interactions.take(std::string(request.value("interaction")), clock.now());
  return web::redirect_away(interaction->answer);
}

Response TestIssuer::Impl::token(const Request& request) {
  const auto now = clock.now();
  const auto client = clients.authenticate(request, now);
  if (!client) return to_response(client.error());
  if (field(request.form, "grant_type") != "authorization_code")
    return to_response({400, "unsupported_grant_type", "only authorization_code"});
  const auto refused = [](std::string why) { return to_response({400, "invalid_grant", std::move(why)}); };
  const auto grant = codes.take(field(request.form, "code"), now);
  if (!grant) return refused("the code is unknown, used or too old");
  if (grant->request.client_id != (*client)->client_id) return refused("the code is another client's");
  if (grant->request.redirect_uri != field(request.form, "redirect_uri")) return refused("redirect_uri differs");
  const auto verifier = field(request.form, "code_verifier");
  if (verifier.size() < 43 || verifier.size() > 128 ||
      !crypto::constant_time_equal(code_challenge(verifier), grant->request.code_challenge))
    return refused("code_verifier does not fit");
  const std::string id_token = crypto::sign_jwt(key, id_token_claims(*grant, options.url, pairwise_salt, now, random));
  return web::json(Json::object({{"access_token", fresh()},
                                 {"token_type", "Bearer"},
                                 {"expires_in", Json(120)},
                                 {"scope", "openid profile"},
                                 {"id_token", id_token}}));
}

Response TestIssuer::Impl::end_session(const Request& request) {
  const auto now = clock.now();
  const web::Fields& given = request.method == web::Method::post ? request.form : request.query;
  // The hint may have expired long ago; that we signed it is what counts (RP-Initiated Logout section 2).
  const auto hint =
      crypto::verify_jwt(field(given, "id_token_hint"), crypto::JwkSet({crypto::to_jwk(key.public_key())}));
  Logout leaving;
  leaving.language = base::language_from(field(given, "ui_locales")).value_or(request.language);
  std::optional<std::string> session_key;
  if (hint) {
    session_key = session_of_sid.find(hint->claims.text("sid"), now);
    const auto client = std::find_if(options.clients.begin(), options.clients.end(),
                                     [&](const auto& one) { return one.client_id == hint->claims.text("aud"); });
    const std::string to(field(given, "post_logout_redirect_uri"));
    if (client != options.clients.end() &&
        std::find(client->post_logout_redirect_uris.begin(), client->post_logout_redirect_uris.end(), to) !=
            client->post_logout_redirect_uris.end()) {
      const std::string state(field(given, "state"));
      leaving.next = state.empty() ? to : net::with_query(to, {{"state", state}});
    }
  } else {
    // Without a hint anyone could log anyone out by a link, so only an own page of the issuer may: there is none, so
    // nothing is ended.
    return pages.message(leaving.language, "issuer.bad_request", 400);
  }
  if (session_key) {
    if (const auto session = sessions.take(*session_key, now)) {
      for (const auto& client : options.clients) {
        const bool knows =
            std::find(session->clients.begin(), session->clients.end(), client.client_id) != session->clients.end();
        if (knows && !client.front_channel_logout_uri.empty())
          leaving.logout_uris.push_back(
              net::with_query(client.front_channel_logout_uri, {{"iss", options.url}, {"sid", session->sid}}));
      }
    }
  }
  const std::string id = fresh();
  if (!logouts.add(id, std::move(leaving), now, now + Duration::minutes(10)))
    return pages.message(request.language, "issuer.busy", 503);
  auto response = web::redirect("/farvel/" + id);
  response.set_cookies.push_back(cookies.clear(CookieKind::session));
  return response;
}

Response TestIssuer::Impl::logout_page(const Request& request) {
  const std::string id(request.value("goodbye"));
  const auto leaving = logouts.find(id, clock.now());
  if (!leaving) return pages.message(request.language, "issuer.goodbye", 200);
  std::vector<std::string> frames;
  std::vector<std::string> origins{options.url};
  for (std::size_t i = 0; i < leaving->logout_uris.size(); ++i) {
    frames.push_back(fmt::format("/farvel/{}/si-fra/{}", id, i));
    if (const auto address = net::parse_address(leaving->logout_uris[i])) origins.push_back(address->origin);
  }
  auto response = leaving->next.empty() && frames.empty()
                      ? pages.message(leaving->language, "issuer.goodbye", 200)
                      : pages.on_the_way(leaving->language, "issuer.goodbye", "/farvel/" + id + "/videre", frames);
  if (!frames.empty()) response.frame_sources = std::move(origins);
  return response;
}

Response TestIssuer::Impl::front_channel_logout(const Request& request) {
  const auto leaving = logouts.find(request.value("goodbye"), clock.now());
  const std::string index(request.value("index"));
  for (std::size_t i = 0; leaving && i < leaving->logout_uris.size(); ++i) {
    if (std::to_string(i) != index) continue;
    auto response = web::redirect_away(leaving->logout_uris[i]);
    response.frame_ancestors = {options.url};
    return response;
  }
  return pages.message(request.language, "issuer.lost", 404);
}

Response TestIssuer::Impl::after_logout(const Request& request) {
  const auto leaving = logouts.take(request.value("goodbye"), clock.now());
  if (!leaving || leaving->next.empty())
    return pages.message(leaving ? leaving->language : request.language, "issuer.goodbye", 200);
  return web::redirect_away(leaving->next);
}

TestIssuer::TestIssuer(terms::Mode mode, TestIssuerOptions options, const web::Cookies& cookies,
                       const base::Texts& texts, const web::Assets& assets, const base::Clock& clock,
                       base::Random& random) {
  if (mode != terms::Mode::test) throw std::logic_error("the test issuer exists in test mode only");
  auto key = load_or_make_key(options.key_file, mode, crypto::KeyType::rsa);
  if (!key) throw std::runtime_error("the test issuer's key: " + key.error().detail);
  impl_ = std::make_unique<Impl>(std::move(options), std::move(*key), cookies, texts, assets, clock, random);
  base::log(base::LogLevel::warning, "login.test_issuer_on", {{"meaning", "anyone may log in as anyone"}});
}

TestIssuer::~TestIssuer() = default;

web::Router TestIssuer::router() {
  web::Router router;
  Impl* const issuer = impl_.get();
  using web::Method;
  using Step = Response (Impl::*)(const Request&);
  const auto add = [&](Method method, const char* pattern, Step step, bool anti_forgery = true) {
    web::RouteLimits limits;
    limits.body = 64 * 1024;
    limits.anti_forgery = anti_forgery;
    router.add(method, pattern, [issuer, step](const Request& request) { return (issuer->*step)(request); }, limits);
  };
  router.add_public("/.well-known/openid-configuration",
                    [issuer](const web::PublicRequest&) { return issuer->metadata(); });
  router.add_public("/jwks", [issuer](const web::PublicRequest&) {
    return web::PublicResponse("application/json",
                               crypto::JwkSet({crypto::to_jwk(issuer->key.public_key())}).json().dump(),
                               {.max_age = std::chrono::minutes(1)});
  });
  router.add(Method::get, "/",
             [issuer](const Request& request) { return issuer->pages.message(request.language, "issuer.home", 200); });
  add(Method::post, "/par", &Impl::push, false);
  add(Method::get, "/authorize", &Impl::authorize);
  add(Method::post, "/token", &Impl::token, false);
  add(Method::get, "/velg/{interaction}", &Impl::choose_method);
  add(Method::get, "/velg/{interaction}/avbryt", &Impl::cancel);
  add(Method::get, "/velg/{interaction}/{method}", &Impl::choose_person);
  add(Method::post, "/velg/{interaction}/{method}", &Impl::person_chosen);
  add(Method::get, "/tilbake/{interaction}", &Impl::back_to_client);
  add(Method::get, "/tilbake/{interaction}/videre", &Impl::back);
  add(Method::get, "/logout", &Impl::end_session);
  add(Method::post, "/logout", &Impl::end_session, false);
  add(Method::get, "/farvel/{goodbye}", &Impl::logout_page);
  add(Method::get, "/farvel/{goodbye}/si-fra/{index}", &Impl::front_channel_logout);
  add(Method::get, "/farvel/{goodbye}/videre", &Impl::after_logout);
  const web::Cookies* const cookies = &issuer->cookies;
  router.set_token_check([cookies](const Request& request) { return cookies->token_is_good(request); });
  router.set_error_page([issuer](const Request& request, const base::Error& error, std::string_view) {
    const bool away = error.kind == base::ErrorKind::unavailable || error.kind == base::ErrorKind::too_many;
    return issuer->pages.message(request.language,
                                 away                                       ? "issuer.busy"
                                 : error.kind == base::ErrorKind::not_found ? "issuer.lost"
                                                                            : "issuer.bad_request",
                                 web::status_of(error.kind));
  });
  return router;
}

}  // namespace alting::login
