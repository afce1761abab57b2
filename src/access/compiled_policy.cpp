#include "access/compiled_policy.h"

#include "base/log.h"
#include "base/text.h"

namespace alting::access {
namespace {

base::Error refuse(std::string_view code, std::string_view what) {
  return base::make_error(base::ErrorKind::unprocessable, std::string(code), std::string(what),
                          {{"what", std::string(what)}});
}

bool same(const xacml::Match& match, std::string_view value) {
  return match.ignore_case ? base::to_lower(match.value) == base::to_lower(value) : match.value == value;
}

std::optional<terms::AssuranceLevel> read_level(std::string_view text) {
  if (text == "0" || text == "1") return terms::AssuranceLevel::none;
  if (text == "2") return terms::AssuranceLevel::low;
  if (text == "3") return terms::AssuranceLevel::substantial;
  if (text == "4") return terms::AssuranceLevel::high;
  return std::nullopt;
}

bool equal_state(std::string_view wanted, std::string_view value, bool ignore_case) {
  if (wanted == value) return true;
  if (!ignore_case || wanted.size() != value.size()) return false;
  return std::equal(wanted.begin(), wanted.end(), value.begin(), [](char a, char b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return lower(a) == lower(b);
  });
}

}  // namespace

struct CompiledPolicy::Compiler {
  const terms::AppId& app;
  std::string_view action;  // the one being compiled for
  bool deny = false;
  RoleSet named;

  enum class Known : std::uint8_t { yes, no, open };

