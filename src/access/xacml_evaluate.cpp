// What a policy says of a request, element by element as the standard has it.
#include "access/xacml.h"
#include "base/text.h"

namespace alting::access::xacml {
namespace {

bool equal(const Match& match, std::string_view value) {
  if (!match.ignore_case) return match.value == value;
  return base::to_lower(match.value) == base::to_lower(value);
}

// A match holds when some value of the bag makes it true; a bag that is not there holds none (MustBePresent is outside
// the subset).
bool holds(const Match& match, const Attributes& request) {
  const auto bag = request.find({match.category, match.attribute});
  if (bag == request.end()) return false;
  return std::any_of(bag->second.begin(), bag->second.end(),
                     [&](const std::string& value) { return equal(match, value); });
}

bool holds(const Target& target, const Attributes& request) {
  return std::all_of(target.begin(), target.end(), [&](const AnyOf& any) {
    return std::any_of(any.begin(), any.end(), [&](const AllOf& all) {
      return std::all_of(all.begin(), all.end(), [&](const Match& match) { return holds(match, request); });
    });
  });
}

}  // namespace

Evaluation evaluate(const Policy& policy, const Attributes& request) {
  Evaluation answer;
  if (!holds(policy.target, request)) return answer;
  const Rule *permit = nullptr, *deny = nullptr;
  for (const auto& rule : policy.rules) {
    auto& found = rule.effect == Effect::permit ? permit : deny;
    if (found == nullptr && holds(rule.target, request)) found = &rule;
  }
  const bool deny_first = policy.combining == Combining::deny_overrides;
  answer.rule = deny_first ? (deny != nullptr ? deny : permit) : (permit != nullptr ? permit : deny);
  if (answer.rule == nullptr) return answer;
  answer.decision = answer.rule->effect == Effect::permit ? Decision::permit : Decision::deny;
  for (const auto& obligation : policy.obligations)
    if (obligation.fulfill_on == answer.rule->effect) answer.obligations.push_back(&obligation);
  return answer;
}

}  // namespace alting::access::xacml
