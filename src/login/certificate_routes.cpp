#include "login/certificate_routes.h"

#include <algorithm>

#include "base/log.h"
#include "login/addresses.h"
#include "login/browser_context.h"
#include "login/return_path.h"
#include "net/address.h"
#include "web/components/components.h"

namespace alting::login {
namespace {

using base::Error;
using base::ErrorKind;
using base::make_error;
using web::CookieKind;
using web::Request;
using web::Response;
using web::html::Html;

class CertificatePages {
 public:
  explicit CertificatePages(CertificateLoginParts parts) : parts_(std::move(parts)) {
    if (!parts_.frame) parts_.frame = plain_page;
  }
  [[nodiscard]] Response start(const Request& request) const;
  [[nodiscard]] Response answer(const Request& request) const;

 private:
  [[nodiscard]] std::string t(const Request& request, std::string_view id) const {
    return std::string(parts_.texts.get(request.language, id));
  }
  [[nodiscard]] Response refuse(const Request& request, const Error& error, std::string_view return_path) const;
  [[nodiscard]] Response arrive(const Request& request, const std::string& return_path,
                                const CertificateTurns::Kept& came) const;

  CertificateLoginParts parts_;
};

// What the address of an attempt says comes once (RFC 6749 section 3.1).
bool says_twice(const Request& request, std::string_view name) {
  return std::ranges::count(request.query, name, &std::pair<std::string, std::string>::first) > 1;
}

std::string way_back(std::string_view page, std::string_view return_path) {
  return net::with_query(page, {{parameter::back_to, return_path == route::front ? std::string_view() : return_path}},
                         net::Slashes::stay);
}

// How to choose another certificate helps where the certificate was what was refused.
bool is_of_certificate(const Error& error) { return error.code.find(".certificate.") != std::string::npos; }

int status_for(const Error& error) {
  // 401 would need a WWW-Authenticate that browsers do not know: what failed is the login, not this request for a page.
  return error.kind == ErrorKind::unauthenticated ? 403 : web::status_of(error);
}

Response CertificatePages::refuse(const Request& request, const Error& error, std::string_view return_path) const {
  base::log(base::LogLevel::info, "login.not_done", {{"why", "certificate"}, {"code", error.code}});
  const bool has_title = parts_.texts.has(error.code + ".title");
  const std::string title = t(request, has_title ? error.code + ".title" : "certificate.refused.title");
  const std::string words =
      has_title ? t(request, error.code + ".text") : parts_.texts.explain(request.language, error);
  const int status = status_for(error);
  auto response =
      request.wants_json()
          ? web::problem(error, title)
          : parts_.frame(
                request, title,
                web::ui::heading(1, title) + web::ui::ingress(words) +
                    (is_of_certificate(error) ? web::ui::paragraph(t(request, "certificate.refused.help")) : Html()) +
                    web::ui::button_row(
                        web::ui::button_link(t(request, "login.again"), way_back(route::log_in, return_path)) +
                        web::ui::button_link(t(request, "login.home"), route::front, web::ui::Variant::secondary)),
                status, "");
  response.status = status;
  if (status == 429 || status == 503) response.headers.emplace_back("Retry-After", "30");
  if (error.code != "login.error.expired") response.refused_for = error.code;
  return response;
}

Response CertificatePages::start(const Request& request) const {
  const std::string return_path = safe_return_path(request.query_value(parameter::back_to));
  const auto session = parts_.sessions.find(request);
  if (session && session->actor.kind == terms::ActorKind::organisation) return web::redirect(return_path);
  auto context = read_browser_context(parts_.cookies.read(request, CookieKind::context).value_or(""));
  const auto before = context;
  if (context.secret.empty()) context.secret = parts_.attempts.new_browser_secret();
  const auto attempt = parts_.attempts.begin(context.secret, return_path, certificate_level, request.neighbourhood);
  if (!attempt) return refuse(request, attempt.error(), return_path);
  auto response = web::redirect_away(net::with_query(
      parts_.door_url + std::string(route::certificate),
      {{parameter::state, attempt->state},
       {parameter::language, base::to_text(request.language)},
       {parameter::back_to, return_path == route::front ? std::string_view() : std::string_view(return_path)}}));
  if (context != before) response.set_cookies.push_back(parts_.cookies.write(CookieKind::context, to_text(context)));
  return response;
}

Response CertificatePages::answer(const Request& request) const {
  const auto unknown = make_error(ErrorKind::unauthenticated, "login.error.unknown");
  if (says_twice(request, parameter::state) || says_twice(request, parameter::door_code))
    return refuse(request, unknown, route::front);
  const auto state = request.query_value(parameter::state);
  const auto context = read_browser_context(parts_.cookies.read(request, CookieKind::context).value_or(""));
  const auto attempt = parts_.attempts.take(state, context.secret);
  if (!attempt) {
    using Reason = AttemptRefused::Reason;
    const auto& no = attempt.error();
    // Going back in the browser, or reloading: the login is done, so go where it led.
    if (no.reason == Reason::used && parts_.sessions.find(request)) return web::redirect(no.return_path);
    const bool late = no.reason == Reason::expired || no.reason == Reason::used;
    return refuse(request, late ? make_error(ErrorKind::unauthenticated, "login.error.expired") : unknown,
                  no.return_path);
  }
  const auto came = parts_.turns.take(state, request.query_value(parameter::door_code));
  if (!came) return refuse(request, unknown, attempt->return_path);
  return arrive(request, attempt->return_path, *came);
}

Response CertificatePages::arrive(const Request& request, const std::string& return_path,
                                  const CertificateTurns::Kept& came) const {
  const auto party = parts_.parties.find(came.organisation);
  if (!party || party->deleted) return refuse(request, to_error(CertificateFault::organisation_deleted), return_path);
  if (const auto counted = parts_.sessions.count_login(party->id); !counted)
    return refuse(request, counted.error(), return_path);
  const auto id = parts_.certificates.note_login(
      party->id, {came.serial, came.issuer_name, came.fingerprint, came.not_after}, parts_.clock.now());
  if (!id) return refuse(request, id.error(), return_path);
  NewSession wanted;
  wanted.actor.kind = terms::ActorKind::organisation;
  wanted.actor.party = party->id;
  wanted.actor.party_uuid = party->uuid;
  wanted.actor.name = party->name;
  wanted.actor.level = certificate_level;
  wanted.actor.method = certificate_method;
  wanted.actor.credential = std::string(access::certificate_credential) + *id;
  wanted.issuer = came.issuer_name;
  const auto session = parts_.sessions.open(wanted, request);
  auto response = web::redirect(return_path);
  response.set_cookies.push_back(parts_.cookies.write(CookieKind::session, session));
  return response;
}

// The door knows nobody and sets no cookie.
class Door {
 public:
  explicit Door(DoorParts parts) : parts_(std::move(parts)) {}

