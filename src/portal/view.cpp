#include "portal/view.h"

#include "base/text.h"
#include "base/typed_text.h"

namespace alting::portal {

using base::ErrorKind;
using html::el;
using html::href;
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

std::vector<ui::NavLink> main_menu(const View& view, std::string_view current) {
  if (!view.session) return {{view.t("menu.forms"), "/skjema", current == "forms"}};
  const auto base = view.party ? view.at_party("") : "/a/" + view.actor().party_uuid.text();
  std::vector<ui::NavLink> menu{
      {view.t("menu.inbox"), base + "/innboks", current == "inbox"},
      {view.t("menu.forms"), base + "/skjema", current == "forms"},
      {view.t("menu.access"), base + "/tilgang", current == "access"},
      {view.t("menu.activity"), base + "/aktivitet", current == "activity"},
  };
  for (const auto& org : view.services.decider.agencies_of(view.actor())) {
    const auto address = "/etat/" + org;
    const bool here = view.request.path == address || view.request.path.starts_with(address + "/");
    menu.push_back({view.t("menu.agency", {{"org", agency_name(view, org)}}), address, current == "agency" && here});
  }
  return menu;
}

std::vector<ui::NavLink> footer(const base::Texts& texts, Language language) {
  const auto link = [&](std::string_view id, std::string href) {
    return ui::NavLink{std::string(texts.get(language, id)), std::move(href)};
  };
  return {link("footer.privacy", "/personvern"),
          link("footer.cookies", "/personvern/informasjonskapsler"),
          link("footer.accessibility", "/tilgjengelighet"),
          link("footer.verify", "/kvittering"),
          link("footer.status", "/status"),
          link("footer.contact", "/hjelp")};
}

ui::FrameWords frame_words(const base::Texts& texts, Language language, terms::Mode mode,
                           std::string_view operator_name) {
  const auto t = [&](std::string_view id) { return std::string(texts.get(language, id)); };
  ui::FrameWords words;
  words.language = language;
  words.site_name = t("site.name");
  words.home_label = t("site.home");
  words.skip_label = t("site.skip");
  if (mode == terms::Mode::test) words.test_banner = t("site.test");
  words.language_label = t("site.language");
  words.search_label = t("site.search");
  words.search_button = t("site.search_button");
  words.search_action = "/skjema";
  words.login_label = t("site.log_in");
  words.menu_label = t("site.menu");
  words.crumbs_label = t("site.crumbs");
  words.footer_label = t("site.footer");
  words.footer = footer(texts, language);
  words.footer_words = texts.format(language, "site.operator", {{"operator", std::string(operator_name)}});
  words.error_word = t("site.error_word");
  return words;
}

}  // namespace

Frames::Frames(const base::Texts& texts, const web::Assets& assets, terms::Mode mode, std::string_view operator_name) {
  for (const auto language : base::all_languages)
    frames_.emplace_back(frame_words(texts, language, mode, operator_name), assets);
}

View::View(Services& with, const Request& asked) : services(with), request(asked), language(asked.language) {}

// Where one comes when one changes whom one represents: a form or a matter is its party's alone.
static std::string_view same_place_of_another(std::string_view place) {
  if (place.starts_with("/utkast/") || place.starts_with("/sak/")) return "/innboks";
  if (place.starts_with("/tilgang/")) return "/tilgang";
  return place;
}

std::string View::search_text() const { return base::one_line(base::clean_line(request.query_value("q")), 200); }

std::string View::here() const {
  if (request.method == web::Method::get || request.method == web::Method::head) return request.raw_target;
  return page_before(request.path);
}

std::string View::page_before(std::string_view otherwise) const {
  const auto before = request.header("referer");
  if (!before.starts_with(services.public_url)) return std::string(otherwise);
  return local_path(before.substr(services.public_url.size()), otherwise);
}

std::string View::new_post_id() { return base::Uuid::v4(services.random).text(); }

std::string View::after_post(std::string path) const {
  path += path.find('?') == std::string::npos ? '?' : '&';
  return path + "gjort=" + percent_encode(request.form_value("once"));
}

bool View::did(std::string_view act) const {
  const auto post = request.query_value("gjort");
  return session && !post.empty() && services.was_done(post, actor(), act);
}

ui::Form View::form(std::string action, bool once) {
  if (!token_) token_ = services.cookies.token(request);
  ui::Form form;
  form.action = std::move(action);
  form.token = token_->form_value;
  if (once) form.hidden.emplace_back("once", new_post_id());
  return form;
}

ui::Form View::kept_form(std::string action, bool once) {
  auto made = form(std::move(action), once);
  made.hidden.emplace_back(mark_field, services.kept_posts.mark(actor()));
  return made;
}

