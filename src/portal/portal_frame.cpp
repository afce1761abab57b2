#include "portal/portal_frame.h"

#include <algorithm>

#include "portal/addresses.h"
#include "portal/words.h"

namespace alting::portal {

namespace {

// The language one chose, with the same address otherwise.
std::vector<ui::LanguageLink> languages(const View& view) {
  std::vector<ui::LanguageLink> links;
  for (const auto language : base::all_languages) {
    const auto code = std::string(base::to_text(language));
    links.push_back({language, view.t("language." + code),
                     with_query(filled(route::language, {code}), {{parameter::back_to, view.here()}}),
                     language == view.language});
  }
  return links;
}

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

// Of the party one acts for, or of oneself.
std::string address_for(const View& view, std::string_view pattern) {
  if (pattern.find('{') == std::string_view::npos) return std::string(pattern);
  return filled(pattern, {(view.party ? view.party->uuid : view.actor().party_uuid).text()});
}

ui::SessionWarning session_warning(const View& view) {
  const auto left = [&view](base::Instant until) {
    return std::max<std::int64_t>(0, (until - view.now()).micros / 1'000'000);
  };
  return {.idle_seconds = left(view.session->idle_ends),
          .left_seconds = left(view.session->ends),
          .title = view.t("session.warning.title"),
          .idle_text = view.t("session.warning.idle"),
          .last_text = view.t("session.warning.last"),
          .stay_label = view.t("session.warning.stay"),
          .stay_address = std::string(route::session),
          .over_title = view.t("session.over.title"),
          .over_text = view.t("session.over.text"),
          .login_label = view.t("session.over.log_in"),
          .login_href = log_in_address(view.here()),
          .close_label = view.t("session.over.close")};
}

}  // namespace

PortalFrame::PortalFrame(const Site& site, std::span<const PageSet> sets, const web::Assets& assets) : site_(site) {
  std::string_view search;
  for (const auto& set : sets) {
    for (const auto& entry : set.menu) menu_.push_back(&entry);
    person_menu_.insert(person_menu_.end(), set.person_menu.begin(), set.person_menu.end());
    footer_.insert(footer_.end(), set.footer.begin(), set.footer.end());
    elsewhere_.insert(elsewhere_.end(), set.elsewhere.begin(), set.elsewhere.end());
    if (!set.search.empty()) search = set.search;
    if (set.when_down) when_down_.push_back(set.when_down);
  }
  std::ranges::sort(menu_, {}, &MenuEntry::order);
  std::ranges::sort(person_menu_, {}, &PageLink::order);
  std::ranges::sort(footer_, {}, &PageLink::order);
  for (const auto language : base::all_languages)
    frames_.emplace_back(frame_words(site_, language, links(footer_, language), search), assets);
}

std::vector<ui::NavLink> PortalFrame::links(const std::vector<PageLink>& of, Language language) const {
  std::vector<ui::NavLink> all;
  for (const auto& one : of) all.push_back({std::string(site_.texts.get(language, one.text)), std::string(one.href)});
  return all;
}

std::vector<ui::NavLink> PortalFrame::menu(const View& view, std::string_view current) const {
  std::vector<ui::NavLink> shown;
  for (const auto* entry : menu_) {
    const bool here = entry->key == current;
    if (!view.session) {
      if (!entry->nobody.empty()) shown.push_back({view.t(entry->text), std::string(entry->nobody), here});
    } else if (entry->each) {
      for (auto& one : entry->each(view, here)) shown.push_back(std::move(one));
    } else {
      shown.push_back({view.t(entry->text), address_for(view, entry->somebody), here});
    }
  }
  return shown;
}

std::string_view PortalFrame::same_place_of_another(std::string_view below) const {
  for (const auto& one : elsewhere_)
    if (below.starts_with(one.below)) return one.to;
  return below;
}

ui::PersonMenu PortalFrame::person(View& view) const {
  ui::PersonMenu menu;
  menu.name = view.actor().name;
  menu.label =
      view.t(view.actor().is_person() ? "site.person_menu" : "site.organisation_menu", {{"name", view.actor().name}});
  menu.links = links(person_menu_, view.language);
  menu.log_out_label = view.t("menu.log_out");
  menu.log_out = view.form(std::string(route::log_out));
  return menu;
}

ui::Representing PortalFrame::representing(const View& view) const {
  const auto& party = *view.party;
  ui::Representing representing;
  representing.label = view.t("site.representing");
  representing.name = party.name;
  representing.oneself = party.id == view.actor().party && view.actor().is_person();
  if (!party.organisation_number.empty())
    representing.detail = view.t("site.orgnr", {{"number", spaced_organisation_number(party.organisation_number)}});
  representing.change_label = view.t("site.change_party");
  representing.change_href = choose_party_address(same_place_of_another(rest_below_party(view.request.path)));
  return representing;
}

Html PortalFrame::when_down(const View& view) const {
  Html all;
  for (const auto& say : when_down_) all += say(view);
  return all;
}

Html PortalFrame::around(View& view, const Page& page, std::string_view current, const Html& content) const {
  ui::PageParts parts;
  parts.title = page.title;
  parts.languages = languages(view);
  parts.menu = menu(view, page.in_menu ? current : "");
  parts.crumbs = page.crumbs;
  parts.wide = page.wide;
  parts.with_error = page.with_error;
  parts.compact = page.compact;
  parts.own_skip_label = page.skip_label;
  parts.skip_to = page.skip_to;
  parts.aside = page.aside;
  if (view.session) {
    parts.person = person(view);
    parts.session_warning = session_warning(view);
    if (view.party) parts.representing = representing(view);
  } else {
    parts.login_href = log_in_address(view.here());
  }
  return frames_[static_cast<std::size_t>(view.language)].page(parts, content);
}

}  // namespace alting::portal
