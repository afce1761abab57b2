// The pages people see, put together: the routes, the menu and the footer that the page sets say (page_set.h), and the
// page around every page.
//
// A page is a thin face over functions of the domain rooms: it reads the request, asks for a permit, calls one use case,
// and shows the answer in the reader's language. It works without scripts; every address of a party's data names the
// party.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "portal/page_set.h"
#include "portal/site.h"
#include "web/components/layout.h"
#include "web/router.h"

namespace alting::portal {

class Portal {
 public:
  // The sets have passed check_page_sets(). `assets`: for the addresses of style sheet and script.
  Portal(Site site, const web::Assets& assets, std::vector<PageSet> sets);
  Portal(const Portal&) = delete;
  Portal& operator=(const Portal&) = delete;

  // All pages, and what is shown in place of one (errors, forms from before a login). The portal outlives the router.
  void add_routes(web::Router& router) const;
  // Content of another room (login) in the portal's page. `refresh_to`: a path to go on to at once, or "".
  [[nodiscard]] Response framed(const Request& request, std::string_view title, const Html& content, int status,
                                std::string_view refresh_to) const;

  // For views.
  [[nodiscard]] const Site& site() const { return site_; }
  [[nodiscard]] const ui::Frame& frame(Language language) const { return frames_[static_cast<std::size_t>(language)]; }
  // What the reader sees of the menu. `current`: the key of the entry where one is, or "".
  [[nodiscard]] std::vector<ui::NavLink> menu(const View& view, std::string_view current) const;
  [[nodiscard]] std::vector<ui::NavLink> person_menu(Language language) const;
  // Where one comes from this place of a party ("/sak/...") when one changes whom one represents.
  [[nodiscard]] std::string_view same_place_of_another(std::string_view place) const;

 private:
  [[nodiscard]] Response error_page(const Request& request, const base::Error& error, std::string_view incident) const;
  [[nodiscard]] web::Handler handler(const PageSet& set, const PageRoute& route) const;
  [[nodiscard]] std::vector<ui::NavLink> links(const std::vector<PageLink>& of, Language language) const;

  const Site site_;
  const std::vector<PageSet> sets_;
  std::vector<const MenuEntry*> menu_;          // in their order
  std::vector<PageLink> person_menu_, footer_;  // likewise
  std::vector<ui::Frame> frames_;               // by language
};

}  // namespace alting::portal
