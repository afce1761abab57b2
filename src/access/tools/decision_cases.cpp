// Runs recorded decisions against the policy reader and its plain meaning. By hand:
//   decision_cases xacml FOLDER    XACML conformance cases (cases.csv; GROUP/CASE/{Policy,Request}.xml)
//   decision_cases altinn FOLDER   decisions of Altinn's apps with their policies and context (cases.csv, apps/,
//   policies/, context/)
// Cases whose policy is outside the subset are counted as such; they must be refused, never answered. Exit status 0
// when no answer is wrong.
#include <pugixml.hpp>

#include <cstdio>

#include "access/xacml.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "parties/csv.h"

namespace {

using namespace alting;  // NOLINT: a program of one file
using access::xacml::Attributes;
using access::xacml::Decision;
namespace fs = std::filesystem;

const std::string subject(access::xacml::subject_category), resource(access::xacml::resource_category),
    action(access::xacml::action_category);
constexpr std::string_view xml_string = "http://www.w3.org/2001/XMLSchema#string";

std::string slurp(const fs::path& file) { return base::read_file(file, 8 * 1024 * 1024).value_or(""); }
base::Json json_of(const fs::path& file) { return base::Json::parse(slurp(file)).value_or(base::Json()); }

std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::optional<Attributes> read_xml_request(const fs::path& file) {
  pugi::xml_document document;
  if (!document.load_file(file.c_str())) return std::nullopt;
  Attributes attributes;
  for (const auto& group : document.document_element().children()) {
    if (local_name(group) != "Attributes") continue;
    for (const auto& attribute : group.children()) {
      if (local_name(attribute) != "Attribute") continue;
      for (const auto& value : attribute.children())
        if (local_name(value) == "AttributeValue" && value.attribute("DataType").value() == xml_string)
          attributes[{group.attribute("Category").value(), attribute.attribute("AttributeId").value()}].emplace_back(
              value.text().get());
    }
  }
  return attributes;
}

void add_json(Attributes& attributes, const std::string& category, const base::Json& part) {
  if (!part["Attribute"].is_array()) return;
  for (const auto& one : part["Attribute"].items())
    attributes[{category, std::string(one.text("AttributeId"))}].emplace_back(one.text("Value"));
}

// The single requests of a JSON request, in order.
std::vector<Attributes> read_json_requests(const fs::path& file) {
  const auto request = json_of(file)["Request"];
  const std::vector<std::pair<std::string, const char*>> parts{
      {subject, "AccessSubject"}, {action, "Action"}, {resource, "Resource"}};
  std::vector<Attributes> out;
  const auto& references = request["MultiRequests"]["RequestReference"];
  if (!references.is_array()) {
    Attributes attributes;
    for (const auto& [category, name] : parts)
      if (request[name].is_array())
        for (const auto& part : request[name].items()) add_json(attributes, category, part);
    return {attributes};
  }
  for (const auto& reference : references.items()) {
    Attributes attributes;
    for (const auto& id : reference["ReferenceId"].items())
      for (const auto& [category, name] : parts)
        for (const auto& part : request[name].items())
          if (part.text("Id") == id.as_string()) add_json(attributes, category, part);
    out.push_back(std::move(attributes));
  }
  return out;
}

std::string_view to_text(Decision decision) {
  return decision == Decision::permit ? "Permit" : decision == Decision::deny ? "Deny" : "NotApplicable";
}

std::string first(const Attributes& attributes, const std::string& category, const std::string& id) {
  const auto found = attributes.find({category, id});
  return found == attributes.end() || found->second.empty() ? "" : found->second.front();
}

// What the information point adds to a request (see the cases' own description): the instance's app, task and party,
// and the roles.
class Context {
 public:
  explicit Context(const fs::path& folder)
      : roles_(json_of(folder / "roles.json")),
        instances_(json_of(folder / "instances.json")),
        delegations_(json_of(folder / "delegations.json")),
        users_(json_of(folder / "users.json")),
        parties_(json_of(folder / "parties.json")),
        estates_(json_of(folder / "estate-roles.json")) {}

  void enrich(Attributes& request) const {
    if (const auto name = first(request, resource, "urn:altinn:resource"); name.starts_with("app_")) {
      const auto parts = base::split(name, '_');
      if (parts.size() == 3)
        set(request, "urn:altinn:org", std::string(parts[1])), set(request, "urn:altinn:app", std::string(parts[2]));
    }
    if (const auto instance = first(request, resource, "urn:altinn:instance-id"); !instance.empty())
      for (const auto& one : instances_.items()) {
        if (one.text("instanceId") != instance) continue;
        const auto app = base::split(one.text("appId"), '/');
        set(request, "urn:altinn:org", std::string(app[0]));
        set(request, "urn:altinn:app", std::string(app[1]));
        set(request, "urn:altinn:partyid", instance.substr(0, instance.find('/')));
        if (const auto task = one["process"]["currentTask"].text("elementId"); !task.empty())
          set(request, "urn:altinn:task", std::string(task));
      }
    if (const auto org = first(request, resource, "urn:altinn:org"), app = first(request, resource, "urn:altinn:app");
        !org.empty() && !app.empty())
      set(request, "urn:altinn:resource", "app_" + org + "_" + app);
    const auto user = first(request, subject, "urn:altinn:userid"),
               party = first(request, resource, "urn:altinn:partyid");
    for (const auto& one : roles_.items())
      if (number(one["userId"]) == user && number(one["partyId"]) == party)
        for (const auto& role : one["roles"].items())
          request[{subject, "urn:altinn:rolecode"}].push_back(base::to_lower(role.as_string()));
    const auto national_of_user = find_text(users_, "userId", user, "nationalId"),
               national_of_party = find_text(parties_, "partyId", party, "nationalId");
    for (const auto& one : estates_.items())
      if (one.text("to") == national_of_user && one.text("from") == national_of_party && !national_of_user.empty())
        request[{subject, "urn:digitaltdodsbo:rolecode"}].emplace_back(one.text("role"));
  }