  [[nodiscard]] Response come_in(const Request& request) const;
  // Its pages lead here, and here leads to the portal: a page links to no other site.
  [[nodiscard]] Response to_portal(const Request& request) const {
    return web::redirect_away(parts_.portal_url +
                              way_back(route::log_in, safe_return_path(request.query_value(parameter::back_to))));
  }
  [[nodiscard]] Response say(const Request& request, const Error& error) const;

 private:
  [[nodiscard]] Response refuse(const Request& request, const Error& error) const;
  [[nodiscard]] base::Result<std::string> keep(const Request& request, std::string_view state) const;
  DoorParts parts_;
};

base::Result<std::string> Door::keep(const Request& request, std::string_view state) const {
  if (says_twice(request, parameter::state) || state.empty() || !parts_.turns.is_awaited(state))
    return make_error(ErrorKind::unauthenticated, "login.error.expired", "no login that was begun waits for this");
  if (request.client_chain_from == web::ChainFrom::not_a_proxy) return to_error(CertificateFault::from_no_proxy);
  ALTING_TRY(certificate, parts_.checks.check(request.client_chain, parts_.clock.now()));
  return parts_.turns.keep(state, certificate);
}

Response Door::come_in(const Request& request) const {
  const auto state = request.query_value(parameter::state);
  const auto code = keep(request, state);
  if (!code) return refuse(request, code.error());
  return web::redirect_away(net::with_query(parts_.portal_url + std::string(route::certificate_answer),
                                            {{parameter::state, state}, {parameter::door_code, *code}}));
}

Response Door::refuse(const Request& request, const Error& error) const {
  base::log(base::LogLevel::info, "login.not_done", {{"why", "certificate"}, {"code", error.code}});
  parts_.metrics
      .counter("alting_certificate_refused_total", "Logins with a certificate that the door refused, by why.",
               {{"why", error.code}})
      .add();
  auto response = say(request, error);
  response.refused_for = error.code;
  return response;
}

Response Door::say(const Request& request, const Error& error) const {
  const auto asked = base::language_from(request.query_value(parameter::language));
  const auto language = asked ? *asked : request.language;
  const auto t = [&](std::string_view id) { return std::string(parts_.texts.get(language, id)); };
  const bool has_title = parts_.texts.has(error.code + ".title");
  const bool missing = error.kind == ErrorKind::not_found && !is_of_certificate(error);
  const std::string title = t(has_title ? error.code + ".title"
                              : missing ? "certificate.door.missing"
                                        : "certificate.refused.title");
  const std::string words = has_title ? t(error.code + ".text") : parts_.texts.explain(language, error);
  const int status = status_for(error);
  Response response;
  if (request.wants_json()) {
    auto told = error;
    if (told.detail.empty()) told.detail = words;
    response = web::problem(told, words);
    std::erase_if(response.headers, [](const auto& header) { return header.first == "WWW-Authenticate"; });
  } else {
    web::ui::Layout layout;
    layout.language = language;
    layout.title = title;
    layout.site_name = t("certificate.door.name");
    const auto back = way_back(route::front, safe_return_path(request.query_value(parameter::back_to)));
    layout.home_href = back;
    layout.skip_label = t("certificate.door.skip");
    layout.footer_words = t("certificate.door.footer");
    if (parts_.mode == terms::Mode::test) layout.test_banner = t("certificate.door.test");
    layout.with_error = true;
    layout.error_word = t("certificate.door.fault");
    Html content = web::ui::heading(1, title) + web::ui::ingress(words) +
                   (is_of_certificate(error) ? web::ui::paragraph(t("certificate.refused.help")) : Html()) +
                   web::ui::button_row(web::ui::button_link(t("certificate.refused.back"), back));
    response = web::page(web::ui::page(layout, parts_.assets, content), status);
  }
  response.status = status;
  return response;
}

}  // namespace

void add_certificate_routes(web::Router& router, CertificateLoginParts parts) {
  const auto pages = std::make_shared<const CertificatePages>(std::move(parts));
  router.add(web::Method::get, std::string(route::certificate),
             [pages](const Request& request) { return pages->start(request); });
  router.add(web::Method::get, std::string(route::certificate_answer),
             [pages](const Request& request) { return pages->answer(request); });
}

void add_door_routes(web::Router& router, DoorParts parts) {
  const auto door = std::make_shared<const Door>(std::move(parts));
  router.add(web::Method::get, std::string(route::front),
             [door](const Request& request) { return door->to_portal(request); });
  router.add(web::Method::get, std::string(route::certificate),
             [door](const Request& request) { return door->come_in(request); });
  router.set_error_page(
      [door](const Request& request, const Error& error, std::string_view) { return door->say(request, error); });
}

}  // namespace alting::login