std::optional<login::KeptPosts::Fields> View::kept() const { return services.kept_posts.find(actor(), request.path); }

base::Status View::made_for_me(bool keep) const {
  if (!services.kept_posts.is_of_another(request.form_value(mark_field), actor())) return {};
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
  return services.kept_posts.keep(mark, request.path, fields);
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
  return show({.title = title, .with_error = true, .status = web::status_of(error)}, content);
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
  if (!services.kept_posts.is_made_for(mark, actor())) return std::nullopt;
  if (request.wants_fragment()) {
    // Only this site's own pages can read the answer, and whoever could would read the page itself.
    auto answer = ui::fragment({}, 403);
    const auto token = services.cookies.token(request);
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
  layout.menu = main_menu(*this, wanted.current);
  layout.crumbs = wanted.crumbs;
  layout.wide = wanted.wide;
  layout.with_error = wanted.with_error;
  layout.aside = wanted.aside;
  if (session) {
    ui::PersonMenu menu;
    menu.name = actor().name;
    menu.label = t("site.person_menu", {{"name", actor().name}});
    menu.links = {
        {t("menu.profile"), "/profil"}, {t("menu.my_activity"), "/aktivitet"}, {t("menu.privacy"), "/personvern"}};
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
      representing.change_href = "/aktor?til=" + percent_encode(same_place_of_another(request.path.substr(2 + 1 + 36)));
      layout.representing = std::move(representing);
    }
  } else {
    layout.login_href = "/logg-inn?til=" + percent_encode(here());
  }
  return with_cookies(web::page(services.frames.of(language).page(layout, content), wanted.status));
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
  auto response = show({.title = t("error.title"), .with_error = true, .status = web::status_of(error)}, content);
  for (const auto& [name, value] : error.params)
    if (error.kind == ErrorKind::too_many && name == "minutes")
      response.headers.emplace_back("Retry-After", std::to_string(60 * std::strtoll(value.c_str(), nullptr, 10)));
  return response;
}

Response framed(Services& services, const Request& request, std::string_view title, const Html& content, int status,
                std::string_view refresh_to) {
  View view(services, request);
  auto response = view.show({.title = std::string(title), .status = status}, content);
  if (!refresh_to.empty()) response.headers.emplace_back("Refresh", "0; url=" + std::string(refresh_to));
  return response;
}

Response error_page(Services& services, const Request& request, const base::Error& error, std::string_view incident) {
  View view(services, request);
  if (request.wants_json()) return web::problem(error, view.explain(error));
  // Who is logged in stays so on a page that is not there, or with a form too large; when something is broken nothing
  // more is asked for.
  const bool stale = error.code == "error.anti_forgery";
  if (incident.empty() && (error.kind == ErrorKind::not_found || error.kind == ErrorKind::too_large || stale))
    view.session = services.sessions.find(request);
  Html content = ui::heading(1, view.t("error.title"));
  content += ui::alert({.color = ui::Color::danger, .title = view.explain(error), .urgent = true});
  if (!incident.empty()) content += ui::paragraph(view.t("error.incident_code", {{"incident", std::string(incident)}}));
  const Html home = ui::button_link(view.t("error.home"), "/", stale ? ui::Variant::secondary : ui::Variant::primary);
  content += ui::button_row((stale ? ui::button_link(view.t("error.reopen"), view.page_before("/")) : Html()) + home);
  return view.show({.title = view.t("error.title"), .with_error = true, .status = web::status_of(error)}, content);
}

void Routes::open(web::Method method, std::string pattern, PageFunction function, web::RouteLimits limits) {
  router_.add(
      method, std::move(pattern),
      [this_services = &services_, function = std::move(function)](const Request& request) {
        View view(*this_services, request);
        view.session = this_services->sessions.find(request);
        return function(view);
      },
      std::move(limits));
}

void Routes::personal(web::Method method, std::string pattern, PageFunction function, web::RouteLimits limits) {
  open(
      method, std::move(pattern),
      [function = std::move(function)](View& view) {
        if (!view.session) return view.fail(base::make_error(ErrorKind::unauthenticated, "error.log_in"));
        return function(view);
      },
      std::move(limits));
}

void Routes::of_party(web::Method method, std::string pattern, PageFunction function, web::RouteLimits limits) {
  personal(
      method, std::move(pattern),
      [function = std::move(function)](View& view) {
        auto& services = view.services;
        const auto uuid = terms::PartyUuid::parse(view.request.value("party"));
        auto party = uuid ? services.parties.find(*uuid) : std::nullopt;
        if (!party) return view.fail(base::make_error(ErrorKind::not_found, "error.party.not_found"));
        const auto permit = services.decider.decide(view.actor(), terms::Action::represent,
                                                    {.party = party->id, .app = {}, .instance = {}, .task = {}});
        if (!permit) return view.fail(permit.error());
        services.parties.note_represented(*permit);
        view.party = std::move(party);
        return function(view);
      },
      std::move(limits));
}

