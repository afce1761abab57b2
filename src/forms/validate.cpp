// All faults of a form's data, in the order of its pages.
#include "base/size.h"
#include "base/text.h"
#include "forms/checks.h"
#include "forms/hidden_data.h"
#include "forms/loaded_app.h"
#include "forms/messages.h"
#include "forms/requirements.h"
#include "forms/rules.h"
#include "paper/file_endings.h"

namespace alting::forms {

namespace {

constexpr std::size_t max_issues = 500;

using Params = std::vector<std::pair<std::string, std::string>>;

class Validator {
 public:
  Validator(const LoadedApp& app, const Surroundings& now, When when)
      : app_(app),
        now_(now),
        submit_(when == When::submit),
        world_(app.world(now, now.data)),
        evaluator_(world_),
        requirements_(app, now, evaluator_) {}

  std::vector<Issue> run() {
    places_ = visible_places(evaluator_);
    for (const auto& [name, text] : now_.rejected) typed_.insert(field_of(name));
    for (const auto& place : places_) {
      visible_.insert(place.component->repeating ? with_rows(place.component->group_path(), place.rows) : place.path());
      if (!place.component->precision.empty()) visible_.insert(with_rows(place.component->precision, place.rows));
    }
    stops();
    for (const auto& place : places_) judge(place);
    schema();
    rules();
    if (submit_) rejected();
    if (submit_) promises_passed();
    if (submit_) files_in_all();
    if (submit_ && now_.supplement) supplement();
    in_order();
    return std::move(issues_);
  }

 private:
  // Of one fault at one place only the first is told.
  void add(Severity severity, const Path& path, std::string code, std::string text) {
    if (issues_.size() >= max_issues) return;
    for (const auto& issue : issues_) {
      if (issue.path == path && issue.code == code && (issue.message == text || code == "required")) return;
    }
    Issue issue{severity, path, "", "", std::move(code), std::move(text)};
    if (const auto* bound = app_.bound(path); bound != nullptr && !path.empty())
      place_issue(issue, app_.folder().layout.at(bound->component), rows_of(path));
    issues_.push_back(std::move(issue));
  }
  void place_issue(Issue& issue, const Component& component, const Rows& rows) {
    issue.component = component.id;
    for (const auto& row : rows) issue.component += fmt::format("-{}", row.index);
    issue.page = app_.folder().layout.pages[static_cast<std::size_t>(component.page)].id;
  }
  void say(Severity severity, const Path& path, std::string_view code, std::string_view text, Params params = {}) {
    params.emplace_back("field", app_.field_name(evaluator_, now_.language, path));
    add(severity, path, std::string(code), message(now_.language, text, params));
  }

  // Hidden fields are not judged. A row or a code of a list is as visible as the list.
  [[nodiscard]] bool judged(const Path& path) const {
    return app_.bound(path) == nullptr || visible_.contains(path) || visible_.contains(without_index(path));
  }
  static Path without_index(const Path& path) { return path.ends_with(']') ? path.substr(0, path.rfind('[')) : path; }

  void stops() {
    for (const auto& stop : app_.stops(now_)) add(Severity::error, "", "stop", stop.title.plain());
  }

  void schema() {
    for (auto& issue : check(app_.folder().model, now_.data, submit_)) {
      if (!judged(issue.path) || too_many_only_with_hidden(issue)) continue;
      const auto* bound = app_.bound(issue.path);  // of a list of codes the list is the field
      if (bound != nullptr && bound->role == LoadedApp::Role::value) issue.path = without_index(issue.path);
      say(Severity::error, issue.path, issue.code, issue.code, std::move(issue.params));
    }
  }

