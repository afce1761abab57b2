// Permits to look at the activity log. The room that makes them (access) is not there in tests of this one.
#pragma once
#include "terms/permit.h"

namespace alting::access {
class Decider {  // stands in for it
 public:
  static terms::Permit permit(terms::Actor actor, terms::PartyId party, std::string resource, terms::Action action) {
    terms::Permit permit;
    permit.actor_ = std::move(actor);
    permit.party_ = party;
    permit.party_uuid_ = *terms::PartyUuid::parse("0191f7a0-2222-7abc-8def-000000000002");
    permit.action_ = action;
    permit.resource_ = std::move(resource);
    permit.evidence_ = {"role", "DAGL", "enhetsregisteret:7", "rule-1", 3};
    return permit;
  }
};
}  // namespace alting::access

namespace alting::ledger::testing {

[[nodiscard]] inline terms::Permit activity_permit(std::int64_t party, std::int64_t actor = 1) {
  terms::Actor watcher;
  watcher.party = {actor};
  return access::Decider::permit(std::move(watcher), {party}, "party", terms::Action::read_activity);
}

}  // namespace alting::ledger::testing
