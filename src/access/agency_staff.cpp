// Who reads for an agency: persons with a role for the agency's party, and the agency's own systems, what the forms'
// policies let them read.
#include <algorithm>

#include "access/state.h"

namespace alting::access {
namespace {

constexpr RoleId case_worker = parties::role_code("SAKSB");

// What a system's token must say for it, one of these; nothing of what no system does. The first is the one to ask for.
std::vector<std::string_view> scopes_for(terms::Action action) {
  switch (action) {
    case terms::Action::agency_read: return {scope_instances_read};
    case terms::Action::agency_confirm: return {scope_instances_write};
    case terms::Action::agency_send: return {scope_messages_write};
    case terms::Action::agency_follow: return {scope_messages_read, scope_messages_write};
    default: return {};
  }
}

// The scope that lets this system do it.
base::Result<std::string> scope_of(const terms::Actor& system, terms::Action action) {
  const auto wanted = scopes_for(action);
  for (const auto one : wanted)
    if (std::ranges::find(system.scopes, one) != system.scopes.end()) return std::string(one);
  return forbidden("error.token.scope", {{"scope", wanted.empty() ? "" : std::string(wanted.front())}});
}

bool is_for_staff(terms::Action action) {
  return action == terms::Action::agency_read || action == terms::Action::agency_send ||
         action == terms::Action::agency_follow;
}

bool is_caller(const terms::Actor& actor) { return actor.kind == terms::ActorKind::system && !actor.is_program(); }

}  // namespace

PolicyAnswer ask_for_staff(const CompiledPolicy& policy, std::string_view task) {
  auto context = context_for({}, task);
  context.is_agency = true;
  return policy.evaluate(terms::Action::agency_read, context);
}

bool staff_may_read(const CompiledPolicy& policy, std::string_view task) {
  return ask_for_staff(policy, task).decision == xacml::Decision::permit;
}

bool is_of_agency(const parties::GraphData& graph, const terms::Actor& actor, parties::Index agency) {
  if (agency == parties::no_index) return false;
  if (is_caller(actor)) return graph.id(agency) == actor.party && !graph.deleted(agency);
  if (!actor.is_person() || is_dead(graph, actor)) return false;
  const auto me = graph.index_of(actor.party);
  for (const auto& edge : graph.held_by(me))
    if (edge.other == agency && edge.role == case_worker) return true;
  return false;
}

base::Result<terms::Evidence> agency_evidence(const parties::GraphData& graph, const State& state,
                                              const terms::Actor& actor, terms::Action action, std::string_view org) {
  const auto agency = graph.index_of_organisation(state.agency_number(org));
  if (!is_of_agency(graph, actor, agency)) return forbidden("error.access.not_staff");
  terms::Evidence evidence;
  evidence.kind = "agency";
  evidence.access_version = access_version(graph.switches(), state.delegations().version(graph.id(agency)));
  if (is_caller(actor)) {
    ALTING_TRY(scope, scope_of(actor, action));
    evidence.role = std::move(scope);
    evidence.source = actor.credential;
    return evidence;
  }
  if (!is_for_staff(action)) return forbidden("error.access.not_staff");
  ALTING_CHECK(check_level(actor, terms::AssuranceLevel::substantial));
  evidence.role = role_table()[case_worker].code;
  for (const auto& edge : graph.held_by(graph.index_of(actor.party)))
    if (edge.other == agency && edge.role == case_worker) evidence.source = graph.source(edge.source);
  return evidence;
}

base::Status recheck_agency(store::Tx& tx, const State& state, const terms::Actor& actor, terms::Action action,
                            std::string_view org, std::int64_t version, Rows rows) {
  const auto number =
      state.look([&](const parties::GraphData&, const State& known) { return known.agency_number(org); });
  const auto agency = parties::organisation_with(tx, number);
  if (!agency) return forbidden("error.access.not_staff");
  if (is_caller(actor)) {
    if (*agency != actor.party ||
        parties::standing_of(tx, *agency).value_or(parties::Standing{.struck_off = true}).struck_off)
      return forbidden("error.access.not_staff");
    const auto scope = scope_of(actor, action);
    return scope ? base::Status() : base::Status(std::unexpected(scope.error()));
  }
  if (!is_for_staff(action)) return forbidden("error.access.not_staff");
  if (access_version(tx, {*agency}, rows) == version) return {};
  bool staff = false;
  // None is held by who is dead.
  TxFacts(tx).each_role(actor.party, *agency, [&](RoleId role, std::uint8_t) { staff = staff || role == case_worker; });
  return staff ? base::Status() : forbidden("error.access.not_staff");
}

}  // namespace alting::access