  // A match that the app decides is known now; one that the request decides is added to `term`.
  base::Result<Known> match(const xacml::Match& match, Term& term) {
    const auto known = [&](std::string_view value) { return same(match, value) ? Known::yes : Known::no; };
    if (match.category == xacml::action_category && match.attribute == "urn:oasis:names:tc:xacml:1.0:action:action-id")
      return known(action);
    if (match.category == xacml::resource_category) {
      if (match.attribute == "urn:altinn:org") return known(app.org);
      if (match.attribute == "urn:altinn:app") return known(app.app);
      if (match.attribute == "urn:altinn:resource") return known("app_" + app.org + "_" + app.app);
      if (match.attribute == "urn:altinn:task" || match.attribute == "urn:altinn:end-event") {
        auto& list = match.attribute == "urn:altinn:task" ? term.tasks : term.end_events;
        if (match.ignore_case && !std::all_of(match.value.begin(), match.value.end(),
                                              [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
          return refuse("error.policy.outside_subset", "a task whose name is not ASCII");
        if ((!term.tasks.empty() || !term.end_events.empty()) && term.ignore_case != match.ignore_case)
          return refuse("error.policy.outside_subset", "two functions for tasks in one AllOf");
        term.ignore_case = match.ignore_case;
        list.push_back(match.value);
        return Known::open;
      }
    }
    // A part of the app that decisions here never name (Altinn's "events"): a Permit for it permits nothing, a Deny
    // would be lost.
    if (match.category == xacml::resource_category && match.attribute == "urn:altinn:appresource") {
      if (deny) return refuse("error.policy.outside_subset", "a Deny for an appresource");
      return Known::no;
    }
    if (match.category == xacml::subject_category) {
      if (match.attribute == "urn:altinn:rolecode") return role(match, term);
      if (match.attribute == "urn:altinn:org") {
        if (!same(match, app.org)) return Known::no;  // no other org acts on this app
        term.agency = true;
        return Known::open;
      }
    }
    return refuse("error.policy.outside_subset", fmt::format("attribute {} of {}", match.attribute, match.category));
  }

  // Role codes compare without regard to case, as Altinn's policies write them.
  base::Result<Known> role(const xacml::Match& match, Term& term) {
    const auto* found = role_table().find(match.value);
    if (found == nullptr) {
      if (deny) return refuse("error.policy.outside_subset", "a Deny for a role that is not known: " + match.value);
      return Known::no;
    }
    if (role_table().administrators().test(found->id)) return refuse("error.policy.administrator_role", found->code);
    term.roles.set(found->id);
    named.set(found->id);
    return Known::open;
  }

  // Nothing when the rule can never hold for this action.
  base::Result<std::optional<std::vector<Choice>>> target(const xacml::Target& target) {
    std::vector<Choice> choices;
    bool never = false;
    for (const auto& any : target) {
      Choice choice;
      bool always = false;
      for (const auto& all : any) {
        Term term;
        bool possible = true, open = false;
        for (const auto& one : all) {
          ALTING_TRY(known, match(one, term));
          possible = possible && known != Known::no;
          open = open || known == Known::open;
        }
        if (!possible) continue;
        if (!open)
          always = true;
        else if (term.roles.count() == 1 && !term.agency && term.tasks.empty() && term.end_events.empty())
          choice.roles |= term.roles;
        else
          choice.terms.push_back(std::move(term));
      }
      if (always) continue;
      never = never || (choice.roles.none() && choice.terms.empty());
      choices.push_back(std::move(choice));
    }
    if (never) return std::optional<std::vector<Choice>>();
    return std::optional(std::move(choices));
  }
};

base::Result<CompiledPolicy> CompiledPolicy::compile(const xacml::Policy& policy, const terms::AppId& app) {
  CompiledPolicy compiled;
  compiled.deny_first_ = policy.combining == xacml::Combining::deny_overrides;
  for (std::size_t i = 0; i < actions; ++i) {
    const auto action = static_cast<terms::Action>(i);
    Compiler compiler{app, action == terms::Action::agency_read ? "read" : terms::to_text(action), false, {}};
    ALTING_TRY(shared, compiler.target(policy.target));
    for (const auto& rule : policy.rules) {
      compiler.deny = rule.effect == xacml::Effect::deny;
      ALTING_TRY(choices, compiler.target(rule.target));
      if (!choices || !shared) continue;
      choices->insert(choices->end(), shared->begin(), shared->end());
      compiled.by_action_[i].push_back({rule.id, compiler.deny, *std::move(choices)});
    }
    compiled.named_ |= compiler.named;
  }
  for (const auto& obligation : policy.obligations)
    for (const auto& assignment : obligation.assignments) {
      const bool for_persons = assignment.category == "urn:altinn:minimum-authenticationlevel";
      if (!for_persons && assignment.category != "urn:altinn:minimum-authenticationlevel-org")
        return refuse("error.policy.outside_subset", "obligation " + assignment.category);
      const auto level = read_level(assignment.value);
      if (!level || obligation.fulfill_on != xacml::Effect::permit)
        return refuse("error.policy.level", "authentication level " + assignment.value);
      auto& least = for_persons ? compiled.level_ : compiled.level_org_;
      least = std::max(least, *level);
    }
  return compiled;
}

bool CompiledPolicy::holds(const Term& term, const PolicyContext& context, bool deny) {
  if ((term.roles & context.roles) != term.roles) return false;
  if (term.agency && !context.is_agency) return false;
  if (context.any_state && !deny) return true;
  const auto all_equal = [&](const std::vector<std::string>& wanted, std::string_view value) {
    return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& one) {
      return !value.empty() && equal_state(one, value, term.ignore_case);
    });
  };
  return all_equal(term.tasks, context.task) && all_equal(term.end_events, context.end_event);
}

bool CompiledPolicy::holds(const Rule& rule, const PolicyContext& context) {
  return std::all_of(rule.choices.begin(), rule.choices.end(), [&](const Choice& choice) {
    return (choice.roles & context.roles).any() ||
           std::any_of(choice.terms.begin(), choice.terms.end(),
                       [&](const Term& term) { return holds(term, context, rule.deny); });
  });
}

PolicyAnswer CompiledPolicy::evaluate(terms::Action action, const PolicyContext& context) const {
  const Rule *permit = nullptr, *deny = nullptr;
  for (const auto& rule : by_action_[static_cast<std::size_t>(action)]) {
    auto& found = rule.deny ? deny : permit;
    if (found == nullptr && holds(rule, context)) found = &rule;
  }
  const Rule* decided = deny_first_ ? (deny != nullptr ? deny : permit) : (permit != nullptr ? permit : deny);
  PolicyAnswer answer;
  if (decided == nullptr) return answer;
  answer.decision = decided->deny ? xacml::Decision::deny : xacml::Decision::permit;
  answer.rule = &decided->id;
  for (const auto& choice : decided->choices) {
    answer.grounds |= choice.roles;
    for (const auto& term : choice.terms) answer.grounds |= term.roles;
  }
  return answer;
}

RoleSet CompiledPolicy::roles_that_permit(terms::Action action) const {
  RoleSet roles;
  for (const auto& rule : by_action_[static_cast<std::size_t>(action)]) {
    if (rule.deny) continue;
    for (const auto& choice : rule.choices) {
      roles |= choice.roles;
      for (const auto& term : choice.terms) roles |= term.roles;
    }
  }
  return roles;
}

PolicyContext context_for(const RoleSet& roles, std::string_view task) {
  PolicyContext context;
  context.roles = roles;
  (task.starts_with("EndEvent") ? context.end_event : context.task) = task;
  return context;
}

}  // namespace alting::access
