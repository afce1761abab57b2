#include "login/return_path.h"

#include <algorithm>
#include <array>

#include "base/percent.h"
#include "base/text.h"
#include "login/addresses.h"
#include "login/level.h"
#include "login/sessions.h"
#include "net/address.h"

namespace alting::login {
namespace {

constexpr std::size_t max_path = 2000;

bool is_step_of_login(std::string_view path) {
  const auto end = path.find_first_of("?#");
  const auto bare = path.substr(0, end);
  return std::ranges::any_of(std::array{route::log_in, route::log_out}, [&](std::string_view step) {
    return bare.starts_with(step) && (bare.size() == step.size() || bare[step.size()] == '/');
  });
}

}  // namespace

std::string safe_return_path(std::string_view path) {
  std::string home(route::front);
  if (path.empty() || path.size() > max_path || path[0] != '/' || path.starts_with("//")) return home;
  if (!base::is_utf8(path) || is_step_of_login(path)) return home;
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(path, [&](char c) { return c == '\\' || is_control(c); })) return home;
  return base::percent_encode(path, [](char c) {
    return static_cast<unsigned char>(c) < 0x80 && std::string_view(" \"<>^`{|}").find(c) == std::string_view::npos;
  });
}

std::string start_login_path(std::string_view return_to, std::optional<terms::AssuranceLevel> level,
                             std::string_view method, bool remember) {
  const auto path = safe_return_path(return_to);
  const std::string digit(level ? digit_of(*level) : "");
  return net::with_query(route::start, {{parameter::back_to, path == route::front ? std::string_view() : path},
                                        {parameter::level, digit},
                                        {parameter::method, method},
                                        {parameter::remember, remember ? parameter::yes : std::string_view()}});
}

}  // namespace alting::login
