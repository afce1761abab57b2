// One request's view: who reads, in which language, for whom they act; and the ways to answer.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "portal/portal.h"
#include "web/components/components.h"

namespace alting::portal {

namespace html = web::html;
namespace ui = web::ui;
using base::Language;
using html::Html;
using web::Request;
using web::Response;

struct Page {
  std::string title;
  std::string current;  // of the main menu: "inbox", "forms", "access", "activity"
  std::vector<ui::NavLink> crumbs;
  bool wide = false;
  bool with_error = false;
  Html aside;
  int status = 200;
};

class View {
 public:
  View(Services& with, const Request& asked);

  Services& services;
  const Request& request;
  const Language language;
  std::optional<login::Session> session;
  std::optional<parties::Party> party;  // whom the address names

  [[nodiscard]] const terms::Actor& actor() const { return session->actor; }
  [[nodiscard]] std::string t(std::string_view id, const base::Texts::Params& params = {}) const {
    return services.texts.format(language, id, params);
  }
  [[nodiscard]] std::string plural(std::string_view id, std::int64_t count) const {
    return services.texts.plural(language, id, count);
  }
  [[nodiscard]] std::string explain(const base::Error& error) const { return services.texts.explain(language, error); }
  [[nodiscard]] base::Instant now() const { return services.clock.now(); }
  [[nodiscard]] std::string search_text() const;  // what was searched for, cleaned: the first 200 characters of "q"

  // "/a/{party}" + rest
  [[nodiscard]] std::string at_party(std::string_view rest) const {
    return "/a/" + party->uuid.text() + std::string(rest);
  }
  // The page to come back to: this address with its query; of a POST, which has no page, the one the form stood on.
  [[nodiscard]] std::string here() const;
  // The page of this site that the request came from, or `otherwise`.
  [[nodiscard]] std::string page_before(std::string_view otherwise) const;

  // A form of this site, with the anti-forgery token and, when `once`, the one-time id of its POST.
  [[nodiscard]] ui::Form form(std::string action, bool once = false);
  [[nodiscard]] std::string new_post_id();
  // A form whose fields are kept for this person when the session is over before it is posted (login/kept_posts.h). The
  // page that shows it lies at the same path, and asks for kept() when it is shown.
  [[nodiscard]] ui::Form kept_form(std::string action, bool once = false);
  // What was posted to this path when the session was over.
  [[nodiscard]] std::optional<login::KeptPosts::Fields> kept() const;
  // A form that was posted from a page made for another person, who was logged in here before: kept for them when `keep`,
  // and an error for this one, which says whether it was. Nothing is saved as another's.
  [[nodiscard]] base::Status made_for_me(bool keep) const;
  // It is saved now: nothing of it stays.
  void forget_kept(std::string_view place) const { services.kept_posts.forget(actor(), place); }
  // The page to show after the post of this request, which can say what it did: the address carries the post's one-time
  // id, and no words, so that a link cannot claim what was not done. `path` ends before its query, or within it.
  [[nodiscard]] std::string after_post(std::string path) const;
  // Whether the page is shown after a post of this person that did `act`.
  [[nodiscard]] bool did(std::string_view act) const;

  [[nodiscard]] Response show(const Page& page, const Html& content);
  // A helpful page for a refusal; too weak a login leads to the stronger one.
  [[nodiscard]] Response fail(const base::Error& error);
  // What to answer to a form from before a login (web::Router::stale_form): it is kept for whom the page was made for,
  // and shown to them again; the script of a page gets a token of this session. Nothing when it was made for nobody.
  [[nodiscard]] std::optional<Response> lead_on();
  [[nodiscard]] Response with_cookies(Response response);
  // Where one logs in again with this level ("3", "4") and comes back to this page.
  [[nodiscard]] std::string step_up_address(std::string_view level) const { return login_address(level, here()); }

  static constexpr std::string_view mark_field = "keep:for", files_field = "keep:files";

 private:
  [[nodiscard]] Response to_login(const base::Error& error);
  [[nodiscard]] Response answer_to(const base::Error& error);
  [[nodiscard]] Response session_over_fragment() const;
  [[nodiscard]] bool keep_posted() const;
  [[nodiscard]] std::string login_address(std::string_view level, std::string_view back) const;
  [[nodiscard]] ui::SessionWarning session_warning();
  std::optional<web::Cookies::Token> token_;
};

using PageFunction = std::function<Response(View&)>;

// Adds routes whose handler gets a View: open pages, pages that need a login, pages of a party (which needs the right
// to act for it).
class Routes {
 public:
  Routes(web::Router& router, Services& services) : router_(router), services_(services) {}
  void open(web::Method method, std::string pattern, PageFunction function, web::RouteLimits limits = {});
  void personal(web::Method method, std::string pattern, PageFunction function, web::RouteLimits limits = {});
  void of_party(web::Method method, std::string pattern, PageFunction function, web::RouteLimits limits = {});

 private:
  web::Router& router_;
  Services& services_;
};

// Each file of pages adds its own.
void add_open_routes(Routes& routes);
void add_reportee_routes(Routes& routes);
void add_inbox_routes(Routes& routes);
void add_service_routes(Routes& routes);
void add_form_routes(Routes& routes);
void add_overview_routes(Routes& routes);
void add_matter_routes(Routes& routes);
void add_access_routes(Routes& routes);
void add_activity_routes(Routes& routes);
void add_profile_routes(Routes& routes);
void add_verify_routes(Routes& routes);
void add_agency_routes(Routes& routes);

// The page for what was refused before a View could be made, or outside one.
[[nodiscard]] Response error_page(Services& services, const Request& request, const base::Error& error,
                                  std::string_view incident);

// A path of this site to come back to, or `otherwise` when what was given is anything else.
[[nodiscard]] std::string local_path(std::string_view given, std::string_view otherwise);

[[nodiscard]] std::string percent_encode(std::string_view text);  // RFC 3986: all but unreserved characters and '/'

[[nodiscard]] std::string spaced_organisation_number(std::string_view number);
[[nodiscard]] std::string file_size(std::int64_t octets, Language language);
[[nodiscard]] std::string date_in_words(const std::string& date, Language language);  // "2026-12-06"; else as it is
// "Datatilsynet" for "dat": the name its forms give the controller, else the code.
[[nodiscard]] std::string agency_name(const View& view, std::string_view org);
[[nodiscard]] Html time_tag(const View& view, base::Instant at, base::TimeStyle style);
[[nodiscard]] Html deadline_tag(const View& view, base::Instant deadline, bool late_if_passed);

// Says that more is there for a stronger login, where a list left something out for that; else nothing.
[[nodiscard]] Html withheld_note(const View& view, const terms::Scope& scope);

// Of `not_found` where something is and the reader may not know: operators hear of it as a refusal.
inline constexpr std::string_view not_theirs = "it is there, and not theirs";

// A permit for an instance under the party of the address; `path_name` is the route's place for its id.
struct Allowed {
  terms::Permit permit;
  instances::Location at;
};
[[nodiscard]] base::Result<Allowed> allow(const View& view, std::string_view path_name, terms::Action action);

}  // namespace alting::portal
