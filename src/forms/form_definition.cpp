#include "forms/form_definition.h"

#include "base/text.h"
#include "forms/dates.h"
#include "forms/deadlines.h"
#include "forms/typed.h"

namespace alting::forms {

namespace {

constexpr int calculation_rounds = 4;

Outcome rule_value(const Folder& folder, const std::string& today, const std::string& id, const std::string& field) {
  auto found = folder.config.rules.find(id);
  if (found == folder.config.rules.end()) return std::unexpected(fmt::format("There is no rule {}", id));
  const auto* row = found->second.in_force(today);
  if (row == nullptr) return Json();
  auto value = row->values.find(field);
  return value == row->values.end() ? Json() : Json(value->second);
}

// Where a calculation puts its answer: in each row there is; outside rows also where nothing stands around it yet.
std::vector<std::string> calculated_paths(const Model& model, const Json& data, const std::string& pattern) {
  auto out = expand(data, pattern);
  if (!out.empty()) return out;
  for (auto around = parent_of(pattern); !around.empty(); around = parent_of(around)) {
    const auto* schema = model.find(around);
    if (schema == nullptr || schema->type != SchemaType::object) return out;
  }
  out.push_back(pattern);
  return out;
}

void collect(Evaluator& evaluator, const Layout& layout, const std::vector<int>& components, const Rows& rows,
             std::vector<Place>& out) {
  for (int index : components) {
    const auto& component = layout.at(index);
    if (evaluator.hidden(component, rows)) continue;
    out.push_back({&component, rows});
    if (!component.repeating) {
      collect(evaluator, layout, component.children, rows, out);
      continue;
    }
    std::vector<int> inside;
    for (int child : component.children) {
      if (!layout.at(child).outside_rows) inside.push_back(child);
    }
    for (auto i : evaluator.shown_rows(component, rows)) {
      auto inner = rows;
      inner.push_back({component.group_path(), i});
      collect(evaluator, layout, inside, inner, out);
    }
  }
}

}  // namespace

Scope scope_of(const FormDefinition& form, const Component& component, Rows rows) {
  Scope scope;
  scope.component = &component;
  scope.rows = std::move(rows);
  scope.page = form.page_of(component).id;
  return scope;
}

std::string id_in_rows(const Component& component, const Rows& rows) {
  auto id = component.id;
  for (const auto& row : rows) id += fmt::format("-{}", row.index);
  return id;
}

std::string Place::id() const { return id_in_rows(*component, rows); }

std::vector<Place> visible_places(Evaluator& evaluator) {
  std::vector<Place> out;
  const auto& layout = *evaluator.world().layout;
  for (std::size_t i = 0; i < layout.pages.size(); ++i) {
    if (!evaluator.page_hidden(static_cast<int>(i))) collect(evaluator, layout, layout.pages[i].roots, {}, out);
  }
  return out;
}

FormDefinition::FormDefinition(Folder folder, WatchExpression watch)
    : folder_(std::move(folder)), watch_(std::move(watch)), open_answers_(folder_) {
  for (std::size_t i = 0; i < folder_.layout.components.size(); ++i) {
    const auto& component = folder_.layout.components[i];
    auto index = static_cast<int>(i);
    if (component.kind == ComponentKind::repeating_group) {
      bound_.emplace(component.group_path(), Bound{index, Role::group});
      components_at_[component.group_path()].push_back(index);
    }
    if (!component.kind || component.path().empty()) continue;
    components_at_[component.path()].push_back(index);
    // A field on two pages: the one that can be written counts.
    auto [at, fresh] = bound_.emplace(component.path(), Bound{index, Role::value});
    if (!fresh && folder_.layout.at(at->second.component).read_only.given() && !component.read_only.given())
      at->second.component = index;
    if (!component.precision.empty()) bound_.emplace(component.precision, Bound{index, Role::precision});
  }
}

const Page& FormDefinition::page_of(const Component& component) const {
  return folder_.layout.pages[static_cast<std::size_t>(component.page)];
}

const TextBook& FormDefinition::texts(Language language) const {
  return folder_.texts[static_cast<std::size_t>(language)];
}

const FormDefinition::Bound* FormDefinition::bound(std::string_view path) const {
  auto found = bound_.find(pattern_of(path));
  return found == bound_.end() ? nullptr : &found->second;
}

const Component* FormDefinition::component_of(std::string_view path) const {
  const auto* found = bound(path);
  return found == nullptr ? nullptr : &folder_.layout.at(found->component);
}

bool FormDefinition::is_group(std::string_view path) const {
  const auto* found = bound(path);
  return found != nullptr && found->role == Role::group;
}

const std::vector<int>& FormDefinition::components_at(std::string_view path) const {
  static const std::vector<int> none;
  const auto found = components_at_.find(pattern_of(path));
  return found == components_at_.end() ? none : found->second;
}

bool FormDefinition::can_be_promised(std::string_view path) const {
  return std::ranges::any_of(components_at(path), [&](int index) { return folder_.layout.at(index).deferrable; });
}

bool FormDefinition::has_field(std::string_view path) const {
  const auto* component = component_of(path);
  if (component == nullptr) return false;
  const auto rows = rows_of(path);
  return rows.size() == component->groups.size() && with_rows(pattern_of(path), rows) == path;
}

bool FormDefinition::is_moment(std::string_view path) const {
  const auto* found = bound(path);
  return found != nullptr && found->role == Role::value &&
         folder_.layout.at(found->component).kind == ComponentKind::date_time;
}

SchemaType FormDefinition::type_of(std::string_view path) const {
  const auto* schema = folder_.model.find(path);
  return schema == nullptr ? SchemaType::any : schema->type;
}

bool FormDefinition::is_list(const Component& component) const {
  return component.kind == ComponentKind::checkboxes && type_of(component.path()) == SchemaType::array;
}

World FormDefinition::world(const FormContext& context, const Json& data) const {
  World out;
  out.layout = &folder_.layout;
  out.data = {{folder_.facts.data_type, &data}};
  out.language = base::to_text(context.language);
  out.texts = &texts(context.language);
  out.options = &folder_.options;
  out.today = base::to_date_oslo(context.now);
  out.zone = "Europe/Oslo";
  out.now = context.now;
  out.instance = context.party;
  out.instance.emplace("appId", folder_.facts.id.text());
  out.element_counts[folder_.facts.data_type] = 1;
  for (const auto& file : context.attachments) ++out.element_counts[file.data_type];
  out.attachments = context.attachments;
  out.later = context.later;
  out.supplement = context.supplement;
  out.plain_links = true;
  out.link_base = "./";  // the pages of a form stand side by side
  out.watch = watch_;
  out.rule = [this, today = out.today](const std::string& id, const std::string& field) {
    return rule_value(folder_, today, id, field);
  };
  out.deadline = [this, &data](const std::string& id, const std::string& moment) -> Outcome {
    auto rule = std::ranges::find(folder_.config.deadlines, id, &DeadlineRule::id);
    if (rule == folder_.config.deadlines.end()) return std::unexpected(fmt::format("There is no deadline {}", id));
    auto found = deadline_now(folder_, *rule, data);
    if (!found) return Json();
    return Json(base::to_rfc3339(moment == "statutoryEnd" ? found->end.statutory_end : found->end.target));
  };
  out.open_answers = [this, &context, &data] {
    std::vector<OpenAnswer> open;
    for (auto& path : open_answers_.all_in(folder_, data, base::to_date_oslo(context.now))) {
      if (!opens(*this, context, path, value_at(data, path))) continue;
      std::vector<const Component*> shown_by;
      for (int index : components_at(path)) shown_by.push_back(&folder_.layout.at(index));
      open.push_back({std::move(path), std::move(shown_by)});
    }
    return open;
  };
  return out;
}

Json FormDefinition::code_value(const Component& component, const std::string& code) const {
  auto type = type_of(component.path());
  if (component.kind == ComponentKind::checkboxes && type == SchemaType::array)
    return Json(base::JsonArray{Json(code)});
  if (type == SchemaType::boolean && (code == "true" || code == "false")) return Json(code == "true");
  if (type == SchemaType::number || type == SchemaType::integer) {
    if (auto number = typed_number(code, Language::nb)) return Json(base::JsonNumber{*number});
  }
  return Json(code);
}

std::optional<Json> FormDefinition::preselected(const Component& component, std::string_view today) const {
  if (!component.preselected || !component.kind || component.path().empty() || component.row_source)
    return std::nullopt;
  const auto* options = &component.options;
  if (!component.has_options) {
    auto list = folder_.options.find(component.options_id);
    if (list == folder_.options.end()) return std::nullopt;
    options = &list->second.in_force(today);
  }
  if (*component.preselected >= options->size()) return std::nullopt;
  return code_value(component, (*options)[*component.preselected].code);
}

void FormDefinition::preselect(Json& data, const Path& row, std::string_view today) const {
  auto rows = rows_of(row);
  for (const auto& component : folder_.layout.components) {
    if (component.groups.size() != rows.size() || (!rows.empty() && component.groups.back() != rows.back().group))
      continue;
    auto value = preselected(component, today);
    auto path = with_rows(component.path(), rows);
    if (value && is_empty(value_at(data, path))) set_at(data, path, std::move(*value));
  }
}

std::vector<Path> FormDefinition::calculate(const FormContext& context, Json& data) const {
  std::set<Path> changed;
  if (folder_.calculations.empty()) return {};
  auto seen = world(context, data);
  for (int round = 0; round < calculation_rounds; ++round) {
    bool any = false;
    for (const auto& calculation : folder_.calculations) {
      for (const auto& path : calculated_paths(folder_.model, data, calculation.pattern)) {
        Evaluator evaluator(seen);  // fresh: the data may have changed since the last one
        Scope scope;
        scope.rows = rows_of(path);
        auto value = evaluator.evaluate(*calculation.expression, scope);
        if (!value) continue;
        auto type = type_of(path);
        if (type == SchemaType::string && (value->is_number() || value->is_bool())) value = Json(code_text(*value));
        if ((type == SchemaType::integer || type == SchemaType::number) && value->is_string()) {
          auto number = Json::parse(value->as_string());
          value = number && number->is_number() ? Outcome(std::move(*number)) : Outcome(Json());
        }
        const auto* old = value_at(data, path);
        if (is_empty(&*value) ? old == nullptr : old != nullptr && *old == *value) continue;
        if (is_empty(&*value))
          erase_at(data, path);
        else if (!set_at(data, path, std::move(*value)))
          continue;
        changed.insert(path);
        any = true;
      }
    }
    if (!any) break;
  }
  return {changed.begin(), changed.end()};
}

}  // namespace alting::forms
