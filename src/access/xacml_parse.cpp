// Reads a policy's XML, and refuses what is outside the subset.
#include <map>
#include <pugixml.hpp>

#include "access/xacml.h"
#include "base/text.h"

namespace alting::access::xacml {
namespace {

constexpr std::size_t size_limit = 1024 * 1024, rule_limit = 1000;
constexpr std::string_view xml_string = "http://www.w3.org/2001/XMLSchema#string";
constexpr std::string_view xacml_namespace = "urn:oasis:names:tc:xacml:3.0:core:schema:wd-17";

base::Error outside(std::string_view what) {
  return base::make_error(base::ErrorKind::unprocessable, "error.policy.outside_subset", std::string(what),
                          {{"what", std::string(what)}});
}

std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

// The attributes of an element must all be known ones; namespace declarations and schema locations do not count.
base::Status only_attributes(const pugi::xml_node& node, std::initializer_list<std::string_view> known) {
  for (const auto& attribute : node.attributes()) {
    const std::string_view name = attribute.name();
    if (name.starts_with("xmlns") || name.ends_with(":schemaLocation")) continue;
    if (std::find(known.begin(), known.end(), name) == known.end())
      return outside(fmt::format("attribute {} of {}", name, local_name(node)));
  }
  return {};
}

std::vector<pugi::xml_node> elements(const pugi::xml_node& node) {
  std::vector<pugi::xml_node> found;
  for (const auto& child : node.children())
    if (child.type() == pugi::node_element) found.push_back(child);
  return found;
}

base::Result<Effect> read_effect(std::string_view text) {
  if (text == "Permit") return Effect::permit;
  if (text == "Deny") return Effect::deny;
  return outside("an effect that is neither Permit nor Deny");
}

base::Result<Match> read_match(const pugi::xml_node& node) {
  ALTING_CHECK(only_attributes(node, {"MatchId"}));
  Match match;
  const std::string_view function = node.attribute("MatchId").value();
  if (function == "urn:oasis:names:tc:xacml:3.0:function:string-equal-ignore-case")
    match.ignore_case = true;
  else if (function != "urn:oasis:names:tc:xacml:1.0:function:string-equal")
    return outside(fmt::format("function {}", function));
  const auto parts = elements(node);
  if (parts.size() != 2 || local_name(parts[0]) != "AttributeValue" || local_name(parts[1]) != "AttributeDesignator")
    return outside("a Match that is not a value and a designator");
  ALTING_CHECK(only_attributes(parts[0], {"DataType"}));
  ALTING_CHECK(only_attributes(parts[1], {"AttributeId", "Category", "DataType", "MustBePresent"}));
  for (const auto& part : parts)
    if (std::string_view(part.attribute("DataType").value()) != xml_string)
      return outside(fmt::format("data type {}", part.attribute("DataType").value()));
  if (const std::string_view must = parts[1].attribute("MustBePresent").value(); must != "false" && must != "0")
    return outside("MustBePresent");
  if (!elements(parts[0]).empty()) return outside("elements inside a value");
  match.value = parts[0].text().get();
  match.attribute = parts[1].attribute("AttributeId").value();
  match.category = parts[1].attribute("Category").value();
  if (match.attribute.empty() || match.category.empty()) return outside("a designator without id or category");
  return match;
}

base::Result<Target> read_target(const pugi::xml_node& node) {
  ALTING_CHECK(only_attributes(node, {}));
  Target target;
  for (const auto& any_node : elements(node)) {
    if (local_name(any_node) != "AnyOf") return outside(fmt::format("{} in a target", local_name(any_node)));
    AnyOf any;
    for (const auto& all_node : elements(any_node)) {
      if (local_name(all_node) != "AllOf") return outside(fmt::format("{} in AnyOf", local_name(all_node)));
      AllOf all;
      for (const auto& match_node : elements(all_node)) {
        if (local_name(match_node) != "Match") return outside(fmt::format("{} in AllOf", local_name(match_node)));
        ALTING_TRY(match, read_match(match_node));
        all.push_back(std::move(match));
      }
      if (all.empty()) return outside("an empty AllOf");
      any.push_back(std::move(all));
    }
    if (any.empty()) return outside("an empty AnyOf");
    target.push_back(std::move(any));
  }
  return target;
}

base::Result<Rule> read_rule(const pugi::xml_node& node) {
  ALTING_CHECK(only_attributes(node, {"RuleId", "Effect"}));
  Rule rule;
  rule.id = node.attribute("RuleId").value();
  if (rule.id.empty()) return outside("a rule without an id");
  ALTING_TRY(effect, read_effect(node.attribute("Effect").value()));
  rule.effect = effect;
  int targets = 0;
  for (const auto& part : elements(node)) {
    const auto name = local_name(part);
    if (name == "Description") continue;
    if (name != "Target" || ++targets > 1) return outside(fmt::format("{} in a rule", name));
    ALTING_TRY(target, read_target(part));
    rule.target = std::move(target);
  }
  return rule;
}

base::Result<Obligation> read_obligation(const pugi::xml_node& node) {
  ALTING_CHECK(only_attributes(node, {"ObligationId", "FulfillOn"}));
  Obligation obligation;
  obligation.id = node.attribute("ObligationId").value();
  ALTING_TRY(effect, read_effect(node.attribute("FulfillOn").value()));
  obligation.fulfill_on = effect;
  for (const auto& part : elements(node)) {
    if (local_name(part) != "AttributeAssignmentExpression")
      return outside(fmt::format("{} in an obligation", local_name(part)));
    ALTING_CHECK(only_attributes(part, {"AttributeId", "Category"}));
    const auto values = elements(part);
    if (values.size() != 1 || local_name(values[0]) != "AttributeValue")
      return outside("an assignment that is not one value");
    ALTING_CHECK(only_attributes(values[0], {"DataType"}));
    obligation.assignments.push_back({part.attribute("AttributeId").value(), part.attribute("Category").value(),
                                      std::string(base::trim(values[0].text().get()))});
  }
  return obligation;
}

// XACML does not ask for ids that are unique, and policies from outside have rules with the same one: what is said of a
// decision then names the rule with its number in the file.
void number_equal_ids(std::vector<Rule>& rules) {
  std::map<std::string, int> count;
  for (const auto& rule : rules) ++count[rule.id];
  for (std::size_t i = 0; i < rules.size(); ++i)
    if (count[rules[i].id] > 1) rules[i].id += fmt::format(" (rule {})", i + 1);
}

// Some of Altinn's policies name the algorithm for policies: it is read as the one for rules of the same name.
base::Result<Combining> read_combining(std::string_view id) {
  for (const auto* kind : {"rule", "policy"}) {
    if (id == fmt::format("urn:oasis:names:tc:xacml:3.0:{}-combining-algorithm:deny-overrides", kind))
      return Combining::deny_overrides;
    if (id == fmt::format("urn:oasis:names:tc:xacml:3.0:{}-combining-algorithm:permit-overrides", kind))
      return Combining::permit_overrides;
  }
  return outside(fmt::format("combining algorithm {}", id));
}

base::Status read_part(const pugi::xml_node& part, Policy& policy, int& targets) {
  const auto name = local_name(part);
  if (name == "Description") return {};
  if (name == "PolicyDefaults") return outside("PolicyDefaults");
  if (name == "Target") {
    if (++targets > 1) return outside("two targets");
    ALTING_TRY(target, read_target(part));
    policy.target = std::move(target);
  } else if (name == "Rule") {
    if (policy.rules.size() >= rule_limit)
      return base::make_error(base::ErrorKind::too_large, "error.policy.too_large", "more than 1000 rules");
    ALTING_TRY(rule, read_rule(part));
    policy.rules.push_back(std::move(rule));
  } else if (name == "ObligationExpressions") {
    for (const auto& node : elements(part)) {
      if (local_name(node) != "ObligationExpression")
        return outside(fmt::format("{} among obligations", local_name(node)));
      ALTING_TRY(obligation, read_obligation(node));
      policy.obligations.push_back(std::move(obligation));
    }
  } else {
    return outside(fmt::format("{} in a policy", name));
  }
  return {};
}

}  // namespace

base::Result<Policy> parse_policy(std::string_view xml) {
  if (xml.size() > size_limit)
    return base::make_error(base::ErrorKind::too_large, "error.policy.too_large", "more than 1 MiB");
  pugi::xml_document document;
  // No document type: entities are not expanded, and a policy needs none.
  const auto parsed =
      document.load_buffer(xml.data(), xml.size(), pugi::parse_default | pugi::parse_doctype, pugi::encoding_utf8);
  if (!parsed) return base::make_error(base::ErrorKind::invalid, "error.policy.not_xml", parsed.description());
  for (const auto& node : document.children())
    if (node.type() == pugi::node_doctype) return outside("a document type");
  const auto root = document.document_element();
  if (local_name(root) != "Policy") return outside(fmt::format("root element {}", local_name(root)));
  const std::string_view prefix =
      std::string_view(root.name()).substr(0, std::string_view(root.name()).size() - local_name(root).size());
  const auto declaration =
      prefix.empty() ? std::string("xmlns") : "xmlns:" + std::string(prefix.substr(0, prefix.size() - 1));
  if (std::string_view(root.attribute(declaration.c_str()).value()) != xacml_namespace)
    return outside("a root element of another namespace");
  ALTING_CHECK(only_attributes(root, {"PolicyId", "Version", "RuleCombiningAlgId"}));
  Policy policy;
  policy.id = root.attribute("PolicyId").value();
  ALTING_TRY(combining, read_combining(root.attribute("RuleCombiningAlgId").value()));
  policy.combining = combining;
  int targets = 0;
  for (const auto& part : elements(root)) ALTING_CHECK(read_part(part, policy, targets));
  number_equal_ids(policy.rules);
  return policy;
}

}  // namespace alting::access::xacml
