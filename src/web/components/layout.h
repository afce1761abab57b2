// The page around the page: skip link, header, breadcrumb, footer, and ways to move.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "web/assets.h"
#include "web/components/actions.h"

namespace alting::web::ui {

struct NavLink {
  std::string label;
  std::string href;
  bool current = false;
  int count = 0;            // a badge: unread messages
  std::string count_words;  // said instead of the number: "3 uleste"
};

struct LanguageLink {
  base::Language language = base::Language::nb;
  std::string label;  // in its own language: "Bokmål", "Nynorsk", "English"
  std::string href;
  bool current = false;
};

struct Representing {
  std::string label;  // "Du representerer"
  std::string name;
  std::string detail;  // "Org.nr. 123 456 789"
  std::string change_label;
  std::string change_href;
  bool oneself = false;
};

struct PersonMenu {
  std::string label;  // "Meny for Kari Nordmann"
  std::string name;
  std::vector<NavLink> links;
  std::string log_out_label;
  Form log_out = {};  // a POST
};

// What is the same on every page in one language.
struct FrameWords {
  base::Language language = base::Language::nb;
  std::string site_name;  // "Alting"
  std::string home_href = "/";
  std::string home_label;                                  // "Til forsiden" for screen readers
  std::string skip_label;                                  // "Hopp til hovedinnhold"
  std::string test_banner;                                 // in test mode; "" in production
  std::string language_label;                              // "Språk"
  std::string search_label, search_button, search_action;  // none when search_action is empty
  std::string login_label;                                 // when nobody is logged in
  std::string menu_label, crumbs_label, footer_label;
  std::vector<NavLink> footer;  // privacy, cookies, accessibility, verify a receipt, status, contact
  std::string footer_words;     // who runs it
  std::string error_word;       // "Feil"
};

// Says in time that the session is about to end, lets one go on, and says when it is over. Hidden until the script opens
// it (WCAG 2.2.1); without scripts what is posted too late is kept until one has logged in.
struct SessionWarning {
  std::int64_t idle_seconds = 0;  // until it is over if nothing more is asked for
  std::int64_t left_seconds = 0;  // until it is over in any case
  std::string title, idle_text, last_text;
  std::string stay_label, stay_address;  // the address answers 200 as long as there is a session
  std::string over_title, over_text;
  std::string login_label, login_href;
  std::string close_label;
};
[[nodiscard]] Html session_warning(const SessionWarning& warning);

struct PageParts {
  std::string title;        // of this page, without the site's name
  std::string description;  // meta description of open pages
  Html news;                // disturbances
  std::vector<LanguageLink> languages;
  std::optional<Representing> representing;
  std::optional<PersonMenu> person;
  std::string login_href;       // when nobody is logged in
  std::vector<NavLink> menu;    // main places: inbox, forms, access, activity
  std::vector<NavLink> crumbs;  // the last is this page
  bool wide = false;            // tables and queues
  // Where one fills in: on a telephone the menus and languages stand in the person's menu alone, and whom one represents in
  // one line.
  bool compact = false;
  // The skip link, when it leads elsewhere than to the content: "#form-page".
  std::string own_skip_label = {}, skip_to = {};
  bool with_error = false;  // puts "Feil: " (error_word) before the title
  std::string refresh_to =
      {};  // a path of this site to go on to at once (a refresh of 0 seconds; give a link to it too)
  std::optional<SessionWarning> session_warning;
  Html aside;  // beside the content on wide screens, else below it: steps, clock
};

// The page around pages in one language. Most of it never changes, so it is written once, and a page costs only what is
// its own.
class Frame {
 public:
  Frame(FrameWords words, const Assets& assets);
  // A whole document. `content` holds the page's only h1.
  [[nodiscard]] Html page(const PageParts& parts, const Html& content) const;

 private:
  FrameWords words_;
  std::vector<std::string> fixed_;  // before, between and after what each page puts in
};

// For a page whose words are its own.
struct Layout : FrameWords, PageParts {};
[[nodiscard]] Html page(const Layout& layout, const Assets& assets, const Html& content);

[[nodiscard]] Html breadcrumbs(const std::vector<NavLink>& crumbs, std::string_view label);
[[nodiscard]] Html language_switch(const std::vector<LanguageLink>& languages, std::string_view label);
// Links that look like tabs: each is a page of its own.
[[nodiscard]] Html tabs(const std::vector<NavLink>& links, std::string_view label);

struct Pagination {
  std::string label;           // "Sider"
  std::string previous, next;  // words
  std::string page_word;       // "Side"
  int page = 1, pages = 1;
  std::string href;  // with {page}: "/a/1/innboks?side={page}"
};
[[nodiscard]] Html pagination(const Pagination& pagination);

}  // namespace alting::web::ui
