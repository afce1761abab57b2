// An app's policy in the form decisions run on: what is known of the app (org, app) is evaluated when it is loaded,
// roles become bits, and the rules are sorted by action. A decision is then a handful of and-operations.
//
// The meaning is exactly that of xacml::evaluate (a law in the tests). Attributes the portal gives: role codes and org
// of the subject; org, app, resource ("app_<org>_<app>"), task and end-event of the resource; the action. A Permit for
// an `appresource` is read and permits nothing here. A policy that names another attribute is refused when it is
// loaded, and so is one that names an administrator's role (ADMAI, HADM, KLADM), which must never be the ground of
// access to an app.
#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "access/roles.h"
#include "access/xacml.h"
#include "terms/actor.h"
#include "terms/ids.h"
#include "terms/permit.h"

namespace alting::access {

// The subject and the state of the resource, for one decision.
struct PolicyContext {
  RoleSet roles;
  bool is_agency = false;  // the subject is the org that owns the app
  std::string_view task, end_event;
  bool any_state = false;  // for lists: a rule that holds in some task or end event counts (only for permits)
};

struct PolicyAnswer {
  xacml::Decision decision = xacml::Decision::not_applicable;
  const std::string* rule = nullptr;
  RoleSet grounds;  // roles the deciding rule names
};

class CompiledPolicy {
 public:
  // error.policy.outside_subset, error.policy.administrator_role, error.policy.level
  [[nodiscard]] static base::Result<CompiledPolicy> compile(const xacml::Policy& policy, const terms::AppId& app);

  [[nodiscard]] PolicyAnswer evaluate(terms::Action action, const PolicyContext& context) const;
  [[nodiscard]] terms::AssuranceLevel least_level(terms::ActorKind kind) const {
    return kind == terms::ActorKind::person ? level_ : level_org_;
  }
  // Roles that some rule for this action names: who could be asked for access.
  [[nodiscard]] RoleSet roles_that_permit(terms::Action action) const;
  [[nodiscard]] const RoleSet& roles_named() const { return named_; }

 private:
  struct Term {  // all of it must hold
    RoleSet roles;
    bool agency = false;
    std::vector<std::string> tasks, end_events;  // lower case when the match ignores case
    bool ignore_case = false;
  };
  struct Choice {  // one of it must hold
    RoleSet roles;
    std::vector<Term> terms;
  };
  struct Rule {
    std::string id;
    bool deny = false;
    std::vector<Choice> choices;
  };
  static constexpr std::size_t actions = static_cast<std::size_t>(terms::Action::represent) + 1;
  struct Compiler;
  [[nodiscard]] static bool holds(const Term& term, const PolicyContext& context, bool deny);
  [[nodiscard]] static bool holds(const Rule& rule, const PolicyContext& context);

  std::array<std::vector<Rule>, actions> by_action_;
  bool deny_first_ = true;
  terms::AssuranceLevel level_ = terms::AssuranceLevel::low, level_org_ = terms::AssuranceLevel::low;
  RoleSet named_;
};

// "EndEvent_1" is an end event, everything else a task.
[[nodiscard]] PolicyContext context_for(const RoleSet& roles, std::string_view task);

}  // namespace alting::access
