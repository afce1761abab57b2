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
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(path, [&](char c) { return c == '\\' || is_control(c); })) return home;
  return base::percent_encode(path, [](char c) {
    return static_cast<unsigned char>(c) < 0x80 && std::string_view(" \"<>^`{|}").find(c) == std::string_view::npos;
  });
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