  void judge(const Place& place) {
    const auto& component = *place.component;
    if (!component.kind) return;
    if (component.kind == ComponentKind::upload) return files(component);
    Path path = component.repeating ? with_rows(component.group_path(), place.rows) : place.path();
    if (path.empty()) return;
    Scope scope;
    scope.component = &component;
    scope.rows = place.rows;
    const auto* value = value_at(now_.data, path);
    if (submit_) required(component, scope, path, value);
    if (component.repeating) return rows(component, path, value);
    if (component.row_source) rows_to_choose(component, place.rows);
    if (is_empty(value)) return;
    choices(component, path, *value);
    if (value->is_string()) text(component, path, value->as_string());
    if (value->is_string() && (component.min_date.given() || component.max_date.given()))
      days(component, scope, path, value->as_string());
  }

  // minDate and maxDate, on the calendar of Oslo. What an addition leaves as it was sent is not judged again: today has
  // moved since.
  void days(const Component& component, const Scope& scope, const Path& path, const std::string& value) {
    if (now_.supplement) {
      const auto* before = value_at(now_.before, path);
      if (before != nullptr && before->is_string() && before->as_string() == value) return;
    }
    auto moment = component.kind == ComponentKind::date_time ? base::from_rfc3339(value) : std::nullopt;
    auto day = moment ? base::to_date_oslo(*moment) : value;
    if (!base::is_date(day)) return;
    if (auto least = limit(component.min_date, scope); least && day < *least)
      return say(Severity::error, path, "min_date", "min_date", {{"min", day_words(*least)}});
    if (auto most = limit(component.max_date, scope); most && day > *most)
      say(Severity::error, path, "max_date", "max_date", {{"max", day_words(*most)}});
  }
  std::optional<std::string> limit(const DayLimit& given, const Scope& scope) {
    if (!given.expression) return given.text.empty() ? std::nullopt : day_of(given.text, world_.today);
    auto value = evaluator_.evaluate(*given.expression, scope);
    return value && value->is_string() ? day_of(value->as_string(), world_.today) : std::nullopt;
  }
  [[nodiscard]] std::string day_words(const std::string& day) const {
    auto noon = base::from_rfc3339(day + "T12:00:00Z");
    return noon ? base::format_local(*noon, base::TimeStyle::date, now_.language) : day;
  }

  void required(const Component& component, const Scope& scope, const Path& path, const Json* value) {
    bool answered = component.repeating ? shown_rows(component, path) > 0 : !is_empty(value);
    if (answered || typed_.contains(path) || !requirements_.required(component, scope)) return;
    if (component.deferrable) {
      if (std::ranges::find(now_.later, path, &Later::path) == now_.later.end())
        say(Severity::error, path, "required", "deferrable");
      return;
    }
    if (requirements_.late_reason(component, scope)) return say(Severity::error, path, "required", "after_deadline");
    bool choice = component.kind == ComponentKind::radio || component.kind == ComponentKind::checkboxes ||
                  component.kind == ComponentKind::dropdown;
    say(Severity::error, path, "required",
        component.repeating ? "required_rows"
        : choice            ? "required_choice"
                            : "required");
  }

  // Hidden rows count nowhere.
  [[nodiscard]] std::size_t shown_rows(const Component& group, const Path& path) {
    return evaluator_.shown_rows(group, rows_of(path)).size();
  }
  [[nodiscard]] bool too_many_only_with_hidden(const SchemaIssue& issue) {
    if (issue.code != "max_items") return false;
    const auto* bound = app_.bound(issue.path);
    if (bound == nullptr || bound->role != LoadedApp::Role::group) return false;
    const auto* schema = app_.folder().model.find(issue.path);
    return schema != nullptr && schema->max_items &&
           shown_rows(app_.folder().layout.at(bound->component), issue.path) <= *schema->max_items;
  }

  void rows(const Component& component, const Path& path, const Json* value) {
    auto count = value == nullptr || !value->is_array() ? 0 : shown_rows(component, path);
    if (component.max_count > 0 && count > component.max_count)
      say(Severity::error, path, "max_items", "max_items", {{"max", std::to_string(component.max_count)}});
    if (submit_ && count == 0 && component.min_count > 0 && !component.deferrable)
      say(Severity::error, path, "required", "required_rows");
    if (submit_ && count > 0 && count < component.min_count) {
      say(Severity::error, path, "min_items", "min_items", {{"min", std::to_string(component.min_count)}});
    }
  }

