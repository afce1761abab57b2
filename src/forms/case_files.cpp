#include "forms/case_files.h"

#include <cstdlib>

#include "base/text.h"
#include "forms/evaluator.h"
#include "forms/folder.h"
#include "forms/form_definition.h"
#include "forms/functions.h"
#include "forms/hidden_data.h"
#include "forms/rules.h"

namespace alting::forms {

namespace {

bool matches(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number())
    return std::strtod(a.number_text().c_str(), nullptr) == std::strtod(b.number_text().c_str(), nullptr);
  if (a.is_array() && b.is_array())
    return a.size() == b.size() && std::equal(a.items().begin(), a.items().end(), b.items().begin(), matches);
  if (a.is_object() && b.is_object()) {
    if (a.size() != b.size()) return false;
    return std::ranges::all_of(a.members(), [&](const auto& member) {
      const auto* other = b.find(member.first);
      return other != nullptr && matches(member.second, *other);
    });
  }
  return a == b;
}

// The context of a file, in the shape the engine wants them.
struct Stage {
  Layout layout;
  TextBook texts;
  OptionBook options;
  Json empty = Json::object();
  World world;
  Scope scope;
  std::vector<Json> argv;
  Json values;
  std::vector<Fault> faults;
};

void stage_layouts(Stage& stage, const Node& layouts) {
  for (const auto& [page, file] : layouts.members()) read_page(stage.layout, page, file, stage.faults);
  tie_layout(stage.layout, stage.faults);
  stage.world.layout = &stage.layout;
}

void stage_data(Stage& stage, const Node& root) {
  const auto models = root["dataModels"];
  for (const auto& item : models.items()) {
    auto type = item["dataElement"].text("dataType");
    stage.world.data.emplace_back(type, &item["data"].json());
    ++stage.world.element_counts[type];
  }
  if (models.size() == 0) {
    const auto data = root["dataModel"].exists() ? root["dataModel"] : root["formData"];
    stage.world.data.emplace_back("default", data.exists() ? &data.json() : &stage.empty);
    ++stage.world.element_counts["default"];
  }
  for (const auto& item : root["instanceDataElements"].items()) {
    ++stage.world.element_counts[item.text("dataType")];
    auto name = item.text("filename");
    stage.world.attachments.push_back(
        {item.text("id"), item.text("dataType"), name.empty() ? item.text("fileName") : name, 0, ""});
  }
}

void stage_instance(Stage& stage, const Node& root) {
  auto& out = stage.world.instance;
  const auto instance = root["instance"];
  const auto owner = instance["instanceOwner"];
  out["instanceId"] = instance.text("id");
  out["appId"] = instance.text("appId");
  out["instanceOwnerPartyId"] = owner.text("partyId");
  out["instanceOwnerPartyType"] = !owner.text("organisationNumber").empty() ? "org"
                                  : !owner.text("personNumber").empty()     ? "person"
                                  : !owner.text("username").empty()         ? "selfIdentified"
                                                                            : "unknown";
  out["instanceOwnerName"] = owner["party"].text("name");
  if (!root["stateless"].json().bool_or(false))
    stage.world.link_base =
        fmt::format("/instance/{}/{}", instance.text("id"), root["process"]["currentTask"].text("elementId"));
}

void stage_scope(Stage& stage, const Node& context) {
  stage.scope.page = context.text("currentLayout");
  stage.scope.component = stage.layout.find(context.text("component"));
  if (stage.scope.component == nullptr) return;
  auto groups = stage.scope.component->groups;
  if (stage.scope.component->repeating) groups.push_back(stage.scope.component->group_path());
  const auto rows = context["rowIndices"].items();
  for (std::size_t i = 0; i < rows.size() && i < groups.size(); ++i)
    stage.scope.rows.push_back({groups[i], static_cast<std::size_t>(rows[i].json().integer_or(0))});
}

void stage_all(Stage& stage, const Node& root) {
  stage_layouts(stage, root["layouts"]);
  stage_data(stage, root);
  stage_instance(stage, root);
  if (root["textResources"].exists()) stage.texts = read_texts(root["textResources"], stage.faults);
  for (const auto& [id, list] : root["codeLists"].members()) {
    OptionList options;
    options.versions.push_back({"", "", read_options(list, stage.faults)});
    stage.options.emplace(id, std::move(options));
  }
  stage.world.texts = &stage.texts;
  stage.world.options = &stage.options;
  stage.world.today = "2026-01-01";
  stage.world.frontend_settings = root["frontendSettings"].json();
  stage.world.external_apis = root["externalApis"].json();
  stage.world.permissions = root["permissions"].json();
  if (auto language = root["profileSettings"].text("language"); !language.empty()) stage.world.language = language;
  stage_scope(stage, root["context"]);
  for (const auto& item : root["positionalArguments"].items()) stage.argv.push_back(item.json());
  stage.scope.argv = &stage.argv;
  if (root["valueArguments"].exists()) {
    stage.values = root["valueArguments"]["data"].json();
    stage.scope.values = &stage.values;
    stage.scope.default_value = root["valueArguments"].text("defaultKey");
  }
}

std::string first_fault(const std::vector<ExprFault>& faults) {
  std::string out;
  for (const auto& fault : faults) out += (out.empty() ? "" : "; ") + fault.message;
  return out;
}

Outcome run_expression(Stage& stage, const Node& expression) {
  std::vector<ExprFault> faults;
  auto expr = compile(expression, faults);
  if (!expr) return std::unexpected(first_fault(faults));
  Evaluator evaluator(stage.world);
  return evaluator.evaluate(*expr, stage.scope);
}

CaseResult check_expression(Stage& stage, const Node& item, std::string name) {
  CaseResult out{std::move(name), false, ""};
  auto answer = run_expression(stage, item["expression"]);
  if (item["expectsFailure"].exists()) {
    auto wanted = item.text("expectsFailure");
    if (answer)
      out.message = "expected the error \"" + wanted + "\", got " + answer->dump();
    else if (answer.error().find(wanted) == std::string::npos)
      out.message = "expected the error \"" + wanted + "\", got \"" + answer.error() + "\"";
    else
      out.passed = true;
    return out;
  }
  if (!answer)
    out.message = "failed with \"" + answer.error() + "\"";
  else if (!matches(*answer, item["expects"].json()))
    out.message = "expected " + item["expects"].json().dump() + ", got " + answer->dump();
  else
    out.passed = true;
  return out;
}

std::vector<CaseResult> run_functions(const Source& file) {
  Node root(file);
  Stage stage;
  stage_all(stage, root);
  std::vector<CaseResult> out;
  if (root["expression"].exists()) out.push_back(check_expression(stage, root, file.file));
  std::size_t number = 0;
  for (const auto& item : root["testCases"].items())
    out.push_back(
        check_expression(stage, item, fmt::format("{} #{} {}", file.file, ++number, item["expression"].json().dump())));
  return out;
}

// Text with '*' for anything, from the start.
bool fits(std::string_view text, std::string_view pattern) {
  std::size_t at = 0;
  bool first = true;
  for (auto part : base::split(pattern, '*')) {
    auto found = text.find(part, at);
    if (found == std::string_view::npos || (first && found != 0)) return false;
    at = found + part.size();
    first = false;
  }
  return true;
}

std::vector<CaseResult> run_invalid(const Source& file) {
  Node root(file);
  Stage stage;
  stage_all(stage, root);
  std::vector<std::string> errors;
  for (const auto& fault : stage.faults) errors.push_back(fault.message);
  auto answer = run_expression(stage, root["expression"]);
  if (!answer) errors.push_back(answer.error());
  bool passed =
      std::ranges::any_of(errors, [&](const auto& error) { return fits(error, root.text("expectsFailure")); });
  return {{file.file, passed, passed ? "" : "expected the error " + root.text("expectsFailure")}};
}

// --- trees of component contexts

Json context_of(Evaluator& evaluator, const Component& component, const Rows& rows);

Json children_of(Evaluator& evaluator, const Component& component, const Rows& rows) {
  const auto& layout = *evaluator.world().layout;
  Json before = Json::array(), after = Json::array(), inside = Json::array();
  bool rows_seen = false;
  std::vector<int> in_rows;
  for (int child : component.children) {
    if (component.repeating && !layout.at(child).outside_rows) {
      in_rows.push_back(child);
      rows_seen = true;
    } else {
      (rows_seen ? after : before).push_back(context_of(evaluator, layout.at(child), rows));
    }
  }
  auto count = component.repeating ? evaluator.row_count(component, rows) : 0;
  for (std::size_t i = 0; i < count; ++i) {
    auto inner = rows;
    inner.push_back({component.group_path(), i});
    for (int child : in_rows) inside.push_back(context_of(evaluator, layout.at(child), inner));
  }
  Json out = Json::array();
  for (auto* list : {&before, &inside, &after}) {
    for (auto& item : list->items()) out.push_back(std::move(item));
  }
  return out;
}

Json context_of(Evaluator& evaluator, const Component& component, const Rows& rows) {
  Json out = Json::object(
      {{"component", Json(component.id)},
       {"currentLayout", Json(evaluator.world().layout->pages[static_cast<std::size_t>(component.page)].id)}});
  if (!rows.empty()) {
    Json indices = Json::array();
    for (const auto& row : rows) indices.push_back(Json(static_cast<std::int64_t>(row.index)));
    out.set("rowIndices", std::move(indices));
  }
  auto children = children_of(evaluator, component, rows);
  if (children.size() > 0) out.set("children", std::move(children));
  return out;
}

std::vector<CaseResult> run_contexts(const Source& file) {
  Node root(file);
  Stage stage;
  stage_all(stage, root);
  Evaluator evaluator(stage.world);
  Json pages = Json::array();
  for (const auto& page : stage.layout.pages) {
    Json children = Json::array();
    for (int index : page.roots) children.push_back(context_of(evaluator, stage.layout.at(index), {}));
    Json out = Json::object({{"component", Json(page.id)}, {"currentLayout", Json(page.id)}});
    if (children.size() > 0) out.set("children", std::move(children));
    pages.push_back(std::move(out));
  }
  bool passed = matches(pages, root["expectedContexts"].json());
  return {{file.file, passed, passed ? "" : "got " + pages.dump()}};
}

// --- validation, calculation, hidden data

std::vector<CaseResult> run_validation(const Source& file) {
  Node root(file);
  Stage stage;
  stage_all(stage, root);
  auto rules = read_validations(root["validationConfig"], stage.faults);
  Evaluator evaluator(stage.world);
  auto hidden = hidden_paths(evaluator);
  auto issues = run_rules(evaluator, rules, [&](const std::string& path) {
    return std::ranges::none_of(hidden, [&](const auto& gone) { return is_below(path, gone); });
  });
  std::multiset<std::string> got, wanted;
  static constexpr std::array severities{"error", "warning", "info", "success"};
  for (const auto& issue : issues)
    got.insert(
        fmt::format("{} {} {}", issue.path, severities[static_cast<std::size_t>(issue.severity)], issue.message));
  for (const auto& item : root["expects"].items())
    wanted.insert(fmt::format("{} {} {}", item.text("field"), item.text("severity"), item.text("message")));
  return {{file.file, got == wanted, got == wanted ? "" : fmt::format("got {}", fmt::join(got, "; "))}};
}

// The result in the type the field has; nothing when it does not fit.
std::optional<Json> converted(const Json& value, const Json& field) {
  if (field.is_bool()) {
    if (value.is_bool()) return value;
    auto truth = to_bool_value(value);
    return truth ? std::optional(Json(*truth)) : std::nullopt;
  }
  if (field.is_number()) {
    auto number = to_number_value(value);
    return number && number->is_number() ? std::optional(*number) : std::nullopt;
  }
  return value;
}

std::vector<CaseResult> run_calculation(const Source& file) {
  Node root(file);
  Stage stage;
  stage_all(stage, root);
  std::vector<Fault> faults;
  auto calculations = read_calculations(root["calculationConfig"], faults);
  std::map<std::string, Json> results;
  std::vector<std::string> logged;
  for (const auto& fault : faults) {
    logged.push_back(fault.message);
    for (const auto& [path, unused] : root["calculationConfig"]["calculations"].members())
      logged.push_back(fmt::format("Calculation for field {} could not be resolved", path));
  }
  const auto& data = *stage.world.data.front().second;
  for (const auto& calculation : calculations) {
    for (const auto& path : expand(data, calculation.pattern)) {
      Evaluator evaluator(stage.world);
      Scope scope;
      scope.rows = rows_of(path);
      auto answer = evaluator.evaluate(*calculation.expression, scope);
      const auto* old = value_at(data, path);
      auto value = answer ? converted(*answer, old == nullptr ? Json() : *old) : std::nullopt;
      if (value)
        results[path] = *value;
      else
        logged.push_back(
            fmt::format("Could not set calculated value for field {} in data element "
                        "30844cc0-81af-4429-9f9e-035d78f1f9da. This is because the type conversion failed.",
                        path));
    }
  }
  std::string wrong;
  for (const auto& item : root["expects"].items()) {
    if (auto line = item.text("logMessage"); !line.empty()) {
      if (std::ranges::find(logged, line) == logged.end()) wrong += "not logged: " + line + "; ";
    } else if (!results.contains(item.text("field")) || !matches(results[item.text("field")], item["result"].json())) {
      wrong += "wrong result of " + item.text("field") + "; ";
    }
  }
  return {{file.file, wrong.empty(), wrong}};
}

Json tree_of(const Layout& layout, int index) {
  const auto& component = layout.at(index);
  Json out = Json::object({{"id", Json(component.id)}});
  Json children = Json::array();
  for (int child : component.children) children.push_back(tree_of(layout, child));
  if (children.size() > 0) out.set("children", std::move(children));
  return out;
}

std::vector<CaseResult> run_layout(const Source& file) {
  Node root(file);
  Layout layout;
  std::vector<Fault> faults;
  read_page(layout, "page", root["layout"], faults);
  tie_layout(layout, faults);
  if (!root["valid"].json().bool_or(true)) return {{file.file, !faults.empty(), faults.empty() ? "was taken" : ""}};
  Json tree = Json::array();
  for (int index : layout.pages[0].roots) tree.push_back(tree_of(layout, index));
  if (!root["expectedHierarchy"].exists())
    return {{file.file, faults.empty(), faults.empty() ? "" : faults.front().message}};
  auto wanted = root["expectedHierarchy"].json();
  std::function<void(Json&)> only_ids = [&](Json& node) {
    if (node.is_array()) {
      for (auto& item : node.items()) only_ids(item);
      return;
    }
    Json bare = Json::object({{"id", node["id"]}});
    if (node["children"].size() > 0) {
      auto children = node["children"];
      only_ids(children);
      bare.set("children", std::move(children));
    }
    node = std::move(bare);
  };
  if (wanted.is_array()) only_ids(wanted);
  auto faulted = faults.empty() ? "" : " fault: " + faults.front().message;
  bool passed = faults.empty() && matches(tree, wanted);
  return {{file.file, passed, passed ? "" : "got " + tree.dump() + faulted}};
}

// Missing and null are the same.
Json without_nulls(const Json& value) {
  if (!value.is_object()) {
    if (!value.is_array()) return value;
    Json out = Json::array();
    for (const auto& item : value.items()) out.push_back(without_nulls(item));
    return out;
  }
  Json out = Json::object();
  for (const auto& [name, member] : value.members()) {
    if (!member.is_null()) out.set(name, without_nulls(member));
  }
  return out;
}

Json cleaned(const Node& layouts, const Json& data, RowRemoval removal) {
  Stage stage;
  stage_layouts(stage, layouts);
  stage.world.data = {{"default", &data}};
  Evaluator evaluator(stage.world);
  return without(data, hidden_paths(evaluator), removal);
}

std::string check_full_case(const Node& root, const Node& item, Stage& stage) {
  const auto& data = item["formData"].json();
  stage.world.data = {{"default", &data}};
  Evaluator evaluator(stage.world);
  auto hidden = hidden_paths(evaluator);
  std::set<std::string> got(hidden.begin(), hidden.end()), wanted;
  for (const auto& path : item["expectsHiddenForRemoval"].items()) wanted.insert(path.json().as_string());
  if (item["expectsHiddenForRemoval"].exists() && got != wanted) return fmt::format("hidden: {}", fmt::join(got, " "));
  auto removal = item.text("rowRemoval").empty() ? root.text("rowRemoval") : item.text("rowRemoval");
  if (item["expectsFormData"].exists()) {
    auto left = without(data, hidden, removal == "deleteRow" ? RowRemoval::delete_row : RowRemoval::set_to_null);
    if (!matches(without_nulls(left), without_nulls(item["expectsFormData"].json()))) return "left: " + left.dump();
  }
  std::set<std::string> missing, required;
  for (const auto& place : visible_places(evaluator)) {
    Scope scope;
    scope.component = place.component;
    scope.rows = place.rows;
    if (!place.path().empty() && evaluator.test(place.component->required, scope) &&
        is_empty(value_at(data, place.path())))
      missing.insert(place.path());
  }
  for (const auto& issue : item["expectsRequired"].items()) required.insert(issue.text("field"));
  if (item["expectsRequired"].exists() && missing != required)
    return fmt::format("required: {}", fmt::join(missing, " "));
  return "";
}

std::vector<CaseResult> run_clean(const Source& file, const Node& root) {
  std::vector<CaseResult> out;
  auto removal = root.text("rowRemoval") == "deleteRow" ? RowRemoval::delete_row : RowRemoval::set_to_null;
  for (const auto& item : root["cases"].items()) {
    auto main = cleaned(root["mainLayout"], item["main"].json(), removal);
    std::string wrong;
    if (!matches(without_nulls(main), without_nulls(item["expectsMain"].json()))) wrong = "main: " + main.dump();
    for (std::size_t i = 0; i < item["sub"].size(); ++i) {
      auto sub = cleaned(root["subLayout"], item["sub"].at(i).json(), removal);
      if (!matches(without_nulls(sub), without_nulls(item["expectsSub"].at(i).json()))) wrong += " sub: " + sub.dump();
    }
    out.push_back({file.file + ": " + item.text("name"), wrong.empty(), wrong});
  }
  return out;
}

// Forms within forms: each data element with the layouts of its own type, seeing the first element too.
std::vector<CaseResult> run_subforms(const Source& file, const Node& root) {
  std::set<std::string> got, wanted;
  std::vector<Fault> faults;
  const auto elements = root["dataElements"].items();
  for (const auto& element : elements) {
    auto type = element.text("dataType");
    Stage stage;
    for (const auto& [id, set] : root["layoutSets"].members()) {
      if (set.text("dataType") == type) stage_layouts(stage, set["layouts"]);
    }
    stage.world.data = {{type, &element["data"].json()}};
    if (&element["data"].json() != &elements.front()["data"].json())
      stage.world.data.emplace_back(elements.front().text("dataType"), &elements.front()["data"].json());
    Evaluator evaluator(stage.world);
    for (const auto& place : visible_places(evaluator)) {
      Scope scope;
      scope.component = place.component;
      scope.rows = place.rows;
      if (!place.path().empty() && evaluator.test(place.component->required, scope) &&
          is_empty(value_at(element["data"].json(), place.path()))) {
        got.insert(fmt::format("{} {} required", element.text("id"), place.path()));
      }
    }
    auto rules = read_validations(root["validationConfig"][type], faults);
    for (const auto& issue : run_rules(evaluator, rules, [](const auto&) { return true; }))
      got.insert(fmt::format("{} {} {}", element.text("id"), issue.path, issue.message));
  }
  for (const auto& item : root["expects"].items())
    wanted.insert(fmt::format("{} {} {}", item.text("dataElement"), item.text("field"), item.text("code")));
  return {{file.file, got == wanted, got == wanted ? "" : fmt::format("got {}", fmt::join(got, "; "))}};
}

std::vector<CaseResult> run_full(const Source& file) {
  Node root(file);
  if (root["mainLayout"].exists()) return run_clean(file, root);
  if (root["dataElements"].exists()) return run_subforms(file, root);
  std::vector<CaseResult> out;
  for (const auto& item : root["cases"].items()) {
    Stage stage;
    stage_layouts(stage, root["layouts"]);
    auto wrong = check_full_case(root, item, stage);
    out.push_back({file.file + ": " + item.text("name"), wrong.empty(), wrong});
  }
  return out;
}

}  // namespace

std::vector<CaseResult> run_case_file(const Source& file, std::string_view group) {
  if (group == "invalid") return run_invalid(file);
  if (group == "context-lists") return run_contexts(file);
  if (group == "shared" || group == "server") return run_validation(file);
  if (group == "calculation") return run_calculation(file);
  if (group == "layout-parsing") return run_layout(file);
  if (group == "full") return run_full(file);
  return run_functions(file);
}

}  // namespace alting::forms
