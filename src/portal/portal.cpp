#include "portal/portal.h"

#include "base/log.h"
#include "portal/addresses.h"
#include "portal/represented.h"

namespace alting::portal {

using base::ErrorKind;

namespace {

Response for_person(View& view, const PageFunction& page) {
  if (!view.session) return view.fail(base::make_error(ErrorKind::unauthenticated, "error.log_in"));
  return page(view);
}

Response for_party(View& view, const PageFunction& page) {
  auto named = represented(view.site, view.actor(), view.request.value(place::party));
  if (!named) return view.fail(named.error());
  view.site.parties.note_represented(named->permit);
  view.party = std::move(named->party);
  return page(view);
}

// Who asks, where that can be told: an open page is shown also while the database does not answer, as to nobody.
std::optional<login::Session> session_if_known(login::Sessions& sessions, const Request& request) {
  try {
    return sessions.find(request);
  } catch (const std::exception& broken) {
    base::log(base::LogLevel::error, "session_unknown", {{"request", request.request_id}, {"error", broken.what()}});
    return std::nullopt;
  }
}

}  // namespace

Portal::Portal(Site site, const web::Assets& assets, std::vector<PageSet> sets)
    : site_(std::move(site)), sets_(std::move(sets)), frame_(site_, sets_, assets) {}

web::Handler Portal::handler(const PageSet& set, const PageRoute& route) const {
  return [this, &set, &route](const Request& request) {
    if (set.shows_forms && site_.before_forms) site_.before_forms();
    const bool of_staff = route.whom == web::Audience::agency && !set.staff_entry.empty();
    View view(site_, frame_, request, of_staff ? set.staff_entry : set.menu_entry);
    const bool open = route.whom == web::Audience::anyone && request.method != Method::post;
    view.session = open ? session_if_known(site_.sessions, request) : site_.sessions.find(request);
    switch (route.whom) {
      case web::Audience::everyone:
      case web::Audience::anyone: return route.page(view);
      case web::Audience::person:
      case web::Audience::agency: return for_person(view, route.page);
      case web::Audience::party: break;
      case web::Audience::system: throw std::logic_error("no page is for machines");
    }
    return for_person(view, [&route](View& of_person) { return for_party(of_person, route.page); });
  };
}

void Portal::add_routes(web::Router& router) const {
  for (const auto& set : sets_) {
    for (const auto& route : set.routes)
      router.add(route.method, route.pattern, handler(set, route), route.limits, route.whom);
  }
  router.set_stale_form([this](const Request& request) {
    View view(site_, frame_, request);
    view.session = site_.sessions.find(request);
    return view.lead_on();
  });
  router.set_error_page([this](const Request& request, const base::Error& error, std::string_view incident) {
    return error_page(request, error, incident);
  });
}

Response Portal::framed(const Request& request, std::string_view title, const Html& content, int status,
                        std::string_view refresh_to) const {
  View view(site_, frame_, request);
  auto response = view.show({.title = std::string(title), .with_error = status >= 400, .status = status}, content);
  if (!refresh_to.empty()) response.headers.emplace_back("Refresh", "0; url=" + std::string(refresh_to));
  return response;
}

Response Portal::error_page(const Request& request, const base::Error& error, std::string_view incident) const {
  View view(site_, frame_, request);
  if (request.wants_json()) return web::problem(error, view.explain(error));
  // Who is logged in stays so on a page that is not there, or with a form too large; when something is broken nothing
  // more is asked for.
  const bool stale = error.code == "error.anti_forgery";
  if (incident.empty() && (error.kind == ErrorKind::not_found || error.kind == ErrorKind::too_large || stale))
    view.session = session_if_known(site_.sessions, request);
  Html content = ui::heading(1, view.title_of(error));
  content += ui::alert({.color = ui::Color::danger, .title = view.explain(error), .urgent = true});
  if (!incident.empty()) content += ui::paragraph(view.t("error.incident_code", {{"incident", std::string(incident)}}));
  content += view.other_ways_for(error);
  const Html home =
      ui::button_link(view.t("error.home"), route::front, stale ? ui::Variant::secondary : ui::Variant::primary);
  Html ways;
  if (stale) {
    const auto before = view.page_before(route::front);
    if (!view.session) ways += ui::button_link(view.t("site.log_in"), log_in_address(before));
    ways +=
        ui::button_link(view.t("error.reopen"), before, view.session ? ui::Variant::primary : ui::Variant::secondary);
  }
  content += ui::button_row(ways + home);
  return view.show({.title = view.title_of(error), .with_error = true, .status = web::status_of(error)}, content);
}

}  // namespace alting::portal
