// Whom one acts for: the party that an address or a form names, when one may represent it.
#pragma once
#include <string_view>

#include "portal/site.h"

namespace alting::portal {

struct Represented {
  parties::Party party;
  terms::Permit permit;  // to represent it
};
// `id`: of the party, as it came. Errors: not_found "error.party.not_found"; the Decider's.
[[nodiscard]] base::Result<Represented> represented(const Site& site, const terms::Actor& actor, std::string_view id);

}  // namespace alting::portal