  void choices(const Component& component, const Path& path, const Json& value) {
    bool choice = component.kind == ComponentKind::radio || component.kind == ComponentKind::checkboxes ||
                  component.kind == ComponentKind::dropdown;
    if (!choice || !component.has_choices()) return;
    if (!component.row_source && !component.has_options && !app_.folder().options.contains(component.options_id))
      return;  // a list of program code
    if (now_.supplement && !component.row_source) {
      const auto* before = value_at(now_.before, path);
      if (before != nullptr && *before == value) return;
    }
    std::vector<std::string> codes;
    if (value.is_array()) {
      for (const auto& item : value.items()) codes.push_back(code_text(item));
    } else if (component.kind == ComponentKind::checkboxes) {
      auto joined = code_text(value);
      for (auto part : base::split(joined, ',')) codes.emplace_back(base::trim(part));
    } else {
      codes.push_back(code_text(value));
    }
    const auto rows = rows_of(path);
    const auto& options = evaluator_.options_of(component, rows);
    for (const auto& code : codes) {
      if (std::ranges::find(options, code, &Option::code) != options.end()) continue;
      if (!component.row_source) return say(Severity::error, path, "option", "option");
      Scope scope;
      scope.component = &component;
      scope.rows = rows;
      // Past those that can be chosen, or not there.
      const auto& all = evaluator_.source_rows(*component.row_source, rows);
      const bool over = evaluator_.has_more_options(component, rows) &&
                        std::ranges::find(all, code, &Evaluator::SourceRow::code) != all.end();
      return say(
          Severity::error, path, "option", over ? "option_row_over" : "option_row",
          {{"answer", evaluator_.option_label(component, code, scope)}, {"max", std::to_string(most_row_options)}});
    }
  }

  // Rows that cannot be chosen where they should be: the one without the value that stands for it, and the second with
  // the same.
  void rows_to_choose(const Component& component, const Rows& rows) {
    const auto& source = *component.row_source;
    const auto& all = evaluator_.source_rows(source, rows);
    if (!told_rows_.insert(&all).second) return;
    const auto choice = app_.field_name(evaluator_, now_.language, with_rows(component.path(), rows));
    std::set<std::string, std::less<>> seen;
    for (const auto& row : all) {
      if (!evaluator_.row_counts(source, row.rows)) continue;
      const auto field = with_rows(source.value, row.rows);
      if (row.code.empty()) {
        if (submit_) say(Severity::warning, field, "option_row_empty", "option_row_empty", {{"choice", choice}});
      } else if (!seen.insert(row.code).second) {
        say(Severity::warning, field, "option_row_twice", "option_row_twice", {{"choice", choice}});
      }
    }
  }

  void text(const Component& component, const Path& path, const std::string& value) {
    auto length = base::code_points(value);
    const auto* schema = app_.folder().model.find(path);
    bool schema_says = schema != nullptr && schema->max_length && length > *schema->max_length;
    if (component.max_length > 0 && length > component.max_length && !schema_says) {
      say(Severity::error, path, "max_length", "max_length",
          {{"max", std::to_string(component.max_length)}, {"over", std::to_string(length - component.max_length)}});
    }
    for (const auto& name : component.checks) {
      bool found = name == "fnr"      ? has_identity_number(value)
                   : name == "emails" ? has_email_list(value)
                                      : has_payment_card(value);
      if (found) say(Severity::warning, path, "check_" + name, name);
    }
  }

