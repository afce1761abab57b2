// Who reads for an agency: persons with a role for the agency's party, what the forms' policies let them read.
#include "access/state.h"

namespace alting::access {
namespace {

constexpr RoleId case_worker = parties::role_code("SAKSB");

}  // namespace

PolicyAnswer ask_for_staff(const CompiledPolicy& policy, std::string_view task) {
  auto context = context_for({}, task);
  context.is_agency = true;
  return policy.evaluate(terms::Action::agency_read, context);
}

bool staff_may_read(const CompiledPolicy& policy, std::string_view task) {
  return ask_for_staff(policy, task).decision == xacml::Decision::permit;
}

bool is_staff(const parties::GraphData& graph, const terms::Actor& actor, parties::Index agency) {
  if (agency == parties::no_index || actor.kind != terms::ActorKind::person || is_dead(graph, actor)) return false;
  const auto me = graph.index_of(actor.party);
  for (const auto& edge : graph.held_by(me))
    if (edge.other == agency && edge.role == case_worker) return true;
  return false;
}

base::Result<terms::Evidence> staff_evidence(const parties::GraphData& graph, const State& state,
                                             const terms::Actor& actor, std::string_view org) {
  const auto agency = graph.index_of_organisation(state.agency_number(org));
  if (!is_staff(graph, actor, agency)) return forbidden("error.access.not_staff");
  ALTING_CHECK(check_level(actor, terms::AssuranceLevel::substantial));
  terms::Evidence evidence;
  evidence.kind = "agency";
  evidence.role = role_table()[case_worker].code;
  for (const auto& edge : graph.held_by(graph.index_of(actor.party)))
    if (edge.other == agency && edge.role == case_worker) evidence.source = graph.source(edge.source);
  evidence.access_version = access_version(graph.switches(), state.delegations().version(graph.id(agency)));
  return evidence;
}

base::Status recheck_staff(store::Tx& tx, const State& state, const terms::Actor& actor, std::string_view org,
                           std::int64_t version, Rows rows) {
  const auto number =
      state.look([&](const parties::GraphData&, const State& known) { return known.agency_number(org); });
  const auto agency = parties::organisation_with(tx, number);
  if (!agency) return forbidden("error.access.not_staff");
  if (access_version(tx, {*agency}, rows) == version) return {};
  bool staff = false;
  // None is held by who is dead.
  TxFacts(tx).each_role(actor.party, *agency, [&](RoleId role, std::uint8_t) { staff = staff || role == case_worker; });
  return staff ? base::Status() : forbidden("error.access.not_staff");
}

}  // namespace alting::access
