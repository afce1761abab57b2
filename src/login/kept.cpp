#include "login/kept.h"

#include <stdexcept>

#include "login/room_catalogue.h"

namespace alting::login {

base::Instant oldest_kept(std::string_view rule, base::Instant now) {
  for (const auto& one : room_catalogue().rules)
    if (one.id == rule) return terms::ended_before(one, now).value_or(base::Instant{});
  throw std::logic_error("retention.toml of login has no such rule");
}

}  // namespace alting::login