std::string percent_encode(std::string_view given) {
  std::string out;
  for (const char c : given) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string local_path(std::string_view given, std::string_view otherwise) {
  const bool good =
      given.starts_with('/') && !given.starts_with("//") && given.size() <= 1000 &&
      std::none_of(given.begin(), given.end(),
                   [](char c) { return c == '\\' || static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; }) &&
      given.find("%0") == std::string_view::npos &&
      given.find("%1") == std::string_view::npos;  // control characters in disguise
  return std::string(good ? given : otherwise);
}

std::string spaced_organisation_number(std::string_view number) {
  if (number.size() != 9) return std::string(number);
  return fmt::format("{} {} {}", number.substr(0, 3), number.substr(3, 3), number.substr(6));
}

std::string file_size(std::int64_t octets, Language language) {
  const auto decimal = [&](double value, std::string_view unit) {
    auto words = fmt::format("{:.1f} {}", value, unit);
    if (language != Language::en) std::replace(words.begin(), words.end(), '.', ',');
    return words;
  };
  if (octets < 1000) return fmt::format("{} B", octets);
  if (octets < 1'000'000) return fmt::format("{} kB", octets / 1000);
  return decimal(static_cast<double>(octets) / 1e6, "MB");
}

std::string date_in_words(const std::string& date, Language language) {
  const auto noon = base::is_date(date) ? base::from_rfc3339(date + "T12:00:00Z") : std::nullopt;
  return noon ? base::format_local(*noon, base::TimeStyle::date, language) : date;
}

std::string agency_name(const View& view, std::string_view org) {
  for (const auto& app : view.services.apps.all()) {
    if (app->id().org != org) continue;
    const auto name = app->controller(view.language).name;
    if (!name.empty()) return name.substr(0, name.find(" ("));  // without what explains it
  }
  return base::to_upper(org);
}

Html time_tag(const View& view, base::Instant at, base::TimeStyle style) {
  return el("time", {{"datetime", base::to_rfc3339(at)}}, text(base::format_local(at, style, view.language)));
}

Html deadline_tag(const View& view, base::Instant deadline, bool late) {
  const auto now = view.now();
  if (late) return ui::tag(view.t("deadline.late"), ui::Color::danger);
  if (deadline < now) return ui::tag(view.t("deadline.in_time"), ui::Color::success);
  return ui::tag(base::format_relative(deadline, now, view.language),
                 deadline - now < base::Duration::hours(24) ? ui::Color::warning : ui::Color::info);
}

Html withheld_note(const View& view, const terms::Scope& scope) {
  if (!scope.withheld()) return {};
  const auto level = std::to_string(static_cast<int>(*scope.withheld()));
  return ui::alert({.color = ui::Color::info,
                    .title = view.t("list.withheld"),
                    .body = el("p", ui::link(view.t("login.step_up.title"), view.step_up_address(level)))});
}

base::Result<Allowed> allow(const View& view, std::string_view path_name, terms::Action action) {
  const auto id = terms::InstanceId::parse(view.request.value(path_name));
  if (!id) return base::make_error(ErrorKind::not_found, "error.instance.not_found");
  ALTING_TRY(at, view.services.instances.locate(view.party->id, *id));
  const auto decide = [&](terms::Action what) { return view.services.decider.decide(view.actor(), what, at.target()); };
  auto permit = decide(action);
  if (permit) return Allowed{std::move(*permit), std::move(at)};
  const bool forbidden = permit.error().kind == ErrorKind::forbidden;
  // Who may not even read it does not learn that it exists.
  if (forbidden && (action == terms::Action::read || !decide(terms::Action::read)))
    return base::make_error(ErrorKind::not_found, "error.instance.not_found", std::string(not_theirs));
  return std::move(permit.error());
}

void add_routes(web::Router& router, Services& services) {
  Routes routes(router, services);
  add_open_routes(routes);
  add_reportee_routes(routes);
  add_inbox_routes(routes);
  add_service_routes(routes);
  add_form_routes(routes);
  add_overview_routes(routes);
  add_matter_routes(routes);
  add_access_routes(routes);
  add_activity_routes(routes);
  add_profile_routes(routes);
  add_verify_routes(routes);
  add_agency_routes(routes);
  router.set_stale_form([&services](const Request& request) {
    View view(services, request);
    view.session = services.sessions.find(request);
    return view.lead_on();
  });
  router.set_error_page([&services](const Request& request, const base::Error& error, std::string_view incident) {
    return error_page(services, request, error, incident);
  });
}

}  // namespace alting::portal
