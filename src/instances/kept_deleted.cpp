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

base::Status check_not_held(store::Tx& tx, const HeldUntil& held, terms::PartyId party, std::string_view item) {
  const auto until = held ? held(tx, party, item) : std::nullopt;
  if (!until) return {};
  return base::make_error(base::ErrorKind::conflict, "error.deleting.held", "a hold is in force",
                          {{"until", base::to_date_oslo(*until)}});
}

}  // namespace alting::instances
