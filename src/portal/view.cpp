#include "portal/view.h"

#include "base/text.h"
#include "base/typed_text.h"
#include "portal/portal.h"
#include "portal/words.h"

namespace alting::portal {

using base::ErrorKind;
using html::el;
using html::text;

namespace {

// The language one chose, with the same address otherwise.
std::vector<ui::LanguageLink> languages(const View& view) {
  std::vector<ui::LanguageLink> links;
  for (const auto language : base::all_languages) {
    const auto code = std::string(base::to_text(language));
    links.push_back({language, view.t("language." + code), "/sprak/" + code + "?til=" + percent_encode(view.here()),
                     language == view.language});
  }
  return links;
}

}  // namespace

View::View(const Portal& portal, const Request& asked, std::string_view of_menu)
    : site(portal.site()), request(asked), language(asked.language), portal_(portal), menu_entry_(of_menu) {}

std::string View::search_text() const { return base::one_line(base::clean_line(request.query_value("q")), 200); }

std::string View::here() const {
  if (request.method == web::Method::get || request.method == web::Method::head) return request.raw_target;
  return page_before(request.path);
}

std::string View::page_before(std::string_view otherwise) const {
  const auto before = request.header("referer");
  if (!before.starts_with(site.public_url)) return std::string(otherwise);
  return local_path(before.substr(site.public_url.size()), otherwise);
}

std::string View::new_post_id() { return base::Uuid::v4(site.random).text(); }

std::string View::after_post(std::string path) const {
  path += path.find('?') == std::string::npos ? '?' : '&';
  return path + "gjort=" + percent_encode(request.form_value("once"));
}

bool View::did(std::string_view act) const {
  const auto post = request.query_value("gjort");
  return session && !post.empty() && site.was_done(post, actor(), act);
}

ui::Form View::form(std::string action, bool once) {
  if (!token_) token_ = site.cookies.token(request);
  ui::Form form;
  form.action = std::move(action);
  form.token = token_->form_value;
  if (once) form.hidden.emplace_back("once", new_post_id());
  return form;
}

ui::Form View::kept_form(std::string action, bool once) {
  auto made = form(std::move(action), once);
  made.hidden.emplace_back(mark_field, site.kept_posts.mark(actor()));
  return made;
}

std::optional<login::KeptPosts::Fields> View::kept() const { return site.kept_posts.find(actor(), request.path); }

base::Status View::made_for_me(bool keep) const {
  if (!site.kept_posts.is_of_another(request.form_value(mark_field), actor())) return {};
  if (keep && keep_posted())
    return base::make_error(ErrorKind::conflict, "error.form.other_person", "the page was made for another person");
  return base::make_error(ErrorKind::conflict, "error.form.other_person_lost", "the page was made for another person");
}

bool View::keep_posted() const {
  if (request.method != web::Method::post) return false;
  const auto mark = request.form_value(mark_field);
  login::KeptPosts::Fields fields;
  for (const auto& [name, value] : request.form) {
    if (name != "token" && name != mark_field) fields.emplace_back(name, value);
  }
  if (std::any_of(request.uploads.begin(), request.uploads.end(),
                  [](const auto& one) { return !one.file_name.empty(); }))
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
  if (get) return web::redirect(login_address(level_in(error), here()));
  if (keep_posted()) return web::redirect(login_address(level_in(error), request.path));
  const auto title = t(session ? "session.not_kept.weak" : "session.not_kept.title");
  const Html content = ui::heading(1, title) + ui::ingress(t("session.not_kept.text")) +
                       ui::button_row(ui::button_link(t(session ? "login.step_up.title" : "site.log_in"),
                                                      login_address(level_in(error), page_before("/aktor"))));
  return show({.title = title, .in_menu = false, .with_error = true, .status = web::status_of(error)}, content);
}

// The script keeps what was typed on the page; the words say what to do.
Response View::session_over_fragment() const {
  return ui::fragment(
      el("div", {{"id", "saved-state"}, {"aria-live", "assertive"}},
         text(t("form.session_over") + " ") +
             ui::link_in_new_tab(t("session.over.log_in"), "/logg-inn?til=" + percent_encode(page_before("/aktor")))),
      401);
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
    return ui::fragment(el("div", {{"id", "saved-state"}, {"aria-live", "assertive"}}, text(explain(mine.error()))),
                        409);
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

std::string View::login_address(std::string_view level, std::string_view back) const {
  return "/logg-inn?" + (level.empty() ? "" : "niva=" + std::string(level) + "&") + "til=" + percent_encode(back);
}

ui::SessionWarning View::session_warning() {
  const auto left = [this](base::Instant until) {
    return std::max<std::int64_t>(0, (until - now()).micros / 1'000'000);
  };
  return {.idle_seconds = left(session->idle_ends),
          .left_seconds = left(session->ends),
          .title = t("session.warning.title"),
          .idle_text = t("session.warning.idle"),
          .last_text = t("session.warning.last"),
          .stay_label = t("session.warning.stay"),
          .stay_address = "/okt",
          .over_title = t("session.over.title"),
          .over_text = t("session.over.text"),
          .login_label = t("session.over.log_in"),
          .login_href = "/logg-inn?til=" + percent_encode(here()),
          .close_label = t("session.over.close")};
}

Response View::with_cookies(Response response) {
  if (token_ && token_->set_cookie) response.set_cookies.push_back(*token_->set_cookie);
  return response;
}

Response View::show(const Page& wanted, const Html& content) {
  ui::PageParts layout;
  layout.title = wanted.title;
  layout.languages = languages(*this);
  layout.menu = portal_.menu(*this, wanted.in_menu ? menu_entry_ : "");
  layout.crumbs = wanted.crumbs;
  layout.wide = wanted.wide;
  layout.with_error = wanted.with_error;
  layout.aside = wanted.aside;
  if (session) {
    ui::PersonMenu menu;
    menu.name = actor().name;
    menu.label = t("site.person_menu", {{"name", actor().name}});
    menu.links = portal_.person_menu(language);
    menu.log_out_label = t("menu.log_out");
    menu.log_out = form("/logg-ut");
    layout.person = std::move(menu);
    layout.session_warning = session_warning();
    if (party) {
      ui::Representing representing;
      representing.label = t("site.representing");
      representing.name = party->name;
      representing.oneself = party->id == actor().party;
      if (!party->organisation_number.empty())
        representing.detail = t("site.orgnr", {{"number", spaced_organisation_number(party->organisation_number)}});
      representing.change_label = t("site.change_party");
      representing.change_href =
          "/aktor?til=" + percent_encode(portal_.same_place_of_another(request.path.substr(2 + 1 + 36)));
      layout.representing = std::move(representing);
    }
  } else {
    layout.login_href = "/logg-inn?til=" + percent_encode(here());
  }
  return with_cookies(web::page(portal_.frame(language).page(layout, content), wanted.status));
}

// What operators hear of: nobody's name, only what was refused.
static std::string refused_for(const base::Error& error) {
  if (error.kind == ErrorKind::forbidden || error.kind == ErrorKind::level_too_low || error.kind == ErrorKind::too_many)
    return error.code;
  return error.detail == not_theirs ? "error.access.forbidden" : "";
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
  Html content = ui::heading(1, t("error.title"));
  content += ui::alert({.color = error.kind == ErrorKind::forbidden ? ui::Color::warning : ui::Color::danger,
                        .title = explain(error),
                        .urgent = true});
  // Who could give it is an answer to a missing right, not to every refusal.
  if (error.code == "error.access.forbidden") content += ui::prose(html::markdown(t("error.forbidden.help")));
  if (error.kind == ErrorKind::level_too_low && !level_in(error).empty())
    content += ui::button_row(ui::button_link(t("login.step_up.title"), step_up_address(level_in(error))));
  content +=
      ui::button_row(ui::button_link(t("error.home"), "/") +
                     (get ? Html() : ui::button_link(t("error.back"), page_before("/"), ui::Variant::secondary)));
  auto response =
      show({.title = t("error.title"), .in_menu = false, .with_error = true, .status = web::status_of(error)}, content);
  for (const auto& [name, value] : error.params)
    if (error.kind == ErrorKind::too_many && name == "minutes")
      response.headers.emplace_back("Retry-After", std::to_string(60 * std::strtoll(value.c_str(), nullptr, 10)));
  return response;
}

}  // namespace alting::portal
