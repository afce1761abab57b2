// What the context cookie holds while a browser is open (web/cookies.h: encrypted, gone when the browser closes): the
// secret that a login is bound to, and whether the way to log in is to be remembered when it succeeds.
//
// That it is to be remembered is asked for by a box on the login page, which is posted with an anti-forgery token; what an
// address says of it counts only in a browser where that was done, since anyone can make a link.
//
// The way itself is kept only for who asked for it (web/persistent_context.h), since nothing needs it (ekomloven § 3-15).
#pragma once
#include <string>
#include <string_view>

#include "web/cookies.h"
#include "web/http.h"

namespace alting::login {

struct BrowserContext {
  std::string secret;     // 43 characters of base64url (attempts.h); "": the browser has none yet
  bool remember = false;  // the way of the login that was begun is kept when it succeeds
  bool asked = false;     // the box was ticked here, and no login has succeeded since
  bool operator==(const BrowserContext&) const = default;
};
[[nodiscard]] BrowserContext read_browser_context(std::string_view cookie);  // what is not understood is left out
[[nodiscard]] std::string to_text(const BrowserContext& context);

// The way to log in that one asked to have remembered, which is offered first; "": none.
[[nodiscard]] std::string remembered_method(const web::Cookies& cookies, const web::Request& request);

}  // namespace alting::login
