#include "access/estate.h"

#include <algorithm>

#include "access/facts.h"

namespace alting::access {
namespace {

using parties::GraphData;
using parties::Index;
using terms::Action;

constexpr std::size_t max_administrators = 10;

constexpr std::array what_managers_may{Action::read, Action::represent, Action::read_activity,
                                       Action::read_delegations};
constexpr std::array estate_rules{
    EstateRule{{1'767'225'600'000'000},  // 2026-01-01, the program's first day: the law is older
               "konkursloven §§ 79, 85 og 100; aksjeloven §§ 16-14 og 16-17",
               what_managers_may},
};
constexpr std::array successor_rules{SuccessorRule{{1'767'225'600'000'000}, "aksjeloven § 13-16", "DAGL"}};

}  // namespace

const EstateRule* estate_rule(base::Instant now) {
  const EstateRule* found = nullptr;
  for (const auto& rule : estate_rules)
    if (rule.from <= now) found = &rule;
  return found;
}

bool managers_may(const EstateRule& rule, terms::Action action) {
  return std::ranges::find(rule.of_managers, action) != rule.of_managers.end();
}

const SuccessorRule* successor_rule(base::Instant now) {
  const SuccessorRule* found = nullptr;
  for (const auto& rule : successor_rules)
    if (rule.from <= now) found = &rule;
  return found;
}

RoleSet gives_in(RoleId role, bool struck_off, base::Instant now) {
  const auto& table = role_table();
  const auto* rule = role == successor_role && struck_off ? successor_rule(now) : nullptr;
  const auto* as = rule == nullptr ? nullptr : table.find(rule->as_role);
  return as == nullptr ? table.gives(role) : (as->gives & ~table.administrators()) | table.gives(role);
}

std::vector<std::string> administrators_of(const GraphData& graph, Index business) {
  std::vector<std::string> names;
  if (business == parties::no_index) return names;
  const auto take = [&](Index at) {
    for (const auto& edge : graph.held_in(at)) {
      if (edge.role != administrator_role || names.size() >= max_administrators) continue;
      std::string name(graph.name(edge.other));
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
    }
  };
  const auto take_estates = [&](Index debtor) {
    for (const auto& edge : graph.held_by(debtor))
      if (edge.role == debtor_role && !graph.deleted(edge.other)) take(edge.other);
  };
  take(business);
  take_estates(business);
  for (const auto& edge : graph.held_in(business))
    if (edge.role == owner_role) take_estates(edge.other);
  return names;
}

}  // namespace alting::access
