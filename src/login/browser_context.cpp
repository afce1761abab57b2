#include "login/browser_context.h"

#include "web/persistent_context.h"

namespace alting::login {
namespace {

constexpr std::size_t secret_size = 43;
constexpr char remembering = 'r', box_ticked = 'a';

}  // namespace

// "secret", or "secret:" and a letter for each wish; what an older program wrote after that is left out.
BrowserContext read_browser_context(std::string_view cookie) {
  BrowserContext context;
  const auto first = cookie.find(':');
  if (const auto secret = cookie.substr(0, first); secret.size() == secret_size) context.secret = secret;
  if (first == std::string_view::npos) return context;
  const auto wishes = cookie.substr(first + 1, cookie.find(':', first + 1) - first - 1);
  context.remember = wishes.contains(remembering);
  context.asked = wishes.contains(box_ticked);
  return context;
}

std::string to_text(const BrowserContext& context) {
  auto text = context.secret;
  if (context.remember || context.asked) text += ':';
  if (context.remember) text += remembering;
  if (context.asked) text += box_ticked;
  return text;
}

std::string remembered_method(const web::Cookies& cookies, const web::Request& request) {
  return web::read_persistent_context(cookies.read(request, web::CookieKind::persistent_context).value_or(""))
      .login_method;
}

}  // namespace alting::login
