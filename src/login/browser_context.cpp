#include "login/browser_context.h"

#include "base/bytes.h"
#include "web/persistent_context.h"

namespace alting::login {
namespace {

constexpr std::size_t secret_size = 43;
constexpr std::string_view remembering = "r";

}  // namespace

// "secret:r:method", the method in base64url.
BrowserContext read_browser_context(std::string_view cookie) {
  BrowserContext context;
  const auto first = cookie.find(':');
  if (const auto secret = cookie.substr(0, first); secret.size() == secret_size) context.secret = secret;
  if (first == std::string_view::npos) return context;
  const auto second = cookie.find(':', first + 1);
  if (second == std::string_view::npos) return context;
  context.remember = cookie.substr(first + 1, second - first - 1) == remembering;
  // The same words as the persistent one takes, and no others.
  context.method = web::read_persistent_context(cookie.substr(second)).login_method;
  return context;
}

std::string to_text(const BrowserContext& context) {
  if (!context.remember && context.method.empty()) return context.secret;
  const auto method = web::to_text(web::PersistentContext{.language = {}, .login_method = context.method});
  return context.secret + ":" + std::string(context.remember ? remembering : "") + (method.empty() ? ":" : method);
}

LastMethod last_method(const web::Cookies& cookies, const web::Request& request) {
  const auto kept =
      web::read_persistent_context(cookies.read(request, web::CookieKind::persistent_context).value_or(""))
          .login_method;
  const auto now = read_browser_context(cookies.read(request, web::CookieKind::context).value_or("")).method;
  return {.method = now.empty() ? kept : now, .remembered = !kept.empty()};
}

}  // namespace alting::login
