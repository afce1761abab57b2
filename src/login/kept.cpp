#include "login/kept.h"

#include "login/room_catalogue.h"

namespace alting::login {

base::Instant oldest_kept(std::string_view rule, base::Instant now) {
  return terms::ended_before(terms::rule_in(room_catalogue(), rule), now).value_or(base::Instant{});
}

}  // namespace alting::login
