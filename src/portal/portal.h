// The pages people see, put together: the routes that the page sets say (page_set.h), each behind the guard of those whom
// it answers, in the page around every page (portal_frame.h).
//
// A page is a thin face over functions of the domain rooms: it reads the request, asks for a permit, calls one use case,
// and shows the answer in the reader's language. It works without scripts; every address of a party's data names the
// party.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "portal/page_set.h"
#include "portal/portal_frame.h"
#include "portal/site.h"
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

 private:
  [[nodiscard]] Response error_page(const Request& request, const base::Error& error, std::string_view incident) const;
  [[nodiscard]] web::Handler handler(const PageSet& set, const PageRoute& route) const;

  const Site site_;
  const std::vector<PageSet> sets_;
  const PortalFrame frame_;
};

}  // namespace alting::portal
