// One request's view: who reads, in which language, for whom they act; and the ways to answer.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "portal/addresses.h"
#include "portal/site.h"
#include "portal/spoken.h"
#include "web/components/components.h"
#include "web/http.h"

namespace alting::portal {

namespace html = web::html;
namespace ui = web::ui;
using base::Language;
using html::Html;
using web::Request;
using web::Response;

class PortalFrame;

struct Page {
  std::string title;
  bool in_menu = true;  // the entry of its page set is marked as where one is
  std::vector<ui::NavLink> crumbs = {};
  bool wide = false;
  bool with_error = false;
  bool compact = false;                       // one fills in here: menus and languages make room on a telephone
  std::string skip_label = {}, skip_to = {};  // of the skip link, when it leads elsewhere than to the content
  Html aside = {};
  int status = 200;
};

class View : public Spoken {
 public:
  // `of_menu`: the menu entry of the page set that answers (PageSet::menu_entry).
  View(const Site& of_site, const PortalFrame& frame, const Request& asked, std::string_view of_menu = {});

  const Site& site;
  const Request& request;
  std::optional<login::Session> session;
  std::optional<parties::Party> party;  // whom the address names

  [[nodiscard]] const terms::Actor& actor() const { return session->actor; }
  [[nodiscard]] base::Instant now() const { return site.clock.now(); }
  [[nodiscard]] std::string search_text() const;  // what was searched for, cleaned: the first 200 characters of "q"

  // Of the pages of the party that the address names.
  [[nodiscard]] PartyAddresses addresses() const { return PartyAddresses(party->uuid); }
  // The page to come back to: this address with its query; of a POST, which has no page, the one the form stood on.
  [[nodiscard]] std::string here() const;
  // The page of this site that the request came from, or `fallback`.
  [[nodiscard]] std::string page_before(std::string_view fallback) const;

  // A form of this site, with the anti-forgery token and, when `once`, the one-time id of its POST.
  [[nodiscard]] ui::Form form(std::string action, bool once = false);
  [[nodiscard]] std::string new_post_id();
  // A form whose fields are kept for this person when the session is over before it is posted (login/kept_posts.h). The
  // page that shows it lies at the same path, and asks for kept() when it is shown.
  [[nodiscard]] ui::Form kept_form(std::string action, bool once = false);
  // What was posted to this path when the session was over: as a request that has these fields and nothing else.
  [[nodiscard]] std::optional<Request> kept() const;
  // The same, and it is forgotten: for a page that shows it once, and says so.
  [[nodiscard]] std::optional<Request> take_kept() const;
  // A form that was posted from a page made for another person, who was logged in here before: kept for them when `keep`,
  // and an error for this one, which says whether it was. Nothing is saved as another's.
  [[nodiscard]] base::Status made_for_me(bool keep) const;
  // It is saved now: nothing of it stays.
  void forget_kept(std::string_view place) const { site.kept_posts.forget(actor(), place); }
  // The page to show after the post of this request, which can say what it did: the address carries the post's one-time
  // id, and no words, so that a link cannot claim what was not done. `path` ends before its query, or within it.
  [[nodiscard]] std::string after_post(std::string path) const;
  // Whether the page is shown after a post of this person that did `act`.
  [[nodiscard]] bool did(std::string_view act) const;

  [[nodiscard]] Response show(const Page& page, const Html& content);
  // What to say besides where the portal cannot serve just now (`too_many`, `unavailable`, what was thrown): how to reach
  // the agencies another way. Nothing for other errors.
  [[nodiscard]] Html other_ways_for(const base::Error& error) const;
  // The heading of the page in place of which the error is told: what it is about, in a few words.
  [[nodiscard]] std::string title_of(const base::Error& error) const;
  // A helpful page for a refusal; too weak a login leads to the stronger one.
  [[nodiscard]] Response fail(const base::Error& error);
  // What to answer to a form from before a login (web::Router::stale_form): it is kept for whom the page was made for,
  // and shown to them again; the script of a page gets a token of this session. Nothing when it was made for nobody.
  [[nodiscard]] std::optional<Response> lead_on();
  [[nodiscard]] Response with_cookies(Response response);
  // Where one logs in again with this level ("3", "4") and comes back to this page.
  [[nodiscard]] std::string step_up_address(std::string_view level) const { return log_in_address(here(), level); }

  // The last two stand for what is not kept: files, and what was no public key (private_key, unread_key).
  static constexpr std::string_view mark_field = "keep:for", files_field = "keep:files", secret_field = "keep:secret";
  // Where a form asks for a public key. What stands there is kept when it is one.
  static constexpr std::string_view key_field = "nokkel", private_key = "private", unread_key = "unread";

 private:
  [[nodiscard]] Response to_login(const base::Error& error);
  [[nodiscard]] Response answer_to(const base::Error& error);
  [[nodiscard]] Response session_over_fragment() const;
  [[nodiscard]] bool keep_posted() const;
  const PortalFrame& frame_;
  std::string_view menu_entry_;
  std::optional<web::Cookies::Token> token_;
};

}  // namespace alting::portal