  void files(const Component& component) {
    const auto& uploads = app_.uploads();
    auto rule = std::ranges::find(uploads, component.id, &App::UploadRule::data_type);
    if (rule == uploads.end()) return;
    std::size_t count = 0;
    auto tell = [&](std::string_view code, Params params) {
      Scope scope;
      scope.component = &component;
      params.emplace_back("field", evaluator_.text_of(component, "title", scope).plain());
      auto before = issues_.size();
      add(Severity::error, "", "attachments", message(now_.language, code, params));
      if (issues_.size() > before) place_issue(issues_.back(), component, {});
    };
    for (const auto& file : now_.attachments) {
      if (file.data_type != component.id) continue;
      ++count;
      if (!paper::has_ending(file.file_name, rule->endings))
        tell("file_ending", {{"file", file.file_name}, {"endings", fmt::format("{}", fmt::join(rule->endings, ", "))}});
      if (rule->max_bytes > 0 && file.size > rule->max_bytes)
        tell("file_size", {{"file", file.file_name}, {"max", base::size_in_words(rule->max_bytes, now_.language)}});
    }
    if (count > rule->max_count) tell("max_files", {{"max", std::to_string(rule->max_count)}});
    Scope scope;
    scope.component = &component;
    auto least = std::max<std::size_t>(rule->min_count, evaluator_.test(component.required, scope) ? 1 : 0);
    if (submit_ && !now_.supplement && count < least) tell("min_files", {{"min", std::to_string(least)}});
  }

  void files_in_all() {
    if (now_.attachments.size() <= most_attachments) return;
    add(Severity::error, "", "attachments",
        message(now_.language, "max_files_in_all",
                {{"max", std::to_string(most_attachments)}, {"count", std::to_string(now_.attachments.size())}}));
  }

  void rules() {
    auto found =
        run_rules(evaluator_, app_.folder().validations, [&](const std::string& path) { return judged(path); });
    for (auto& issue : found) add(issue.severity, issue.path, "expression", std::move(issue.message));
  }

  // Typed text that does not fit its field is neither sent nor dropped in silence; in a field that is no longer shown
  // it is.
  void rejected() {
    if (now_.rejected.empty()) return;
    // Read once more for the reason: the overview says what the page said.
    std::map<Path, std::string> reasons;
    const std::vector<std::pair<std::string, std::string>> typed(now_.rejected.begin(), now_.rejected.end());
    if (const auto again = app_.apply(now_, typed))
      for (const auto& issue : again->issues)
        if (issue.severity == Severity::error) reasons.try_emplace(issue.path, issue.message);
    for (const auto& [name, text] : now_.rejected) {
      auto path = field_of(name);
      if (app_.bound(path) == nullptr || !judged(path)) continue;
      if (const auto reason = reasons.find(path); reason != reasons.end())
        add(Severity::error, path, "rejected", reason->second);
      else
        say(Severity::error, path, "rejected", "rejected");
    }
  }
  [[nodiscard]] Path field_of(const std::string& name) const {
    if (name.starts_with("later-date:")) return name.substr(11);
    for (std::string_view part : {".date", ".time"}) {
      if (name.ends_with(part) && app_.bound(name) == nullptr) return name.substr(0, name.size() - part.size());
    }
    return name;
  }

  // A day that was ahead when it was promised may have gone by since: said, but no reason to refuse what is sent.
  void promises_passed() {
    for (const auto& later : now_.later) {
      if (later.expected.empty() || later.expected >= world_.today || !judged(later.path)) continue;
      auto open = std::ranges::find(now_.open, later.path, &Later::path);
      if (open != now_.open.end() && open->expected == later.expected) continue;
      say(Severity::warning, later.path, "later_date_past", "later_date_past");
    }
  }

  // An addition must add something.
  void supplement() {
    if (!now_.attachments.empty()) return;
    const auto& rule = app_.folder().config.supplement;
    if (!is_empty(value_at(now_.data, rule.text_field))) return;
    for (const auto& change : app_.changes(now_.before, now_.data)) {
      if (!app_.is_about_supplement(change.path)) return;
    }
    add(Severity::error, rule.text_field, "supplement_empty", message(now_.language, "supplement_empty"));
  }

