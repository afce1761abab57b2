// View: refusals, what is shown in place of a page, and what happens to what was typed when a session ends between page
// and post.
#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "instances/instance_permits.h"
#include "login/clients.h"
#include "portal/access_request_box.h"
#include "portal/portal_frame.h"
#include "portal/view.h"

namespace alting::portal {

using base::ErrorKind;
using html::text;

bool View::keep_posted() const {
  if (request.method != web::Method::post) return false;
  const auto mark = request.form_value(mark_field);
  login::KeptPosts::Fields fields;
  for (const auto& [name, value] : request.form) {
    if (name == "token" || name == mark_field || name == secret_field) continue;
    // Only what is a public key for sure is stored; of anything else one is told.
    if (name == key_field && !base::trim(value).empty() && !login::read_client_key(value))
      fields.emplace_back(secret_field, login::holds_private_key(value) ? private_key : unread_key);
    else
      fields.emplace_back(name, value);
  }
  if (std::any_of(request.uploads.begin(), request.uploads.end(),
                  [](const auto& upload) { return !upload.file_name.empty(); }))
    fields.emplace_back(files_field, "1");  // files themselves are not kept: one is told
  return site.kept_posts.keep(mark, request.path, fields);
}

// The level a refusal asks for, or "".
static std::string_view level_in(const base::Error& error) {
  for (const auto& [name, value] : error.params) {
    if (name == "level") return value;
  }
  return "";
}

// Leads to the login and back here. What was posted from a page made for someone waits for them; what cannot wait is
// said to be undone, before anyone logs in and believes otherwise.
Response View::to_login(const base::Error& error) {
  const bool get = request.method == web::Method::get || request.method == web::Method::head;
  if (get) return web::redirect(log_in_address(here(), level_in(error)));
  if (keep_posted()) return web::redirect(log_in_address(request.path, level_in(error)));
  const auto title = t(session ? "session.not_kept.weak" : "session.not_kept.title");
  const Html content =
      ui::heading(1, title) + ui::ingress(t("session.not_kept.text")) +
      ui::button_row(ui::button_link(t(session ? "login.step_up.title" : "site.log_in"),
                                     log_in_address(page_before(route::choose_party), level_in(error))));
  return show({.title = title, .in_menu = false, .with_error = true, .status = web::status_of(error)}, content);
}

// The script keeps what was typed on the page; the words say what to do.
Response View::session_over_fragment() const {
  const auto log_in = ui::link_in_new_tab(t("session.over.log_in"), log_in_address(page_before(route::choose_party)));
  return ui::fragment(ui::saved_alert(text(t("form.session_over") + " ") + log_in), 401);
}

std::optional<Response> View::lead_on() {
  const auto mark = request.form_value(mark_field);
  if (!session) {
    if (request.wants_fragment()) return session_over_fragment();
    // Whose page it was does not matter here: it is kept for them alone, and the login asks who one is.
    return mark.empty() ? std::nullopt
                        : std::optional(to_login(base::make_error(ErrorKind::unauthenticated, "error.log_in")));
  }
  if (const auto mine = made_for_me(!request.wants_fragment()); !mine) {
    if (!request.wants_fragment()) return fail(mine.error());
    return ui::fragment(ui::saved_alert(text(explain(mine.error()))), 409);
  }
  if (!site.kept_posts.is_made_for(mark, actor())) return std::nullopt;
  if (request.wants_fragment()) {
    // Only this site's own pages can read the answer, and whoever could would read the page itself.
    auto answer = ui::fragment({}, 403);
    const auto token = site.cookies.token(request);
    answer.headers.emplace_back("Alting-Token", token.form_value);
    if (token.set_cookie) answer.set_cookies.push_back(*token.set_cookie);
    return answer;
  }
  if (keep_posted()) return web::redirect(request.path);
  return std::nullopt;
}

std::string View::title_of(const base::Error& error) const {
  if (error.kind == ErrorKind::not_found || error.kind == ErrorKind::gone) return t("error.missing.title");
  // A form that came too late is forbidden too, and no right is missing.
  const bool right = error.kind == ErrorKind::forbidden && error.code != "error.anti_forgery";
  return t(right ? "error.forbidden.title" : "error.title");
}

Html View::other_ways_for(const base::Error& error) const {
  const auto status = web::status_of(error);
  return status == 429 || status >= 500 ? frame_.when_down(*this) : Html();
}

// What operators hear of: nobody's name, only what was refused.
static std::string refused_for(const base::Error& error) {
  if (error.kind == ErrorKind::forbidden || error.kind == ErrorKind::level_too_low || error.kind == ErrorKind::too_many)
    return error.code;
  return error.detail == instances::not_theirs ? "error.access.forbidden" : "";
}

static std::string_view param_of(const base::Error& error, std::string_view wanted) {
  for (const auto& [name, value] : error.params)
    if (name == wanted) return value;
  return "";
}

// For whom one wanted to act: the address says it, or the choice of a list.
static std::optional<parties::Party> wanted_party(const View& view) {
  if (view.party) return view.party;
  for (const std::string_view id : {std::string_view(view.request.value(place::party)),
                                    std::string_view(view.request.query_value(parameter::party)),
                                    std::string_view(view.request.form_value(parameter::party))})
    if (const auto uuid = terms::PartyUuid::parse(id)) return view.site.parties.find(*uuid);
  return std::nullopt;
}
static std::optional<terms::AppId> wanted_form(const View& view, const base::Error& error) {
  if (const auto app = terms::AppId::parse(param_of(error, "app"))) return app;
  return terms::AppId::make(view.request.value(place::org), view.request.value(place::app));
}

// Why, and what to do about a missing right; the why alone for another refusal. An agency's pages are its staff's: nobody
// else is told to ask for them.
static Html reason_and_help(View& view, const base::Error& error) {
  const Html why = ui::alert({.color = error.kind == ErrorKind::forbidden ? ui::Color::warning : ui::Color::danger,
                              .title = view.explain(error),
                              .urgent = true});
  if (error.kind != ErrorKind::forbidden || !view.session) return why;
  if (error.code == "error.access.not_manager") return why;
  if (is_agencys(view.request.path)) return why + ui::prose(html::markdown(view.t("error.forbidden.agency")));
  if (error.code != "error.access.forbidden") return why;
  // An organisation asks nobody: who manages its access says what its certificates may do.
  if (!view.actor().is_person()) return why + ui::prose(html::markdown(view.t("error.forbidden.organisation")));
  const auto party = wanted_party(view);
  if (!party) return why + ui::prose(html::markdown(view.t("error.forbidden.help")));
  // They act for it already, and may not manage its access.
  if (param_of(error, "role") == "ADMAI")
    return why + ui::paragraph(view.t("error.forbidden.manage", {{"party", party->name}}));
  return access_request_box(view, *party, wanted_form(view, error));  // says why itself, of whom by name
}

Response View::fail(const base::Error& error) {
  auto response = answer_to(error);
  response.refused_for = refused_for(error);
  return response;
}

Response View::answer_to(const base::Error& error) {
  if (error.kind == ErrorKind::unauthenticated && request.wants_fragment()) return session_over_fragment();
  if (error.kind == ErrorKind::unauthenticated) return to_login(error);
  const bool get = request.method == web::Method::get || request.method == web::Method::head;
  if (error.kind == ErrorKind::level_too_low && (get || !request.form_value(mark_field).empty()))
    return to_login(error);
  if (request.wants_json()) return with_cookies(web::problem(error, explain(error)));
  const auto title = title_of(error);
  Html content = ui::heading(1, title);
  content += reason_and_help(*this, error);
  if (error.kind == ErrorKind::level_too_low && !level_in(error).empty())
    content += ui::button_row(ui::button_link(t("login.step_up.title"), step_up_address(level_in(error))));
  content += other_ways_for(error);
  content += ui::button_row(
      ui::button_link(t("error.home"), route::front) +
      (get ? Html() : ui::button_link(t("error.back"), page_before(route::front), ui::Variant::secondary)));
  auto response =
      show({.title = title, .in_menu = false, .with_error = true, .status = web::status_of(error)}, content);
  for (const auto& [name, value] : error.params)
    if (error.kind == ErrorKind::too_many && name == "minutes")
      response.headers.emplace_back("Retry-After", std::to_string(60 * std::strtoll(value.c_str(), nullptr, 10)));
  return response;
}

}  // namespace alting::portal
