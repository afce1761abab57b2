// What answers at the login's addresses (addresses.h), and the few pages they show when something is not as it should be.
//
// Logging out answers with a redirect to a page of ours whose form posts the id_token to the issuer: the token names the
// person and must not stand in an address. A script presses its button; the Content-Security-Policy of this one page lets
// forms go to the issuer, also after a redirect of its own (browsers apply form-action to the whole chain).
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "base/metrics.h"
#include "base/texts.h"
#include "login/attempts.h"
#include "login/issuer_turns.h"
#include "login/relying_party.h"
#include "login/session_store.h"
#include "parties/parties.h"
#include "web/cookies.h"
#include "web/router.h"

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
  PageFrame frame;                          // empty: a plain page of our own
  base::Counter* refused_starts = nullptr;  // logins not begun because of a limit
  IssuerTurns::Limits turns = {};           // of who speaks to the issuer at once
};

// What `parts` refers to must outlive the router.
void add_routes(web::Router& router, LoginParts parts);

// A page without the portal around it.
[[nodiscard]] web::Response plain_page(const web::Request& request, std::string_view title,
                                       const web::html::Html& content, int status, std::string_view refresh_to);

}  // namespace alting::login
