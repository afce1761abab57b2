// Policies: what is half understood is refused, and what decisions run on means the same as the standard's own words.
#include "access/compiled_policy.h"

#include "base/testing/fuzz.h"
#include "base/text.h"

namespace fuzz = alting::base::fuzz;
using namespace alting;
using access::CompiledPolicy;

namespace {

const terms::AppId app{"dat", "veiledning"};

access::xacml::Attributes request_of(std::string_view role, bool agency, std::string_view task, terms::Action action) {
  access::xacml::Attributes request;
  const std::string subject(access::xacml::subject_category), resource(access::xacml::resource_category);
  if (!role.empty()) request[{subject, "urn:altinn:rolecode"}] = {std::string(role)};
  if (agency) request[{subject, "urn:altinn:org"}] = {app.org};
  request[{resource, "urn:altinn:org"}] = {app.org};
  request[{resource, "urn:altinn:app"}] = {app.app};
  if (task == "EndEvent_1")
    request[{resource, "urn:altinn:end-event"}] = {std::string(task)};
  else if (!task.empty())
    request[{resource, "urn:altinn:task"}] = {std::string(task)};
  request[{std::string(access::xacml::action_category), "urn:oasis:names:tc:xacml:1.0:action:action-id"}] = {
      std::string(terms::to_text(action))};
  return request;
}

// Of what a policy may ask about an app's resource, the compiled one reads "app_<org>_<app>" too; evaluate() is asked
// only where both know the attributes.
bool asks_only_of(const access::xacml::Policy& policy, std::string_view attribute) {
  const auto names = [&](const access::xacml::Target& target) {
    return std::ranges::any_of(target, [&](const auto& any) {
      return std::ranges::any_of(any, [&](const auto& all) {
        return std::ranges::any_of(all, [&](const auto& match) { return match.attribute == attribute; });
      });
    });
  };
  return names(policy.target) ||
         std::ranges::any_of(policy.rules, [&](const auto& rule) { return names(rule.target); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto policy = access::xacml::parse_policy(fuzz::text_of(data, size));
  if (!policy) return 0;
  const auto compiled = CompiledPolicy::compile(*policy, app);
  if (!compiled) return 0;
  const bool comparable =
      !asks_only_of(*policy, "urn:altinn:resource") && !asks_only_of(*policy, "urn:altinn:appresource");
  bool permits = false;
  for (const auto* role : {"", "UTINN", "DAGL"})
    for (const bool agency : {false, true})
      for (const auto* task : {"", "Task_1", "EndEvent_1"})
        for (const auto action : {terms::Action::read, terms::Action::write, terms::Action::instantiate}) {
          auto context = access::context_for(access::role_table().set_of(role), task);
          context.is_agency = agency;
          const auto answer = compiled->evaluate(action, context);
          permits |= answer.decision == access::xacml::Decision::permit;
          if (!comparable) continue;
          const auto expected = access::xacml::evaluate(*policy, request_of(role, agency, task, action));
          fuzz::must_hold(answer.decision == expected.decision, "the compiled policy decides as the standard says");
        }
  fuzz::planted(permits && std::ranges::any_of(policy->rules, [](const auto& rule) {
                  return std::ranges::any_of(rule.id, [](char c) { return c >= 'A' && c <= 'Z'; });
                }));
  return 0;
}
