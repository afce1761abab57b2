// The subset of XACML 3.0 that Altinn's apps use: one policy of rules, targets of string matches, and obligations.
//
// parse_policy refuses everything outside the subset (conditions, policy sets, variables, advice, other functions and
// data types, MustBePresent, issuers, unknown elements), so that nothing is ever permitted by a policy that was half
// understood. evaluate() is the plain meaning, element by element as the standard says (sections 7.6 to 7.13);
// compiled_policy.h is what decisions run on.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace alting::access::xacml {

inline constexpr std::string_view subject_category = "urn:oasis:names:tc:xacml:1.0:subject-category:access-subject";
inline constexpr std::string_view resource_category = "urn:oasis:names:tc:xacml:3.0:attribute-category:resource";
inline constexpr std::string_view action_category = "urn:oasis:names:tc:xacml:3.0:attribute-category:action";

struct Match {
  std::string category, attribute, value;
  bool ignore_case = false;
};
using AllOf = std::vector<Match>;
using AnyOf = std::vector<AllOf>;
using Target = std::vector<AnyOf>;  // empty: matches everything

enum class Effect : std::uint8_t { permit, deny };
enum class Combining : std::uint8_t { deny_overrides, permit_overrides };

struct Rule {
  std::string id;
  Effect effect = Effect::permit;
  Target target;
};
struct Assignment {
  std::string attribute, category, value;
};
struct Obligation {
  std::string id;
  Effect fulfill_on = Effect::permit;
  std::vector<Assignment> assignments;
};
struct Policy {
  std::string id;
  Combining combining = Combining::deny_overrides;
  Target target;
  std::vector<Rule> rules;
  std::vector<Obligation> obligations;
};

// error.policy.not_xml, error.policy.outside_subset (detail says what), error.policy.too_large (1 MiB, 1000 rules).
[[nodiscard]] base::Result<Policy> parse_policy(std::string_view xml);

using Attributes = std::map<std::pair<std::string, std::string>, std::vector<std::string>>;  // (category, id) -> values

enum class Decision : std::uint8_t { permit, deny, not_applicable };
struct Evaluation {
  Decision decision = Decision::not_applicable;
  const Rule* rule = nullptr;  // the one that decided
  std::vector<const Obligation*> obligations;
};
[[nodiscard]] Evaluation evaluate(const Policy& policy, const Attributes& request);

}  // namespace alting::access::xacml
