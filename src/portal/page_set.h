// A page set: pages that belong together, and all that the portal must be told of them. Each file of pages ends with its
// own, made from the use cases that its pages need and no others:
//
//   PageSet inbox_pages(const InboxUses& uses) {
//     return {.name = "inbox",
//             .menu_entry = "inbox",
//             .routes = {party_page(Method::get, route::inbox, with(uses, show))},
//             .menu = {{.key = "inbox", .text = "menu.inbox", .somebody = route::inbox, .order = 10}},
//             .words = {"inbox.title"}};
//   }
//
// The portal's menu, footer and routes are what the sets say, and nothing else; main/rooms.cpp lists the sets.
#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "portal/view.h"
#include "web/components/layout.h"
#include "web/http.h"
#include "web/router.h"

namespace alting::portal {

using web::Method;
using PageFunction = std::function<Response(View&)>;

struct PageRoute {
  web::Audience whom;  // seen to before the page is asked
  Method method;
  std::string pattern;  // web::Router::add
  PageFunction page;
  web::RouteLimits limits = {};
};

// For everyone.
[[nodiscard]] PageRoute open_page(Method method, std::string_view pattern, PageFunction page,
                                  web::RouteLimits limits = {});
// For who is logged in; others are led to the login and back.
[[nodiscard]] PageRoute personal_page(Method method, std::string_view pattern, PageFunction page,
                                      web::RouteLimits limits = {});
// Below "/a/{party}", for who may act for that party.
[[nodiscard]] PageRoute party_page(Method method, std::string_view pattern, PageFunction page,
                                   web::RouteLimits limits = {});
// For the staff of the agency {org} of the address: who they are is known, whether they are is the page's to ask.
[[nodiscard]] PageRoute staff_page(Method method, std::string_view pattern, PageFunction page,
                                   web::RouteLimits limits = {});

// A view of pages that need use cases beside what every page does.
template <class Uses>
class ViewOf : public View {
 public:
  ViewOf(View&& view, const Uses& given) : View(std::move(view)), uses(given) {}
  const Uses& uses;
};

// The page with the use cases of its set.
template <class Uses>
[[nodiscard]] PageFunction with(const Uses& uses, Response (*page)(ViewOf<Uses>&)) {
  return [uses, page](View& view) {
    ViewOf<Uses> of_this(std::move(view), uses);
    return page(of_this);
  };
}

// An entry of the main menu. Addresses are patterns of routes that the same set has.
struct MenuEntry {
  std::string_view key;            // what sets name as the entry that is current on their pages
  std::string_view text;           // text id of its label
  std::string_view somebody = {};  // where it leads who is logged in; {party}: whom they act for, or themselves
  std::string_view nobody = {};    // where it leads who is not; "": they do not see it
  int order = 0;                   // of all entries; in tens, so that one fits between
  // Instead of the addresses, where the entries depend on who it is. They are asked for on each page that somebody is
  // shown. `current`: the page is of a set that names this entry.
  std::function<std::vector<ui::NavLink>(const View& view, bool current)> each = {};
};

// A link in the footer or in the menu of the person.
struct PageLink {
  std::string_view text;  // text id
  std::string_view href;  // pattern of a route of the same set, without places
  int order = 0;
};

// Where one comes from a page below `below` of a party when one changes whom one represents: what lies there is that
// party's alone.
struct Elsewhere {
  std::string_view below, to;  // addresses.h, below_party
};

struct PageSet {
  std::string_view name;
  std::string_view menu_entry = {};   // key of the entry that is current on its pages; "": none is
  std::string_view staff_entry = {};  // the same on those of its pages that are the staff's, where it is another
  bool shows_forms = false;           // Site::before_forms is run before its pages
  std::vector<PageRoute> routes;
  std::vector<MenuEntry> menu = {};
  std::vector<PageLink> person_menu = {}, footer = {};
  std::string_view search = {};  // the open page that the search field of every page asks; one set has it
  std::vector<Elsewhere> elsewhere = {};
  // What the error pages say besides when the portal cannot serve (429, 500, 503): how to do it another way. It asks no
  // database.
  std::function<Html(const View& view)> when_down = {};
  std::vector<std::string_view> words;  // the text ids that it cannot do without: its titles
};

// What keeps the portal from starting: a set without pages or words, an entry or word that has no text, an entry that
// leads nowhere, two that want one place, a set under an entry that no set has. The error's detail names it.
[[nodiscard]] base::Status check_page_sets(std::span<const PageSet> sets, const base::Texts& texts);

}  // namespace alting::portal
