#include "forms/loaded_app.h"

#include "base/text.h"
#include "forms/dates.h"
#include "forms/messages.h"
#include "forms/typed.h"
#include "forms/working_days.h"

namespace alting::forms {

namespace {

constexpr int calculation_rounds = 4;

const TextBook& book(const Folder& folder, Language language) {
  return folder.texts[static_cast<std::size_t>(language)];
}

// Where each deadline stands, from the data as it is.
struct DeadlineNow {
  base::Instant from;
  HourDeadline end;
  const RuleRow* row = nullptr;
};

std::optional<DeadlineNow> deadline_now(const Folder& folder, const DeadlineRule& rule, const Json& data) {
  const auto* value = value_at(data, rule.from);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  auto from = to_instant(value->as_string());
  auto dated = folder.config.rules.find(rule.rule);
  if (!from || dated == folder.config.rules.end()) return std::nullopt;
  DeadlineNow out;
  out.from = *from;
  out.row = dated->second.in_force(base::to_date_oslo(*from));
  if (out.row == nullptr) return std::nullopt;
  auto hours = out.row->values.find(rule.hours);
  auto lenient = out.row->values.find("lenient");
  auto number = hours == out.row->values.end() ? std::nullopt : Json(base::JsonNumber{hours->second}).integer();
  if (!number) return std::nullopt;
  out.end = hour_deadline(*from, *number, lenient != out.row->values.end() && lenient->second == "true");
  return out;
}

Outcome rule_value(const Folder& folder, const std::string& today, const std::string& id, const std::string& field) {
  auto found = folder.config.rules.find(id);
  if (found == folder.config.rules.end()) return std::unexpected(fmt::format("There is no rule {}", id));
  const auto* row = found->second.in_force(today);
  if (row == nullptr) return Json();
  auto value = row->values.find(field);
  return value == row->values.end() ? Json() : Json(value->second);
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

std::vector<Place> visible_places(Evaluator& evaluator) {
  std::vector<Place> out;
  const auto& layout = *evaluator.world().layout;
  for (std::size_t i = 0; i < layout.pages.size(); ++i) {
    if (!evaluator.page_hidden(static_cast<int>(i))) collect(evaluator, layout, layout.pages[i].roots, {}, out);
  }
  return out;
}

LoadedApp::LoadedApp(Folder folder) : folder_(std::move(folder)) {
  for (std::size_t i = 0; i < folder_.layout.components.size(); ++i) {
    const auto& component = folder_.layout.components[i];
    auto index = static_cast<int>(i);
    if (component.kind == ComponentKind::repeating_group)
      bound_.emplace(component.group_path(), Bound{index, Role::group});
    if (!component.kind || component.path().empty()) continue;
    // A field on two pages: the one that can be written counts.
    auto [at, fresh] = bound_.emplace(component.path(), Bound{index, Role::value});
    if (!fresh && folder_.layout.at(at->second.component).read_only.given() && !component.read_only.given())
      at->second.component = index;
    if (!component.precision.empty()) bound_.emplace(component.precision, Bound{index, Role::precision});
  }
}

const LoadedApp::Bound* LoadedApp::bound(std::string_view path) const {
  auto found = bound_.find(pattern_of(path));
  return found == bound_.end() ? nullptr : &found->second;
}

bool LoadedApp::shows(std::string_view path) const {
  const bool rows = path.ends_with("[]");
  if (rows) path.remove_suffix(2);
  const auto* found = bound(path);
  if (found == nullptr || (rows && found->role != Role::group)) return false;
  const auto numbers = rows_of(path);
  return numbers.size() == folder_.layout.at(found->component).groups.size() &&
         with_rows(pattern_of(path), numbers) == path;
}

std::string LoadedApp::title(Language language) const {
  for (auto name : {base::to_text(language), std::string_view("nb"), std::string_view("nn"), std::string_view("en")}) {
    auto found = folder_.titles.find(name);
    if (found != folder_.titles.end() && !found->second.empty()) return found->second;
  }
  return folder_.id.text();
}

base::RichText LoadedApp::text(Language language, std::string_view id) const {
  World world;
  world.texts = &book(folder_, language);
  Json nothing = Json::object();
  world.data = {{"", &nothing}};
  Evaluator evaluator(world);
  return evaluator.text(id, {});
}

StartInfo LoadedApp::start(Language language) const {
  const auto& config = folder_.config;
  StartInfo out;
  auto words = [&](const std::string& id) { return id.empty() ? base::RichText() : text(language, id); };
  out.title = title(language);
  out.for_whom = words(config.for_whom);
  out.legal_basis = words(config.legal_basis);
  out.who_sees = words(config.who_sees);
  out.topic = words(config.topic).plain();
  for (const auto& id : config.prepare) out.prepare.push_back(words(id));
  for (const auto& id : config.keywords) out.keywords.push_back(words(id).plain());
  out.minutes = config.minutes;
  return out;
}

Controller LoadedApp::controller(Language language) const {
  const auto& config = folder_.config;
  auto name = config.controller_name.find(base::to_text(language));
  if (name == config.controller_name.end()) name = config.controller_name.find("nb");
  return {config.controller_number, name == config.controller_name.end() ? "" : name->second, config.dpo_email,
          config.dpo_phone};
}

std::vector<base::RichText> LoadedApp::receipt_next(Language language) const {
  std::vector<base::RichText> out;
  for (const auto& id : folder_.config.receipt_next) out.push_back(text(language, id));
  return out;
}

SupplementTexts LoadedApp::supplement_texts(Language language) const {
  const auto& rule = folder_.config.supplement;
  if (!rule.declared) return {};
  return {text(language, rule.ask), text(language, rule.start_new), text(language, rule.add)};
}

std::string LoadedApp::agency_column_label(Language language, const Path& path) const {
  const auto own = folder_.config.agency_labels.find(path);
  return own == folder_.config.agency_labels.end() ? label(language, path) : text(language, own->second).plain();
}

bool LoadedApp::is_about_supplement(const Path& path) const {
  const auto& rule = folder_.config.supplement;
  if (!rule.declared || path.empty()) return false;
  if (path == rule.type_field || path == rule.reference_field || path == rule.text_field) return true;
  const auto dot = rule.text_field.rfind('.');
  return dot != std::string::npos && is_below(path, rule.text_field.substr(0, dot));
}

SchemaType LoadedApp::type_of(std::string_view path) const {
  const auto* schema = folder_.model.find(path);
  return schema == nullptr ? SchemaType::any : schema->type;
}

bool LoadedApp::is_list(const Component& component) const {
  return component.kind == ComponentKind::checkboxes && type_of(component.path()) == SchemaType::array;
}

World LoadedApp::world(const Surroundings& now, const Json& data) const {
  World out;
  out.layout = &folder_.layout;
  out.data = {{folder_.data_type, &data}};
  out.language = base::to_text(now.language);
  out.texts = &book(folder_, now.language);
  out.options = &folder_.options;
  out.today = base::to_date_oslo(now.now);
  out.zone = "Europe/Oslo";
  out.now = now.now;
  out.instance = now.party;
  out.instance.emplace("appId", folder_.id.text());
  out.element_counts[folder_.data_type] = 1;
  for (const auto& file : now.attachments) ++out.element_counts[file.data_type];
  out.attachments = now.attachments;
  out.later = now.later;
  out.supplement = now.supplement;
  out.plain_links = true;
  out.link_base = "./";  // the pages of a form stand side by side
  out.rule = [this, today = out.today](const std::string& id, const std::string& field) {
    return rule_value(folder_, today, id, field);
  };
  out.deadline = [this, &data](const std::string& id) -> Outcome {
    auto rule = std::ranges::find(folder_.config.deadlines, id, &DeadlineRule::id);
    if (rule == folder_.config.deadlines.end()) return std::unexpected(fmt::format("There is no deadline {}", id));
    auto found = deadline_now(folder_, *rule, data);
    return found ? Json(base::to_rfc3339(found->end.statutory_end)) : Json();
  };
  return out;
}

// What was typed last in `path` or in a part of it (".date", ".time") does not fit yet: the data hold an older answer,
// from which no deadline is to be read.
static bool waits_to_be_corrected(const Surroundings& now, const Path& path) {
  return std::ranges::any_of(
      now.rejected, [&](const auto& typed) { return typed.first == path || typed.first.starts_with(path + "."); });
}

std::vector<DeadlineView> LoadedApp::deadlines(const Surroundings& now) const {
  std::vector<DeadlineView> out;
  auto seen = world(now, now.data);
  Evaluator evaluator(seen);
  for (const auto& rule : folder_.config.deadlines) {
    if (waits_to_be_corrected(now, rule.from)) continue;
    auto found = deadline_now(folder_, rule, now.data);
    if (!found) continue;
    DeadlineView view;
    view.id = rule.id;
    view.title = evaluator.text(rule.title, {});
    view.explanation = evaluator.text(rule.explanation, {});
    view.late_text = evaluator.text(rule.late, {});
    view.in_time_text = evaluator.text(rule.in_time, {});
    view.late_reason_path = rule.late_reason;
    view.from = found->from;
    view.target = found->end.target;
    view.statutory_end = found->end.statutory_end;
    view.lenient_end = found->end.lenient_end;
    view.passed = now.now > found->end.statutory_end;
    view.rule_version = found->row->source.empty() ? found->row->valid_from
                                                   : fmt::format("{} ({})", found->row->valid_from, found->row->source);
    out.push_back(std::move(view));
  }
  return out;
}

std::vector<StopView> LoadedApp::stops(const Surroundings& now) const {
  std::vector<StopView> out;
  if (folder_.config.stops.empty()) return out;
  auto seen = world(now, now.data);
  Evaluator evaluator(seen);
  for (const auto& stop : folder_.config.stops) {
    Flag when{false, stop.when};
    if (evaluator.test(when, {})) out.push_back({evaluator.text(stop.title, {}), evaluator.text(stop.body, {})});
  }
  return out;
}

App::Prefilled LoadedApp::prefill(const std::map<std::string, std::string>& sources, base::Instant now) const {
  Prefilled out;
  out.data = folder_.model.defaults();
  for (const auto& entry : folder_.prefill) {
    auto found = sources.find(entry.source + "." + entry.key);
    if (found == sources.end() || found->second.empty() || out.sources.contains(entry.path)) continue;
    auto type = type_of(entry.path);
    Json value(found->second);
    if (type == SchemaType::integer || type == SchemaType::number) {
      auto number = Json::parse(found->second);
      if (!number || !number->is_number()) continue;
      value = std::move(*number);
    }
    if (set_at(out.data, entry.path, std::move(value))) out.sources[entry.path] = entry.source;
  }
  preselect(out.data, "", base::to_date_oslo(now));
  out.data = folder_.model.in_order(out.data);
  return out;
}

Json LoadedApp::code_value(const Component& component, const std::string& code) const {
  auto type = type_of(component.path());
  if (component.kind == ComponentKind::checkboxes && type == SchemaType::array)
    return Json(base::JsonArray{Json(code)});
  if (type == SchemaType::boolean && (code == "true" || code == "false")) return Json(code == "true");
  if (type == SchemaType::number || type == SchemaType::integer) {
    if (auto number = typed_number(code, Language::nb)) return Json(base::JsonNumber{*number});
  }
  return Json(code);
}

std::optional<Json> LoadedApp::preselected(const Component& component, std::string_view today) const {
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

void LoadedApp::preselect(Json& data, const Path& row, std::string_view today) const {
  auto rows = rows_of(row);
  for (const auto& component : folder_.layout.components) {
    if (component.groups.size() != rows.size() || (!rows.empty() && component.groups.back() != rows.back().group))
      continue;
    auto value = preselected(component, today);
    auto path = with_rows(component.path(), rows);
    if (value && is_empty(value_at(data, path))) set_at(data, path, std::move(*value));
  }
}

std::vector<Path> LoadedApp::calculate(const Surroundings& now, Json& data) const {
  std::set<Path> changed;
  if (folder_.calculations.empty()) return {};
  auto seen = world(now, data);
  for (int round = 0; round < calculation_rounds; ++round) {
    bool any = false;
    for (const auto& calculation : folder_.calculations) {
      for (const auto& path : expand(data, calculation.pattern)) {
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
