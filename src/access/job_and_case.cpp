#include "access/job_and_case.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "access/state.h"

namespace alting::access {
namespace {

using terms::Action;

base::Error refused(const char* code) {
  return base::make_error(base::ErrorKind::forbidden, code, "no job or case permits this");
}

bool is_among(std::span<const Action> actions, Action action) {
  return std::ranges::find(actions, action) != actions.end();
}

constexpr std::array reading{Action::read, Action::read_activity, Action::read_delegations};
constexpr std::array delegating{Action::delegate};
constexpr std::array removing{Action::remove};
constexpr std::array reading_and_removing{Action::read, Action::read_activity, Action::read_delegations,
                                          Action::remove};

// What is erased, or past its time, is so whether or not its party still lives.
constexpr std::array jobs{
    JobRule{JobKind::access_end, "party.access_end", "personvernforordningen art. 5 nr. 1 bokstav d og e", delegating},
    JobRule{JobKind::erasure, "party.erasure", "personvernforordningen art. 17", removing},
    JobRule{JobKind::portable, "party.portable", "personvernforordningen art. 15 og 20", reading, true},
    JobRule{JobKind::retention, "party.retention", "personvernforordningen art. 5 nr. 1 bokstav e", removing},
};
constexpr std::array cases{
    CaseRule{CaseKind::rights_request, "rights_request", "personvernforordningen art. 12 og 15-21",
             reading_and_removing, true},
    CaseRule{CaseKind::support, "support", "forvaltningsloven § 11", reading},
};

template <class Rules, class Kind>
const auto& rule_in(const Rules& rules, Kind kind) {
  for (const auto& rule : rules)
    if (rule.kind == kind) return rule;
  throw std::logic_error("a kind of job or case has no rule");
}

}  // namespace

std::span<const JobRule> job_rules() { return jobs; }
std::span<const CaseRule> case_rules() { return cases; }
const JobRule& rule_of(JobKind kind) { return rule_in(jobs, kind); }
const CaseRule& rule_of(CaseKind kind) { return rule_in(cases, kind); }

const JobRule* find_job_rule(std::string_view code) {
  for (const auto& rule : jobs)
    if (rule.code == code) return &rule;
  return nullptr;
}

base::Status check_job(const JobRule& rule, Action action, bool party_is_gone) {
  const bool may = is_among(rule.actions, action) && !(rule.only_living && party_is_gone);
  return may ? base::Status() : refused("error.access.job");
}

std::optional<OpenCase> find_open(const FindCase& find, store::Tx& tx, const terms::CaseId& id) {
  auto open = find ? find(tx, id) : std::nullopt;
  return open && open->id == id ? std::move(open) : std::nullopt;
}

base::Status check_case(const std::optional<OpenCase>& open, const terms::Actor& actor, bool actor_is_dead,
                        Action action, terms::PartyId party, const std::optional<terms::InstanceId>& instance) {
  const auto may = [&] {
    if (!open || open->party != party || (open->instance && open->instance != instance)) return false;
    const auto& rule = rule_of(open->kind);
    if (!is_among(rule.actions, action)) return false;
    switch (actor.kind) {
      case terms::ActorKind::person: return open->worker == actor.party && !actor_is_dead;
      case terms::ActorKind::system: return rule.by_program && actor.is_program();
      case terms::ActorKind::organisation: return false;
    }
    return false;
  };
  return may() ? base::Status() : refused("error.access.case");
}

terms::AssuranceLevel level_for_case(const State& state, const Target& target) {
  // What the form asks for is not known without its app: as much as any may ask.
  if (!target.app) return target.instance ? terms::AssuranceLevel::high : terms::AssuranceLevel::substantial;
  const auto* rules = state.find(*target.app);
  return rules == nullptr ? terms::AssuranceLevel::high : std::max(terms::AssuranceLevel::substantial, rules->level());
}

}  // namespace alting::access
