#include "login/routes.h"

#include "base/log.h"
#include "login/addresses.h"
#include "login/browser_context.h"
#include "login/level.h"
#include "login/return_path.h"
#include "net/address.h"
#include "web/components/components.h"
#include "web/persistent_context.h"

namespace alting::login {
namespace {

using base::Error;
using base::ErrorKind;
using base::make_error;
using web::CookieKind;
using web::Request;
using web::Response;
using web::html::el;
using web::html::Html;

class Pages {
 public:
  explicit Pages(LoginParts parts) : parts_(std::move(parts)), turns_(parts_.turns) {
    if (!parts_.frame) parts_.frame = plain_page;
  }

  Response start(const Request& request) const;
  Response answer(const Request& request) const;
  Response log_out(const Request& request, bool everywhere) const;
  Response go_on(const Request& request) const;
  [[nodiscard]] Response not_left(const Request& request) const;
  [[nodiscard]] Response to_issuer(const Request& request, const Leave& leave) const;
  Response done(const Request& request) const;
  Response front_channel(const Request& request) const;
  [[nodiscard]] base::Json client_jwks() const { return parts_.relying_party.client_jwks(); }

 private:
  [[nodiscard]] std::string t(const Request& request, std::string_view id,
                              const base::Texts::Params& params = {}) const {
    return parts_.texts.format(request.language, id, params);
  }
  [[nodiscard]] Response error_page(const Request& request, const Error& error, std::string_view return_path,
                                    std::optional<terms::AssuranceLevel> level = {}) const;
  [[nodiscard]] Response refused(const Request& request, const AttemptRefused& refused) const;
  [[nodiscard]] Response arrive(const Request& request, const Attempt& attempt, const Arrival& arrival) const;
  [[nodiscard]] BrowserContext browser_context(const Request& request) const {
    return read_browser_context(parts_.cookies.read(request, CookieKind::context).value_or(""));
  }
  [[nodiscard]] std::vector<std::string> remembered(const Request& request, std::string_view method) const;

  // No turn to speak to the issuer: a page whose button asks for the same once more.
  [[nodiscard]] Response busy(const Request& request) const;
  [[nodiscard]] std::optional<IssuerTurns::Turn> take_turn(const Request& request, IssuerTurns::Use use) const {
    return turns_.take(use, request.neighbourhood, request.remote_network);
  }

