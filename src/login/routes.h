// The login's addresses (see sessions.h) and the few pages they show when something is not as it should be.
//
// A POST never redirects to another host: browsers apply form-action 'self' to the whole chain (Chromium does). Logging
// out therefore answers with a page that goes on by itself (a refresh of 0 seconds, and a link), and that GET leaves
// for the issuer.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "base/texts.h"
#include "login/attempts.h"
#include "login/relying_party.h"
#include "login/session_store.h"
#include "parties/parties.h"
#include "web/cookies.h"
#include "web/metrics.h"
#include "web/server.h"

namespace alting::login {

// Puts content into the portal's page. `title` is without the site's name; `refresh_to` is a path to go on to at once,
// or "".
using PageFrame = std::function<web::Response(const web::Request& request, std::string_view title,
                                              const web::html::Html& content, int status, std::string_view refresh_to)>;

struct LoginParts {
  RelyingParty& relying_party;
  SessionStore& sessions;
  Attempts& attempts;
  parties::Parties& parties;
  const web::Cookies& cookies;
  const base::Texts& texts;  // texts/login.*.toml
  const base::Clock& clock;
  PageFrame frame;                         // empty: a plain page of our own
  web::Counter* refused_starts = nullptr;  // logins not begun because of a limit
};

// What `parts` refers to must outlive the router.
void add_routes(web::Router& router, LoginParts parts);

// A page without the portal around it.
[[nodiscard]] web::Response plain_page(const web::Request& request, std::string_view title,
                                       const web::html::Html& content, int status, std::string_view refresh_to);

}  // namespace alting::login
