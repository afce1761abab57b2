// Making permits and scopes, which only a Decider can.
#include "access/access.h"

namespace alting::access {

terms::Permit Decider::make_permit(const terms::Actor& actor, const parties::Party& party, terms::Action action,
                                   std::string resource, std::optional<terms::InstanceId> instance,
                                   terms::Evidence evidence) {
  terms::Permit permit;
  permit.actor_ = actor;
  permit.party_ = party.id;
  permit.party_uuid_ = party.uuid;
  permit.action_ = action;
  permit.resource_ = std::move(resource);
  permit.instance_ = std::move(instance);
  permit.evidence_ = std::move(evidence);
  return permit;
}

terms::Scope Decider::make_scope(const terms::Actor& actor, terms::Action action,
                                 std::vector<terms::Scope::Grant> grants, terms::Evidence evidence,
                                 std::optional<terms::AssuranceLevel> withheld) {
  terms::Scope scope;
  scope.actor_ = actor;
  scope.action_ = action;
  scope.grants_ = std::move(grants);
  scope.evidence_ = std::move(evidence);
  scope.withheld_ = withheld;
  return scope;
}

terms::Permit Decider::make_confidential(terms::Permit permit) {
  permit.confidential_ = true;
  return permit;
}

terms::Scope Decider::make_agency_scope(const terms::Actor& actor, terms::Action action, std::string org,
                                        std::vector<terms::AppId> apps, terms::Evidence evidence,
                                        std::optional<terms::AssuranceLevel> withheld) {
  auto scope = make_scope(actor, action, {}, std::move(evidence), withheld);
  scope.agency_ = std::move(org);
  scope.agency_apps_ = std::move(apps);
  return scope;
}

}  // namespace alting::access
