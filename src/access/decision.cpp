#include "access/decision.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "access/estate.h"

namespace alting::access {

namespace {

using parties::GraphData;
using terms::Action;
using terms::AssuranceLevel;

AssuranceLevel party_level(Action action) {
  return action == Action::represent || action == Action::read ? AssuranceLevel::low : AssuranceLevel::substantial;
}

template <class Source>
terms::Evidence evidence_of(const Held& held, const terms::Actor& actor, const Source& source, const std::string* rule,
                            std::int64_t version) {
  terms::Evidence evidence;
  if (held.role != no_role) evidence.role = role_table()[held.role].code;
  switch (held.via) {
    case Held::Via::self:
      evidence.kind = "self";
      evidence.source = "folkeregisteret";
      break;
    case Held::Via::role:
      evidence.kind = "role";
      evidence.source = source.source(held.source);
      break;
    case Held::Via::delegation:
      evidence.kind = "delegation";
      evidence.source = "delegation:" + held.delegation->id.text();
      break;
    case Held::Via::certificate:
      evidence.kind = by_certificate;
      evidence.source = actor.credential;
      break;
  }
  if (held.through.value != 0) evidence.source += fmt::format(";through:{}", held.through.value);
  if (held.estate.value != 0) evidence.source += fmt::format(";estate:{}", held.estate.value);
  if (rule != nullptr) evidence.policy = *rule;
  evidence.access_version = version;
  return evidence;
}

const Held* first_that_gives(const std::vector<Held>& held, const RoleSet& wanted) {
  for (const auto& one : held)
    if ((one.gives & wanted).any()) return &one;
  return nullptr;
}

bool opens_confidential(const Held& held, const Target& target) {
  if (held.via == Held::Via::self) return true;
  return target.app && held.delegation != nullptr && !held.delegation->is_role() && held.delegation->app == *target.app;
}

// What of the held the form's policy lets act, and by which rule: all roles together first, then each form given alone.
std::pair<const Held*, const std::string*> ground_in_policy(const AppRules& rules, Action action,
                                                            const std::vector<Held>& held, std::string_view task,
                                                            bool any_state) {
  RoleSet roles;
  for (const auto& one : held) roles |= one.gives;
  auto context = context_for(roles, task);
  context.any_state = any_state;
  const auto answer = rules.policy.evaluate(action, context);
  if (answer.decision == xacml::Decision::permit) return {first_that_gives(held, answer.grounds), answer.rule};
  if (answer.decision != xacml::Decision::not_applicable) return {};
  for (const auto& one : held) {
    if (one.delegation == nullptr || one.delegation->is_role() || one.delegation->app != rules.app) continue;
    context.roles = one.delegation->basis;
    const auto alone = rules.policy.evaluate(action, context);
    if (alone.decision == xacml::Decision::permit) return {&one, alone.rule};
  }
  return {};
}

const Held* ground_for_party(const State& state, Action action, const std::vector<Held>& held) {
  if (action != Action::represent && action != Action::read) return first_that_gives(held, roles_for(action));
  const Held* ground = first_that_gives(held, state.representing());
  if (ground == nullptr)
    for (const auto& one : held)
      if (one.delegation != nullptr) ground = &one;
  return ground;
}

std::string role_to_ask_for(const AppRules& rules, Action action) {
  const auto roles = rules.policy.roles_that_permit(action);
  static const auto* usual = role_table().find("UTINN");
  if (roles.test(usual->id)) return usual->code;
  for (const RoleId role : role_table().altinn_roles())
    if (roles.test(role)) return role_table()[role].code;
  return "";
}

// The decision itself, the same for both sources of facts.
template <class Source>
base::Result<terms::Evidence> evidence_in(Source& source, const GraphData& graph, const State& state,
                                          const terms::Actor& actor, Action action, const Target& target,
                                          const Circumstances& here) {
  const auto& place = here.place;
  if (place.deleted && !is_reading(action)) return forbidden("error.access.party_deleted");
  // Who has access, and who gets it, is for persons to say.
  const bool needs_person = action == Action::delegate || action == Action::read_delegations;
  if (needs_person && !actor.is_person()) return forbidden("error.access.needs_person");
  auto held = collect(source, actor, state.certificate_role(), place, here.now);
  if (target.confidential) std::erase_if(held, [&](const Held& one) { return !opens_confidential(one, target); });
  const auto* rule = place.has_estate ? estate_rule(here.now.at()) : nullptr;
  // What is under work is the estate's own: who is not of it reads what was sent. A recheck knows no task.
  const bool of_draft = action == Action::read && target.app && !here.any_state && target.task != sent_task;
  const bool held_back = rule != nullptr && (of_draft || !managers_may(*rule, action)) &&
                         std::erase_if(held, [](const Held& one) { return !one.acts; }) > 0;
  const auto refused = [&](std::string role, std::string app) {
    if (held_back) return estate_acts(graph, place);
    if (actor.kind == terms::ActorKind::organisation) return forbidden("error.access.needs_person");
    return forbidden("error.access.forbidden", {{"role", std::move(role)}, {"app", std::move(app)}});
  };
  if (!target.app) {
    const auto* ground = ground_for_party(state, action, held);
    if (ground == nullptr)
      return refused(action == Action::delegate || action == Action::read_delegations ? "ADMAI" : "UTINN", "");
    ALTING_CHECK(check_level(actor, party_level(action)));
    return evidence_of(*ground, actor, source, nullptr, here.version);
  }
  const auto* rules = state.find(*target.app);
  if (rules == nullptr) return base::make_error(base::ErrorKind::not_found, "error.access.app_unknown");
  if (action == Action::instantiate && !kind_allowed(*rules, graph, place))
    return forbidden("error.access.party_kind", {{"app", target.app->text()}});

  const std::string* named = nullptr;
  const Held* ground = nullptr;
  // The log of one form: for who may see the party's whole log, and for who may read that form.
  if (action == Action::read_activity) ground = ground_for_party(state, action, held);
  const auto in_form = action == Action::read_activity ? Action::read : action;
  if (ground == nullptr) std::tie(ground, named) = ground_in_policy(*rules, in_form, held, target.task, here.any_state);
  if (ground == nullptr) return refused(role_to_ask_for(*rules, in_form), target.app->text());
  ALTING_CHECK(check_level(actor, rules->policy.least_level(actor.kind)));
  return evidence_of(*ground, actor, source, named, here.version);
}

}  // namespace

const RoleSet& roles_for(Action action) {
  static const RoleSet managers = role_table().set_of("ADMAI HADM");
  static const RoleSet watchers = role_table().set_of("ADMAI HADM UTINN A0236 BOBEL");
  static const RoleSet nobody;
  switch (action) {
    case Action::delegate:
    case Action::read_delegations: return managers;
    case Action::read_activity: return watchers;
    default: return nobody;
  }
}

base::Result<terms::Evidence> find_evidence(MemoryFacts& facts, const GraphData& graph, const State& state,
                                            const terms::Actor& actor, Action action, const Target& target,
                                            const Circumstances& here) {
  return evidence_in(facts, graph, state, actor, action, target, here);
}

base::Result<terms::Evidence> find_evidence(TxFacts& facts, const GraphData& graph, const State& state,
                                            const terms::Actor& actor, Action action, const Target& target,
                                            const Circumstances& here) {
  return evidence_in(facts, graph, state, actor, action, target, here);
}

}  // namespace alting::access
