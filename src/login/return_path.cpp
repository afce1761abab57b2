#include "login/return_path.h"

#include "base/percent.h"
#include "base/text.h"
#include "login/level.h"
#include "login/sessions.h"
#include "net/http_client.h"

namespace alting::login {
namespace {

constexpr std::size_t max_path = 2000;

bool is_step_of_login(std::string_view path) {
  const auto end = path.find_first_of("?#");
  const auto bare = path.substr(0, end);
  return bare == "/logg-inn" || bare.starts_with("/logg-inn/") || bare == "/logg-ut" || bare.starts_with("/logg-ut/");
}

}  // namespace

std::string safe_return_path(std::string_view path) {
  std::string home = "/";
  if (path.empty() || path.size() > max_path || path[0] != '/' || path.starts_with("//")) return home;
  if (!base::is_utf8(path) || is_step_of_login(path)) return home;
  std::string safe;
  for (const char c : path) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x20 || octet == 0x7f || c == '\\') return home;
    if (octet >= 0x80 || std::string_view(" \"<>^`{|}").find(c) != std::string_view::npos) {
      safe += base::percent_encode(std::string_view(&c, 1));
    } else {
      safe += c;
    }
  }
  return safe;
}

std::string start_login_path(std::string_view return_to, std::optional<terms::AssuranceLevel> level,
                             std::string_view method) {
  std::vector<std::pair<std::string, std::string>> fields;
  if (const auto path = safe_return_path(return_to); path != "/") fields.emplace_back("til", path);
  if (level) fields.emplace_back("niva", digit_of(*level));
  if (!method.empty()) fields.emplace_back("metode", method);
  return net::with_query("/logg-inn/start", fields);
}

}  // namespace alting::login
