// The page around every page: the site's name, languages, menu and footer, whom one represents, and what is said of the
// session. Menu and footer are what the page sets say.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "portal/page_set.h"
#include "portal/site.h"
#include "web/components/layout.h"

namespace alting::portal {

class PortalFrame {
 public:
  // Both outlive it. `assets`: for the addresses of style sheet and script.
  PortalFrame(const Site& site, std::span<const PageSet> sets, const web::Assets& assets);
  PortalFrame(const PortalFrame&) = delete;
  PortalFrame& operator=(const PortalFrame&) = delete;

  // The whole document. `current`: the key of the menu entry where one is, or "".
  [[nodiscard]] Html around(View& view, const Page& page, std::string_view current, const Html& content) const;
  // What the page sets say where the portal cannot serve (PageSet::when_down).
  [[nodiscard]] Html when_down(const View& view) const;

 private:
  [[nodiscard]] std::vector<ui::NavLink> menu(const View& view, std::string_view current) const;
  [[nodiscard]] std::vector<ui::NavLink> links(const std::vector<PageLink>& of, Language language) const;
  [[nodiscard]] ui::PersonMenu person(View& view) const;
  [[nodiscard]] ui::Representing representing(const View& view) const;
  [[nodiscard]] std::string_view same_place_of_another(std::string_view below) const;

  const Site& site_;
  std::vector<const MenuEntry*> menu_;          // in their order
  std::vector<PageLink> person_menu_, footer_;  // likewise
  std::vector<Elsewhere> elsewhere_;
  std::vector<std::function<Html(const View&)>> when_down_;
  std::vector<ui::Frame> frames_;  // by language
};

}  // namespace alting::portal
