#include "portal/portal.h"

namespace alting::portal {

using base::ErrorKind;

namespace {

ui::FrameWords frame_words(const Site& site, Language language, std::vector<ui::NavLink> footer,
                           std::string_view search) {
  const auto t = [&](std::string_view id) { return std::string(site.texts.get(language, id)); };
  ui::FrameWords words;
  words.language = language;
  words.site_name = t("site.name");
  words.home_label = t("site.home");
  words.skip_label = t("site.skip");
  if (site.mode == terms::Mode::test) words.test_banner = t("site.test");
  words.language_label = t("site.language");
  words.search_label = t("site.search");
  words.search_button = t("site.search_button");
  words.search_action = search;
  words.login_label = t("site.log_in");
  words.menu_label = t("site.menu");
  words.crumbs_label = t("site.crumbs");
  words.footer_label = t("site.footer");
  words.footer = std::move(footer);
  words.footer_words = site.texts.format(language, "site.operator", {{"operator", site.run_by.name}});
  words.error_word = t("site.error_word");
  return words;
}

// "/a/{party}/innboks" for the party one acts for, or oneself.
std::string address_of(const View& view, std::string_view pattern) {
  static constexpr std::string_view place = "{party}";
  std::string address(pattern);
  if (const auto at = address.find(place); at != std::string::npos)
    address.replace(at, place.size(), (view.party ? view.party->uuid : view.actor().party_uuid).text());
  return address;
}

Response for_person(View& view, const PageFunction& page) {
  if (!view.session) return view.fail(base::make_error(ErrorKind::unauthenticated, "error.log_in"));
  return page(view);
}

Response for_party(View& view, const PageFunction& page) {
  const auto& site = view.site;
  const auto uuid = terms::PartyUuid::parse(view.request.value("party"));
  auto party = uuid ? site.parties.find(*uuid) : std::nullopt;
  if (!party) return view.fail(base::make_error(ErrorKind::not_found, "error.party.not_found"));
  const auto permit = site.decider.decide(view.actor(), terms::Action::represent,
                                          {.party = party->id, .app = {}, .instance = {}, .task = {}});
  if (!permit) return view.fail(permit.error());
  site.parties.note_represented(*permit);
  view.party = std::move(party);
  return page(view);
}

}  // namespace

Portal::Portal(Site site, const web::Assets& assets, std::vector<PageSet> sets)
    : site_(std::move(site)), sets_(std::move(sets)) {
  std::string_view search;
  for (const auto& set : sets_) {
    for (const auto& entry : set.menu) menu_.push_back(&entry);
    person_menu_.insert(person_menu_.end(), set.person_menu.begin(), set.person_menu.end());
    footer_.insert(footer_.end(), set.footer.begin(), set.footer.end());
    if (!set.search.empty()) search = set.search;
  }
  std::ranges::sort(menu_, {}, &MenuEntry::order);
  std::ranges::sort(person_menu_, {}, &PageLink::order);
  std::ranges::sort(footer_, {}, &PageLink::order);
  for (const auto language : base::all_languages)
    frames_.emplace_back(frame_words(site_, language, links(footer_, language), search), assets);
}

std::vector<ui::NavLink> Portal::links(const std::vector<PageLink>& of, Language language) const {
  std::vector<ui::NavLink> all;
  for (const auto& one : of) all.push_back({std::string(site_.texts.get(language, one.text)), std::string(one.href)});
  return all;
}

std::vector<ui::NavLink> Portal::person_menu(Language language) const { return links(person_menu_, language); }

std::vector<ui::NavLink> Portal::menu(const View& view, std::string_view current) const {
  std::vector<ui::NavLink> shown;
  for (const auto* entry : menu_) {
    const bool here = entry->key == current;
    if (!view.session) {
      if (!entry->nobody.empty()) shown.push_back({view.t(entry->text), std::string(entry->nobody), here});
    } else if (entry->each) {
      for (auto& one : entry->each(view, here)) shown.push_back(std::move(one));
    } else {
      shown.push_back({view.t(entry->text), address_of(view, entry->somebody), here});
    }
  }
  return shown;
}

std::string_view Portal::same_place_of_another(std::string_view place) const {
  for (const auto& set : sets_) {
    for (const auto& one : set.elsewhere)
      if (place.starts_with(one.below)) return one.to;
  }
  return place;
}

web::Handler Portal::handler(const PageSet& set, const PageRoute& route) const {
  return [this, &set, &route](const Request& request) {
    View view(*this, request, set.menu_entry);
    view.session = site_.sessions.find(request);
    switch (route.whom) {
      case web::Audience::everyone:
      case web::Audience::anyone: return route.page(view);
      case web::Audience::person:
      case web::Audience::agency: return for_person(view, route.page);
      case web::Audience::party: break;
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
    View view(*this, request);
    view.session = site_.sessions.find(request);
    return view.lead_on();
  });
  router.set_error_page([this](const Request& request, const base::Error& error, std::string_view incident) {
    return error_page(request, error, incident);
  });
}

Response Portal::framed(const Request& request, std::string_view title, const Html& content, int status,
                        std::string_view refresh_to) const {
  View view(*this, request);
  auto response = view.show({.title = std::string(title), .status = status}, content);
  if (!refresh_to.empty()) response.headers.emplace_back("Refresh", "0; url=" + std::string(refresh_to));
  return response;
}

Response Portal::error_page(const Request& request, const base::Error& error, std::string_view incident) const {
  View view(*this, request);
  if (request.wants_json()) return web::problem(error, view.explain(error));
  // Who is logged in stays so on a page that is not there, or with a form too large; when something is broken nothing
  // more is asked for.
  const bool stale = error.code == "error.anti_forgery";
  if (incident.empty() && (error.kind == ErrorKind::not_found || error.kind == ErrorKind::too_large || stale))
    view.session = site_.sessions.find(request);
  Html content = ui::heading(1, view.t("error.title"));
  content += ui::alert({.color = ui::Color::danger, .title = view.explain(error), .urgent = true});
  if (!incident.empty()) content += ui::paragraph(view.t("error.incident_code", {{"incident", std::string(incident)}}));
  const Html home = ui::button_link(view.t("error.home"), "/", stale ? ui::Variant::secondary : ui::Variant::primary);
  content += ui::button_row((stale ? ui::button_link(view.t("error.reopen"), view.page_before("/")) : Html()) + home);
  return view.show({.title = view.t("error.title"), .with_error = true, .status = web::status_of(error)}, content);
}

}  // namespace alting::portal