  // Delegation policies that answer for this party and subject, with what they match on added to the request.
  std::vector<std::string> delegations(Attributes& request) const {
    std::vector<std::string> files;
    const auto user = first(request, subject, "urn:altinn:userid"),
               party = first(request, resource, "urn:altinn:partyid");
    const auto app = first(request, resource, "urn:altinn:org") + "/" + first(request, resource, "urn:altinn:app");
    const auto instance = first(request, resource, "urn:altinn:resource:instance-id");
    for (const auto& one : delegations_.items()) {
      if (one.text("resource") != app && "app_" + base::replace_all(app, "/", "_") != one.text("resource")) continue;
      if (!one.text("instance").empty() && one.text("instance") != instance) continue;
      for (const auto& question : one["answersFor"].items()) {
        if (number(question["party"]) != party || question["subject"].text("kind") != "user" ||
            number(question["subject"]["id"]) != user)
          continue;
        const auto& covered = one["coveredBy"];
        if (covered.text("kind") == "party") request[{subject, "urn:altinn:partyid"}].push_back(number(covered["id"]));
        if (covered.text("kind") == "person")
          request[{subject, "urn:altinn:person:uuid"}].emplace_back(covered.text("id"));
        if (covered.text("kind") == "organisation")
          request[{subject, "urn:altinn:organization:uuid"}].emplace_back(covered.text("id"));
        files.emplace_back(one.text("policy"));
      }
    }
    return files;
  }

 private:
  static std::string number(const base::Json& json) {
    return json.is_number() ? json.number_text() : std::string(json.text_or(""));
  }
  static void set(Attributes& request, const std::string& id, const std::string& value) {
    auto& bag = request[{resource, id}];
    if (bag.empty()) bag.push_back(value);
  }
  static std::string find_text(const base::Json& list, std::string_view key, const std::string& value,
                               std::string_view wanted) {
    for (const auto& one : list.items())
      if (number(one[key]) == value) return std::string(one.text(wanted));
    return "";
  }
  base::Json roles_, instances_, delegations_, users_, parties_, estates_;
};

struct Count {
  int right = 0, wrong = 0, outside = 0;
};

void note(Count& count, std::string_view name, const std::string& expected, const std::string& found) {
  if (found == expected) {
    ++count.right;
    return;
  }
  ++count.wrong;
  fmt::print("{}: expected {}, found {}\n", name, expected, found);
}

void run_xacml(const fs::path& folder, const std::string& name, const std::string& group, const std::string& expected,
               Count& count) {
  const auto place = folder / group / name;
  const auto policy = access::xacml::parse_policy(slurp(place / "Policy.xml"));
  if (!policy) {
    ++count.outside;
    return;
  }
  const auto request = read_xml_request(place / "Request.xml");
  if (!request) return note(count, name, expected, "a request that cannot be read");
  note(count, name, expected, std::string(to_text(evaluate(*policy, *request).decision)));
}

void run_altinn(const fs::path& folder, const std::string& name, const std::string& format, const std::string& expected,
                const Context& context, Count& count) {
  const auto place = folder / "apps" / name;
  std::vector<Attributes> requests;
  if (format == "xml")
    requests.push_back(read_xml_request(place / "Request.xml").value_or(Attributes()));
  else
    requests = read_json_requests(place / "Request.json");
  std::string found;
  for (auto& request : requests) {
    context.enrich(request);
    auto file = place / "Policy.xml";
    if (!fs::exists(file))
      file = folder / "policies/apps" / first(request, resource, "urn:altinn:org") /
             first(request, resource, "urn:altinn:app") / "policy.xml";
    const auto policy = access::xacml::parse_policy(slurp(file));
    if (!policy) {
      ++count.outside;
      fmt::print("{}: outside the subset: {}\n", name, policy.error().detail);
      return;
    }
    auto decision = evaluate(*policy, request).decision;
    if (decision == Decision::not_applicable)
      for (const auto& delegation : context.delegations(request)) {
        const auto given = access::xacml::parse_policy(slurp(folder / delegation));
        if (given && evaluate(*given, request).decision == Decision::permit) decision = Decision::permit;
      }
    found += (found.empty() ? "" : "+") + std::string(to_text(decision));
  }
  note(count, name, expected, found);
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return std::fputs("usage: decision_cases xacml|altinn FOLDER\n", stderr), 2;
  const bool altinn = std::string_view(words[1]) == "altinn";
  const fs::path folder = words[2];
  std::optional<Context> context;
  if (altinn) context.emplace(folder / "context");
  Count total;
  std::istringstream lines(slurp(folder / "cases.csv"));
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    const auto fields = parties::split_csv_line(line, ',').value();
    if (fields.size() < 5) continue;
    if (!altinn)
      run_xacml(folder, fields[0], fields[1] == "optional" ? "optional/xml" : fields[1], fields[2], total);
    else if (fields[1] == "apps")
      run_altinn(folder, fields[0], fields[2], fields[4], *context, total);
  }
  fmt::print("{} right, {} wrong, {} outside the subset and refused\n", total.right, total.wrong, total.outside);
  return total.wrong == 0 && total.right > 0 ? 0 : 1;
}
