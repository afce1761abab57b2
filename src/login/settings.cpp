#include "login/settings.h"

#include "store/settings.h"

namespace alting::login {

using base::Setting;

std::vector<Setting> settings(LoginOptions& into, terms::Mode mode) {
  if (mode == terms::Mode::test) into.attempts.network_per_minute *= store::more_in_test_mode;
  return {
      base::text("login.issuer", into.issuer, "the issuer's name, such as `\"https://idporten.no\"`")
          .fallback_in_words(""),
      base::text("login.client_id", into.client_id, "as registered with the issuer"),
      base::path("login.key", into.key, "the private key for `private_key_jwt`; in test mode it is made when missing")
          .fallback_in_words("`keys/login.pem`"),
      base::text("login.key_id", into.key_id, "`kid`, as registered"),
      base::path("login.certificate", into.certificate,
                 "PEM of an enterprise certificate for that key, and those above it; then it is sent as `x5c` "
                 "instead of a `kid`"),
      base::whole("login.starts_per_minute", into.attempts.network_per_minute, {1, 1'000'000},
                  "logins that one network (IPv4 /24, IPv6 /64) may begin in a minute without finishing them"),
      base::minutes("login.idle_minutes", into.sessions.idle, {10, 240},
                    "a session ends when nothing was opened or saved for so long: 10 to 240. Pages warn five "
                    "minutes before"),
      base::hours("login.longest_hours", into.sessions.absolute, {1, 24},
                  "and when it has lasted so long: 1 to 24. The issuer's own session has its own limits")};
}

std::vector<Setting> test_issuer_settings(LoginOptions& into) {
  return {base::port("test_issuer.port", into.test_issuer_port, "the built-in login issuer; test mode only")};
}

base::Status settle(LoginOptions& options) {
  const auto refuse = [](std::string why) {
    return base::make_error(base::ErrorKind::invalid, "error.settings", std::move(why));
  };
  if (options.sessions.idle > options.sessions.absolute)
    return refuse("login.idle_minutes: at most as long as login.longest_hours");
  if (options.issuer.empty() && options.test_issuer_port != 0)
    options.issuer = fmt::format("http://localhost:{}", options.test_issuer_port);
  if (options.issuer.empty()) return refuse("login.issuer is missing");
  return {};
}

}  // namespace alting::login