  LoginParts parts_;
  mutable IssuerTurns turns_;
};

// RFC 6749 section 3.1: a parameter that comes twice makes the request malformed.
bool has_repeated(const Request& request) {
  for (std::size_t i = 0; i < request.query.size(); ++i)
    for (std::size_t j = i + 1; j < request.query.size(); ++j)
      if (request.query[i].first == request.query[j].first) return true;
  return false;
}

terms::AssuranceLevel wanted_level(const Request& request, terms::AssuranceLevel least) {
  const auto asked = level_from_digit(request.query_value(parameter::level));
  return asked && *asked > least ? *asked : least;
}

// Text, heading and a way on: every page of the login that is not as one hoped has these three.
Response Pages::error_page(const Request& request, const Error& error, std::string_view return_path,
                           std::optional<terms::AssuranceLevel> level) const {
  static constexpr std::array<std::string_view, 12> known{
      "login.error.not_fresh", "login.error.mixed_up",      "login.error.cancelled", "login.error.refused",
      "login.error.issuer",    "login.error.not_confirmed", "login.error.level",     "login.error.no_national_id",
      "login.error.expired",   "login.error.unknown",       "login.error.busy",      "login.error.busy_network"};
  const bool ours = std::find(known.begin(), known.end(), error.code) != known.end();
  const bool often = error.code == "error.quota.logins";
  const std::string id = ours ? error.code : often ? "login.error.often" : "login.error.person";
  base::log(base::LogLevel::info, "login.not_done", {{"why", id}, {"code", error.code}});
  const std::string title = t(request, id + ".title");
  Html content = web::ui::heading(1, title) + web::ui::ingress(t(request, id + ".text"));
  if (!ours && parts_.texts.has(error.code))
    content += web::ui::paragraph(parts_.texts.explain(request.language, error));
  content +=
      web::ui::button_row(web::ui::button_link(t(request, "login.again"), start_login_path(return_path, level)) +
                          web::ui::button_link(t(request, "login.home"), route::front, web::ui::Variant::secondary));
  // 401 would need a WWW-Authenticate that browsers do not know: what failed is the login, not this request for a page.
  const int status = often                                                                       ? 429
                     : error.kind == ErrorKind::unavailable || error.kind == ErrorKind::too_many ? 503
                     : error.kind == ErrorKind::invalid                                          ? 400
                                                                                                 : 403;
  auto response = parts_.frame(request, title, content, status, "");
  // What a person chose, or the issuer's silence, is no refusal of ours.
  if (status == 403 && id != "login.error.cancelled" && id != "login.error.expired") response.refused_for = id;
  if (status == 429 || error.kind == ErrorKind::too_many) response.refused_for = id;
  if (status == 503) response.headers.emplace_back("Retry-After", "30");
  for (const auto& [name, value] : error.params)
    if (often && name == "minutes")
      response.headers.emplace_back("Retry-After", std::to_string(60 * std::strtoll(value.c_str(), nullptr, 10)));
  return response;
}

// A link and no form: a form's way is held to our own host (form-action), and this one leads to the issuer. What came
// with an answer of the issuer is still good: nothing was used of it.
Response Pages::busy(const Request& request) const {
  base::log(base::LogLevel::info, "login.not_done", {{"why", "login.error.turns"}});
  const std::string title = t(request, "login.error.turns.title");
  const Html content =
      web::ui::heading(1, title) + web::ui::ingress(t(request, "login.error.turns.text")) +
      web::ui::button_row(
          web::ui::button_link(t(request, "login.error.turns.button"),
                               net::with_query(request.path, {request.query.begin(), request.query.end()})) +
          web::ui::button_link(t(request, "login.home"), route::front, web::ui::Variant::secondary));
  auto response = parts_.frame(request, title, content, 503, "");
  response.headers.emplace_back("Retry-After", "3");
  response.refused_for = "login.error.turns";
  return response;
}

Response Pages::start(const Request& request) const {
  const std::string return_path = safe_return_path(request.query_value(parameter::back_to));
  const auto level = wanted_level(request, parts_.relying_party.settings().least_level);
  // For a page outside that wants the login done anew: no page of ours links to it.
  const bool fresh = request.query_value(parameter::fresh) == "1";
  if (!fresh) {
    const auto session = parts_.sessions.find(request);
    if (session && session->actor.level >= level) return web::redirect(return_path);
  }
  const auto turn = take_turn(request, IssuerTurns::Use::start);
  if (!turn) {
    if (parts_.refused_starts != nullptr) parts_.refused_starts->add();
    return busy(request);
  }
  auto context = browser_context(request);
  const auto before = context;
  if (context.secret.empty()) context.secret = parts_.attempts.new_browser_secret();
  // Anyone can make a link: it counts where the box was ticked, or the way is remembered already.
  const bool wished = context.asked || !remembered_method(parts_.cookies, request).empty();
  context.remember = wished && request.query_value(parameter::remember) == parameter::yes;
  Departure departure;
  departure.language = request.language;
  departure.method = std::string(request.query_value(parameter::method).substr(0, 40));
  const auto attempt = parts_.attempts.begin(context.secret, return_path, level, request.neighbourhood, fresh);
  if (!attempt) {
    if (parts_.refused_starts != nullptr) parts_.refused_starts->add();
    return error_page(request, attempt.error(), return_path, level);
  }
  auto url = parts_.relying_party.begin(*attempt, departure);
  if (!url) return error_page(request, url.error(), return_path, level);
  auto response = web::redirect_away(std::move(*url));
  if (context != before) response.set_cookies.push_back(parts_.cookies.write(CookieKind::context, to_text(context)));
  return response;
}

Response Pages::refused(const Request& request, const AttemptRefused& refused) const {
  using Reason = AttemptRefused::Reason;
  // Going back in the browser, or reloading: the login is done, so go where it led.
  if (refused.reason == Reason::used && parts_.sessions.find(request)) return web::redirect(refused.return_path);
  const bool late = refused.reason == Reason::expired || refused.reason == Reason::used;
  return error_page(request,
                    make_error(ErrorKind::unauthenticated, late ? "login.error.expired" : "login.error.unknown"),
                    refused.return_path);
}

Response Pages::answer(const Request& request) const {
  if (has_repeated(request))
    return error_page(request, make_error(ErrorKind::invalid, "login.error.unknown"), route::front);
  const Answer given{
      std::string(request.query_value(parameter::state)), std::string(request.query_value(parameter::code)),
      std::string(request.query_value(parameter::iss)), std::string(request.query_value(parameter::error))};
  const auto turn = take_turn(request, IssuerTurns::Use::finish);
  if (!turn) return busy(request);
  const auto attempt = parts_.attempts.take(given.state, browser_context(request).secret);
  if (!attempt) return refused(request, attempt.error());
  const auto arrival = parts_.relying_party.finish(*attempt, given);
  if (!arrival) return error_page(request, arrival.error(), attempt->return_path, attempt->level);
  return arrive(request, *attempt, *arrival);
}

Response Pages::arrive(const Request& request, const Attempt& attempt, const Arrival& arrival) const {
  auto person = parts_.parties.sign_in(arrival.claims.national_id);
  if (!person) return error_page(request, person.error(), attempt.return_path);
  if (const auto counted = parts_.sessions.count_login(person->party.id); !counted)
    return error_page(request, counted.error(), attempt.return_path);
  NewSession wanted;
  wanted.actor.kind = terms::ActorKind::person;
  wanted.actor.party = person->party.id;
  wanted.actor.party_uuid = person->party.uuid;
  wanted.actor.user_id = person->user_id;
  wanted.actor.name = person->party.name;
  wanted.actor.level = arrival.claims.level;
  wanted.actor.method = arrival.claims.method;
  wanted.issuer = parts_.relying_party.settings().issuer;
  wanted.issuer_session = arrival.claims.session;
  wanted.id_token = arrival.id_token;
  wanted.logged_in_at = arrival.claims.logged_in_at;
  const auto id = parts_.sessions.open(wanted, request);

  auto response = web::redirect(attempt.return_path);
  response.set_cookies = remembered(request, arrival.claims.method);
  response.set_cookies.push_back(parts_.cookies.write(CookieKind::session, id));
  return response;
}

// The way to log in, when that was asked for; nothing of it else.
std::vector<std::string> Pages::remembered(const Request& request, std::string_view method) const {
  auto context = browser_context(request);
  if (!context.remember) return {};
  context.remember = context.asked = false;
  std::vector<std::string> set{parts_.cookies.write(CookieKind::context, to_text(context))};
  auto kept = web::read_persistent_context(parts_.cookies.read(request, CookieKind::persistent_context).value_or(""));
  kept.login_method = method;
  set.push_back(parts_.cookies.write(CookieKind::persistent_context, web::to_text(kept)));
  return set;
}

Response Pages::log_out(const Request& request, bool everywhere) const {
  if (everywhere) {
    if (const auto session = parts_.sessions.find(request)) parts_.sessions.close_all(session->actor, request.received);
  }
  parts_.sessions.close(request);
  auto response = web::redirect(std::string(route::leave));
  // What pages have kept in the browser goes with the session; cookies stay, for one holds the language chosen.
  response.headers.emplace_back("Clear-Site-Data", "\"cache\", \"storage\"");
  return response;
}

// Logged out here and not at the issuer: the token stays for the button, as long as it is kept.
Response Pages::not_left(const Request& request) const {
  const std::string title = t(request, "login.leaving.unreached.title");
  const Html content =
      web::ui::heading(1, title) + web::ui::ingress(t(request, "login.leaving.unreached.text")) +
      web::ui::button_row(web::ui::button_link(t(request, "login.leaving.unreached.button"), route::leave) +
                          web::ui::button_link(t(request, "login.home"), route::front, web::ui::Variant::secondary));
  auto response = parts_.frame(request, title, content, 503, "");
  response.headers.emplace_back("Retry-After", "10");
  return response;
}

// The cookie holds the key of the sealed id_token, so it goes with this step, which forgets that too. With scripts the
// form goes by itself.
Response Pages::go_on(const Request& request) const {
  // An issuer we know nothing of yet is reached before the token is used up, and with a turn, as by a login. Nobody asks
  // it without a token to give.
  if (!parts_.relying_party.knows_issuer() && parts_.sessions.has_id_token(request)) {
    const auto turn = take_turn(request, IssuerTurns::Use::finish);
    if (!turn || !parts_.relying_party.reach_issuer()) return not_left(request);
  }
  const auto id_token = parts_.sessions.take_id_token(request);
  const auto leave = id_token ? parts_.relying_party.leave(*id_token, request.language) : std::nullopt;
  // A session that is still open (someone was led here without having asked to log out) stays.
  const bool open = parts_.sessions.find(request).has_value();
  auto response =
      leave ? to_issuer(request, *leave) : web::redirect(std::string(open ? route::front : route::logged_out));
  if (!open) response.set_cookies.push_back(parts_.cookies.clear(CookieKind::session));
  return response;
}

Response Pages::to_issuer(const Request& request, const Leave& leave) const {
  Html fields;
  for (const auto& [name, value] : leave.fields)
    fields += el("input", {{"type", "hidden"}, {"name", name}, {"value", value}});
  const std::string title = t(request, "login.leaving.title");
  const Html content = web::ui::heading(1, title) + web::ui::ingress(t(request, "login.leaving.text")) +
                       el("form", {web::html::action(leave.url), {"method", "post"}, {"data-go-on", true}},
                          fields + web::ui::button_row(web::ui::button({.label = t(request, "login.leaving.link")})));
  auto response = parts_.frame(request, title, content, 200, "");
  response.form_targets = parts_.relying_party.issuer_origins();
  return response;
}

Response Pages::done(const Request& request) const {
  const std::string title = t(request, "login.logged_out.title");
  const Html content =
      web::ui::heading(1, title) + web::ui::ingress(t(request, "login.logged_out.text")) +
      web::ui::button_row(web::ui::button_link(t(request, "login.home"), route::front) +
                          web::ui::button_link(t(request, "login.again"), route::log_in, web::ui::Variant::secondary));
  return parts_.frame(request, title, content, 200, "");
}

// OpenID Connect Front-Channel Logout 1.0: a GET from a hidden frame of the issuer's page, without our cookies.
Response Pages::front_channel(const Request& request) const {
  const auto sid = request.query_value(parameter::sid);
  if (!sid.empty() && sid.size() <= 255 && parts_.relying_party.is_issuer(request.query_value(parameter::iss)))
    parts_.sessions.close_by_issuer(parts_.relying_party.settings().issuer, sid, request.received);
  // The same answer whether or not there was such a session.
  auto response = web::page(el("p", web::html::text("ok")));
  response.frame_ancestors = parts_.relying_party.frame_origins();
  return response;
}

}  // namespace

Response plain_page(const Request& request, std::string_view title, const Html& content, int status,
                    std::string_view refresh_to) {
  Html head = el("meta", {{"charset", "utf-8"}}) +
              el("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}}) +
              el("title", web::html::text(title));
  if (!refresh_to.empty())
    head += el("meta", {{"http-equiv", "refresh"}, {"content", "0;url=" + std::string(refresh_to)}});
  return web::page(
      el("html", {{"lang", base::to_text(request.language)}}, el("head", head), el("body", el("main", content))),
      status);
}

void add_routes(web::Router& router, LoginParts parts) {
  const auto pages = std::make_shared<const Pages>(std::move(parts));
  using web::Method;
  // What the operator registers with the issuer (ID-porten takes a jwks_uri or its content).
  router.add_public(std::string(route::client_keys), [pages](const web::PublicRequest&) {
    return web::PublicResponse("application/json", pages->client_jwks().dump(), {.max_age = std::chrono::minutes(5)});
  });
  const auto add = [&](Method method, std::string_view pattern, web::Handler handler) {
    router.add(method, std::string(pattern), std::move(handler));
  };
  add(Method::get, route::start, [pages](const Request& request) { return pages->start(request); });
  add(Method::get, route::answer, [pages](const Request& request) { return pages->answer(request); });
  add(Method::post, route::log_out, [pages](const Request& request) { return pages->log_out(request, false); });
  add(Method::post, route::log_out_everywhere,
      [pages](const Request& request) { return pages->log_out(request, true); });
  add(Method::get, route::leave, [pages](const Request& request) { return pages->go_on(request); });
  add(Method::get, route::logged_out, [pages](const Request& request) { return pages->done(request); });
  add(Method::get, route::front_channel, [pages](const Request& request) { return pages->front_channel(request); });
}

}  // namespace alting::login