  void in_order() {
    std::map<std::string, std::size_t> order;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      auto id = places_[i].component->id;
      for (const auto& row : places_[i].rows) id += fmt::format("-{}", row.index);
      order.emplace(id, i + 1);
    }
    auto place = [&](const Issue& issue) {
      auto found = order.find(issue.component);
      return found == order.end() ? std::size_t{0} : found->second;
    };
    std::ranges::stable_sort(issues_, {}, place);
  }

  const LoadedApp& app_;
  const Surroundings& now_;
  bool submit_;
  World world_;
  Evaluator evaluator_;
  Requirements requirements_;
  std::vector<Place> places_;
  std::set<const void*> told_rows_;  // lists of rows whose faults are told
  std::set<Path> visible_, typed_;   // typed_: fields with text that does not fit them
  std::vector<Issue> issues_;
};

}  // namespace

std::vector<Issue> LoadedApp::validate(const Surroundings& now, When when) const {
  return Validator(*this, now, when).run();
}

namespace {

// Only what is hidden both in an addition and in the form itself is taken out: a field that an addition merely does not
// show keeps what was sent before.
std::vector<std::string> to_take_out(const LoadedApp& app, const Surroundings& now) {
  auto seen = app.world(now, now.data);
  Evaluator evaluator(seen);
  auto hidden = hidden_paths(evaluator);
  if (!now.supplement) return hidden;
  seen.supplement = false;
  Evaluator plain(seen);
  auto list = hidden_paths(plain);
  const std::set<std::string> in_form(std::make_move_iterator(list.begin()), std::make_move_iterator(list.end()));
  std::erase_if(hidden, [&](const auto& path) { return !in_form.contains(path); });
  return hidden;
}

// Promises for the data as it is to be sent: those made, those still open from before, and automatic ones for what was
// left empty, unless each must be made explicitly.
std::vector<Later> promises(const LoadedApp& app, const Surroundings& now) {
  auto seen = app.world(now, now.data);
  Evaluator evaluator(seen);
  Requirements requirements(app, now, evaluator);
  auto places = visible_places(evaluator);
  if (now.supplement) {
    auto plain_world = seen;
    plain_world.supplement = false;
    Evaluator plain(plain_world);
    std::ranges::move(visible_places(plain), std::back_inserter(places));
  }
  std::vector<Later> out;
  std::set<std::string> done;  // a field may stand on two pages
  for (const auto& place : places) {
    const auto& component = *place.component;
    if (!component.kind || !component.deferrable) continue;
    auto path = component.repeating ? with_rows(component.group_path(), place.rows) : place.path();
    if (!is_empty(value_at(now.data, path)) || !done.insert(path).second) continue;
    Scope scope;
    scope.component = &component;
    scope.rows = place.rows;
    auto promised = std::ranges::find(now.later, path, &Later::path);
    auto open = std::ranges::find(now.open, path, &Later::path);
    if (promised != now.later.end())
      out.push_back(*promised);
    else if (now.supplement && open != now.open.end())
      out.push_back(*open);
    else if (!now.supplement && !requirements.later_required() && requirements.wanted_later(component, scope))
      out.push_back({path, "", true});
  }
  return out;
}

}  // namespace

App::Final LoadedApp::finalise(const Surroundings& now) const {
  Surroundings at = now;
  if (!at.data.is_object()) at.data = Json::object();
  // Taking values out may hide more; a few rounds settle it.
  for (int round = 0; round < 6; ++round) {
    auto before = at.data;
    calculate(at, at.data);
    at.data = without(at.data, to_take_out(*this, at), RowRemoval::delete_row);
    if (at.data == before) break;
  }
  Final out;
  out.later = promises(*this, at);
  // What the calculations say of promises (how many there are) is only right with all of them.
  at.later = out.later;
  calculate(at, at.data);
  out.data = folder_.model.in_order(at.data);
  return out;
}

}  // namespace alting::forms
