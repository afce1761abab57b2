#include "portal/represented.h"

namespace alting::portal {

base::Result<Represented> represented(const Site& site, const terms::Actor& actor, std::string_view id) {
  const auto uuid = terms::PartyUuid::parse(id);
  auto party = uuid ? site.parties.find(*uuid) : std::nullopt;
  if (!party) return base::make_error(base::ErrorKind::not_found, "error.party.not_found");
  ALTING_TRY(permit, site.decider.decide(actor, terms::Action::represent, {.party = party->id}));
  return Represented{std::move(*party), std::move(permit)};
}

}  // namespace alting::portal
