#include "instances/kept_deleted.h"

#include <stdexcept>

#include "instances/room_catalogue.h"

namespace alting::instances {

base::Instant goes_for_good(base::Instant removed_at) {
  const auto end = terms::end_of(terms::rule_in(room_catalogue(), rule_of_deleted), removed_at);
  if (!end) throw std::logic_error("no rule says when what was deleted goes");
  return *end;
}

std::optional<base::Instant> over_when_deleted_before(base::Instant now) {
  return terms::ended_before(terms::rule_in(room_catalogue(), rule_of_deleted), now);
}

}  // namespace alting::instances
