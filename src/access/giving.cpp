#include "access/giving.h"

#include "access/place.h"

namespace alting::access {

using parties::GraphData;
using parties::Index;

namespace {

// Every role that can be given for an organisation and may be the ground of access to a form.
const RoleSet& given_for_organisations() {
  static const RoleSet roles = [] {
    RoleSet all;
    for (const RoleId role : role_table().altinn_roles())
      if (role_table()[role].for_organisations) all.set(role);
    return all & ~role_table().administrators();
  }();
  return roles;
}

}  // namespace

Giving::Giving(const GraphData& graph, const State& state, const terms::Actor& actor, terms::PartyId party,
               const Now& now) {
  static const RoleSet access_managers = role_table().set_of("ADMAI");
  static const RoleSet main_administrators = role_table().set_of("HADM");
  static const RoleSet who_names_main = role_table().set_of("DAGL LEDE INNH BEST DTPR DTSO");
  const Index at = graph.index_of(party);
  if (at == parties::no_index) return;
  known_ = true;
  const auto place = place_of(graph, state, at, now);
  person_ = place.kind == parties::PartyKind::person;
  by_estate_ = place.has_estate;
  MemoryFacts facts(graph, state.delegations());
  held_ = collect(facts, actor, state.certificate_role(), place, now);
  std::erase_if(held_, [](const Held& one) { return !one.acts; });
  for (const auto& one : held_) {
    roles_ |= one.gives;
    main_administrator_ = main_administrator_ || (one.gives & main_administrators).any();
    takes_all_ =
        takes_all_ || one.via == Held::Via::self || (one.via == Held::Via::role && one.role == administrator_role);
    if (one.via != Held::Via::role) continue;
    manages_by_register_ = manages_by_register_ || (one.gives & access_managers).any();
    names_main_ = names_main_ || (who_names_main.test(one.role) && one.through.value == 0);
  }
}

bool Giving::may_give(RoleId role) const {
  const auto& info = role_table()[role];
  if (!known_ || (person_ ? !info.for_persons : !info.for_organisations)) return false;
  if (info.code == "HADM") return names_main_;
  if (info.code == "ADMAI") return main_administrator_ || manages_by_register_;
  return roles_.test(role) || (!person_ && main_administrator_);
}

bool Giving::is_guarded(RoleId role) {
  static const RoleSet guarded = role_table().set_of("ADMAI HADM");
  return role != no_role && guarded.test(role);
}

RoleSet Giving::basis_of(const AppRules& rules) const {
  auto roles = roles_;
  if (main_administrator_ && !person_) roles |= given_for_organisations();
  // A form is given by who may begin one; a service in which nobody begins anything, by who may read.
  const bool begins = rules.policy.roles_that_permit(terms::Action::instantiate).any();
  const auto answer =
      rules.policy.evaluate(begins ? terms::Action::instantiate : terms::Action::read, context_for(roles, ""));
  if (answer.decision == xacml::Decision::permit) return roles & rules.policy.roles_named();
  RoleSet basis;
  for (const auto& one : held_)
    if (one.delegation != nullptr && !one.delegation->is_role() && one.delegation->app == rules.app)
      basis |= one.delegation->basis;
  return basis & rules.policy.roles_named();
}

}  // namespace alting::access
