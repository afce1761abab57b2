#include "access/testing/access_fixture.h"

#include <fmt/format.h>

#include "base/text.h"

namespace alting::access::testing {
namespace {

std::string match(std::string_view attribute, std::string_view category, std::string_view value) {
  return fmt::format(
      R"(<Match MatchId="urn:oasis:names:tc:xacml:3.0:function:string-equal-ignore-case"><AttributeValue DataType="http://www.w3.org/2001/XMLSchema#string">{}</AttributeValue><AttributeDesignator AttributeId="{}" Category="urn:oasis:names:tc:xacml:{}" DataType="http://www.w3.org/2001/XMLSchema#string" MustBePresent="false"/></Match>)",
      value, attribute, category);
}
constexpr std::string_view subject = "1.0:subject-category:access-subject",
                           resource = "3.0:attribute-category:resource", action = "3.0:attribute-category:action";

std::string any_of(std::string_view words, std::string_view attribute, std::string_view category) {
  if (words.empty()) return "";
  std::string text = "<AnyOf>";
  for (const auto word : base::split(words, '|')) text += "<AllOf>" + match(attribute, category, word) + "</AllOf>";
  return text + "</AnyOf>";
}

}  // namespace

std::string policy_xml(const std::vector<RuleText>& rules, std::string_view org, std::string_view app, int level) {
  std::string text =
      R"(<Policy xmlns="urn:oasis:names:tc:xacml:3.0:core:schema:wd-17" PolicyId="p" Version="1.0" RuleCombiningAlgId="urn:oasis:names:tc:xacml:3.0:rule-combining-algorithm:deny-overrides"><Target/>)";
  int number = 0;
  for (const auto& rule : rules) {
    text += fmt::format(R"(<Rule RuleId="rule:{}" Effect="{}"><Target>)", ++number, rule.effect);
    text += any_of(rule.roles, "urn:altinn:rolecode", subject);
    if (rule.agency) text += any_of(org, "urn:altinn:org", subject);
    text += "<AnyOf><AllOf>" + match("urn:altinn:org", resource, org) + match("urn:altinn:app", resource, app);
    if (!rule.task.empty()) text += match("urn:altinn:task", resource, rule.task);
    if (!rule.end_event.empty()) text += match("urn:altinn:end-event", resource, rule.end_event);
    text += "</AllOf></AnyOf>" + any_of(rule.actions, "urn:oasis:names:tc:xacml:1.0:action:action-id", action) +
            "</Target></Rule>";
  }
  if (level > 0)
    text += fmt::format(
        R"(<ObligationExpressions><ObligationExpression ObligationId="o" FulfillOn="Permit"><AttributeAssignmentExpression AttributeId="a" Category="urn:altinn:minimum-authenticationlevel"><AttributeValue DataType="http://www.w3.org/2001/XMLSchema#integer">{}</AttributeValue></AttributeAssignmentExpression></ObligationExpression></ObligationExpressions>)",
        level);
  return text + "</Policy>";
}

void AccessFixture::load() {
  const std::vector<RuleText> usual{{"Permit", "UTINN", "instantiate|read", "", "", false},
                                    {"Permit", "UTINN", "read|write|delete|complete", "Task_1", "", false},
                                    {"Permit", "", "read", "", "EndEvent_1", true}};
  const auto done = decider().load_policies(
      {{breach, policy_xml(usual, "dat", "avviksmelding", 3), "974761467", {"organisation", "subUnit"}},
       {private_app,
        policy_xml({{"Permit", "PRIV", "instantiate|read|write", "", "", false}}, "dat", "privat"),
        "974761467",
        {}},
       {strict,
        policy_xml({{"Permit", "DAGL|LEDE", "instantiate|read|write", "", "", false},
                    {"Deny", "LEDE", "write", "", "", false}},
                   "nav", "stor", 4),
        "",
        {}}});
  if (!done) throw std::logic_error(done.error().code + " " + done.error().detail);
}

}  // namespace alting::access::testing
