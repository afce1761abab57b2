#include "login/browser_context.h"

#include "web/persistent_context.h"

namespace alting::login {
namespace {

constexpr std::size_t secret_size = 43;
constexpr std::string_view remembering = "r";

}  // namespace

// "secret" or "secret:r"; what an older program wrote after that is left out.
BrowserContext read_browser_context(std::string_view cookie) {
  BrowserContext context;
  const auto first = cookie.find(':');
  if (const auto secret = cookie.substr(0, first); secret.size() == secret_size) context.secret = secret;
  if (first == std::string_view::npos) return context;
  const auto wish = cookie.substr(first + 1);
  context.remember = wish.substr(0, wish.find(':')) == remembering;
  return context;
}

std::string to_text(const BrowserContext& context) {
  return context.remember ? context.secret + ":" + std::string(remembering) : context.secret;
}

std::string remembered_method(const web::Cookies& cookies, const web::Request& request) {
  return web::read_persistent_context(cookies.read(request, web::CookieKind::persistent_context).value_or(""))
      .login_method;
}

}  // namespace alting::login
