#include "forms/validator.h"

#include "base/size.h"
#include "base/text.h"
#include "forms/app.h"
#include "forms/changes.h"
#include "forms/checks.h"
#include "forms/messages.h"
#include "forms/rules.h"
#include "paper/file_endings.h"

namespace alting::forms {

namespace {

constexpr std::size_t max_issues = 500;

using Params = std::vector<std::pair<std::string, std::string>>;

class Validator {
 public:
  explicit Validator(const ValidatorInput& input)
      : form_(input.form),
        context_(input.context),
        input_(input),
        evaluator_(input.evaluator),
        requirements_(input.requirements) {}

  IssueLists run() {
    for (const auto& [name, text] : context_.rejected) typed_.insert(name.path);
    for (const auto& place : input_.places) {
      visible_.insert(place.answer_path());
      if (!place.component->precision.empty()) visible_.insert(with_rows(place.component->precision, place.rows));
    }
    for (const auto& stand : input_.stands) {
      stands_.try_emplace(stand.place.answer_path(), &stand);
      if (!stand.place.component->precision.empty())
        stands_.try_emplace(with_rows(stand.place.component->precision, stand.place.rows), &stand);
      if (stand.place.component->kind == ComponentKind::upload) uploads_.emplace(stand.place.component, stand.page);
    }
    for (const auto& stop : input_.stops) add(When::save, Severity::error, "", "stop", stop.title.plain());
    for (const auto& place : input_.places) validate(place);
    if (!input_.of_data) input_.of_data = faults_of_data();
    schema();
    rules();
    rejected();
    promises_passed();
    files_in_all();
    if (context_.supplement) kind_of_addition();
    if (context_.supplement) supplement();
    in_order(issues_.save);
    in_order(issues_.submit);
    return std::move(issues_);
  }

 private:
  // `from`: when it begins to count. Of files the component is given, which no path leads to.
  void add(When from, Severity severity, const Path& path, std::string_view code, const std::string& text,
           const Component* of_files = nullptr) {
    add_to(issues_.submit, severity, path, code, text, of_files);
    if (from == When::save) add_to(issues_.save, severity, path, code, text, of_files);
  }
  // Of one fault at one place only the first is told.
  void add_to(std::vector<Issue>& list, Severity severity, const Path& path, std::string_view code,
              const std::string& text, const Component* of_files) {
    if (list.size() >= max_issues) return;
    for (const auto& issue : list) {
      if (issue.path == path && issue.code == code && (issue.message == text || code == "required")) return;
    }
    Issue issue{severity, path, "", "", std::string(code), text};
    if (of_files != nullptr)
      place_of_files(*of_files, issue);
    else if (!path.empty())
      place_of_field(path, issue);
    list.push_back(std::move(issue));
  }
  void place_of_files(const Component& component, Issue& issue) const {
    const auto stand = uploads_.find(&component);
    issue.component = component.id;
    issue.page = page_id(stand == uploads_.end() ? component.page : stand->second);
  }
  void place_of_field(const Path& path, Issue& issue) const {
    if (const auto stand = stands_.find(path); stand != stands_.end()) {
      issue.component = stand->second->place.id();
      issue.page = page_id(stand->second->page);
    } else if (const auto* component = form_.component_of(path)) {
      issue.component = id_in_rows(*component, rows_of(path));
      issue.page = form_.page_of(*component).id;
    }
  }
  [[nodiscard]] const std::string& page_id(int page) const {
    return form_.layout().pages[static_cast<std::size_t>(page)].id;
  }
  void report(When from, Severity severity, const Path& path, std::string_view code, std::string_view text,
              Params params = {}) {
    params.emplace_back("field", form_.field_name(evaluator_, context_.language, path));
    add(from, severity, path, code, message(context_.language, text, params));
  }

  // Hidden fields are not validated. A row or a code of a list is as visible as the list.
  [[nodiscard]] bool counts(const Path& path) const {
    return form_.bound(path) == nullptr || visible_.contains(path) || visible_.contains(list_of(path));
  }

  DataFaults faults_of_data() {
    return {check(form_.folder().model, context_.data),
            run_rules(evaluator_, form_.folder().validations, [&](const std::string& path) { return counts(path); })};
  }

  void schema() {
    for (const auto& issue : input_.of_data->schema) {
      if (!counts(issue.path) || too_many_only_with_hidden(issue)) continue;
      const auto* bound = form_.bound(issue.path);  // of a list of codes the list is the field
      const bool is_value = bound != nullptr && bound->role == FormDefinition::Role::value;
      report(issue.lacking ? When::submit : When::save, Severity::error, is_value ? list_of(issue.path) : issue.path,
             issue.code, issue.code, issue.params);
    }
  }

  void validate(const Place& place) {
    const auto& component = *place.component;
    if (!component.kind) return;
    if (component.kind == ComponentKind::upload) return files(component);
    const auto path = place.answer_path();
    if (path.empty()) return;
    const auto scope = scope_of(form_, component, place.rows);
    const auto* value = value_at(context_.data, path);
    required(component, scope, path, value);
    if (component.repeating) return rows(component, path, value);
    if (component.row_source) rows_to_choose(component, place.rows);
    if (is_empty(value)) return;
    choices(component, path, *value);
    if (value->is_string()) text(component, path, value->as_string());
    if (value->is_string() && (component.min_date.given() || component.max_date.given()))
      days(component, scope, path, value->as_string());
  }

  // minDate and maxDate, on the calendar of Oslo. What an addition leaves as it was sent is not validated again: today has
  // moved since.
  void days(const Component& component, const Scope& scope, const Path& path, const std::string& value) {
    if (context_.supplement) {
      const auto* before = value_at(context_.before, path);
      if (before != nullptr && before->is_string() && before->as_string() == value) return;
    }
    auto moment = component.kind == ComponentKind::date_time ? base::from_rfc3339(value) : std::nullopt;
    auto day = moment ? base::to_date_oslo(*moment) : value;
    if (!base::is_date(day)) return;
    if (auto least = limit(component.min_date, scope); least && day < *least)
      return report(When::save, Severity::error, path, "min_date", "min_date", {{"min", day_words(*least)}});
    if (auto most = limit(component.max_date, scope); most && day > *most)
      report(When::save, Severity::error, path, "max_date", "max_date", {{"max", day_words(*most)}});
  }
  std::optional<std::string> limit(const DayLimit& given, const Scope& scope) {
    if (!given.expression) return given.text.empty() ? std::nullopt : day_of(given.text, evaluator_.world().today);
    const auto value = evaluator_.answer(*given.expression, scope);
    return value && value->is_string() ? day_of(value->as_string(), evaluator_.world().today) : std::nullopt;
  }
  [[nodiscard]] std::string day_words(const std::string& day) const {
    return base::date_in_words(day, context_.language);
  }

  void required(const Component& component, const Scope& scope, const Path& path, const Json* value) {
    bool answered = component.repeating ? shown_rows(component, path) > 0 : !is_empty(value);
    if (answered || typed_.contains(path) || !requirements_.required(component, scope)) return;
    if (component.deferrable) {
      if (promise_at(context_.later, path) == nullptr)
        report(When::submit, Severity::error, path, "required", "deferrable");
      return;
    }
    if (requirements_.late_reason(component, scope))
      return report(When::submit, Severity::error, path, "required", "after_deadline");
    report(When::submit, Severity::error, path, "required",
           component.repeating     ? "required_rows"
           : component.is_choice() ? "required_choice"
                                   : "required");
  }

  // Hidden rows count nowhere.
  [[nodiscard]] std::size_t shown_rows(const Component& group, const Path& path) {
    return evaluator_.shown_rows(group, rows_of(path)).size();
  }
  [[nodiscard]] bool too_many_only_with_hidden(const SchemaIssue& issue) {
    if (issue.code != "max_items") return false;
    const auto* bound = form_.bound(issue.path);
    if (bound == nullptr || bound->role != FormDefinition::Role::group) return false;
    const auto* schema = form_.folder().model.find(issue.path);
    return schema != nullptr && schema->max_items &&
           shown_rows(form_.layout().at(bound->component), issue.path) <= *schema->max_items;
  }

  void rows(const Component& component, const Path& path, const Json* value) {
    auto count = value == nullptr || !value->is_array() ? 0 : shown_rows(component, path);
    if (component.max_count > 0 && count > component.max_count)
      report(When::save, Severity::error, path, "max_items", "max_items",
             {{"max", std::to_string(component.max_count)}});
    if (count == 0 && component.min_count > 0 && !component.deferrable)
      report(When::submit, Severity::error, path, "required", "required_rows");
    if (count > 0 && count < component.min_count) {
      report(When::submit, Severity::error, path, "min_items", "min_items",
             {{"min", std::to_string(component.min_count)}});
    }
  }

  void choices(const Component& component, const Path& path, const Json& value) {
    if (!component.is_choice() || !component.has_choices()) return;
    if (!component.row_source && !component.has_options && !form_.folder().options.contains(component.options_id))
      return;  // a list of program code
    // What an addition leaves as it was sent is not looked at again; what it says of itself is its own.
    if (context_.supplement && !component.row_source &&
        !is_about_supplement(form_.folder().facts.supplement, component.path())) {
      const auto* before = value_at(context_.before, path);
      if (before != nullptr && *before == value) return;
    }
    const bool several = value.is_array() || component.kind == ComponentKind::checkboxes;
    const auto codes = several ? codes_of(value) : std::vector<std::string>{code_text(value)};
    const auto rows = rows_of(path);
    const auto& options = evaluator_.options_of(component, rows);
    for (const auto& code : codes) {
      if (std::ranges::find(options, code, &Option::code) != options.end()) continue;
      if (!component.row_source) return report(When::save, Severity::error, path, "option", "option");
      Scope scope;
      scope.component = &component;
      scope.rows = rows;
      // Past those that can be chosen, or not there.
      const auto& all = evaluator_.source_rows(*component.row_source, rows);
      const bool over = evaluator_.has_more_options(component, rows) &&
                        std::ranges::find(all, code, &Evaluator::SourceRow::code) != all.end();
      return report(
          When::save, Severity::error, path, "option", over ? "option_row_over" : "option_row",
          {{"answer", evaluator_.option_label(component, code, scope)}, {"max", std::to_string(max_row_options)}});
    }
  }

  // Rows that cannot be chosen where they should be: the one without the value that stands for it, and the second with
  // the same.
  void rows_to_choose(const Component& component, const Rows& rows) {
    const auto& source = *component.row_source;
    const auto& all = evaluator_.source_rows(source, rows);
    if (!reported_rows_.insert(&all).second) return;
    const auto choice = form_.field_name(evaluator_, context_.language, with_rows(component.path(), rows));
    std::set<std::string, std::less<>> seen;
    for (const auto& row : all) {
      if (!evaluator_.row_counts(source, row.rows)) continue;
      const auto field = with_rows(source.value, row.rows);
      if (row.code.empty()) {
        report(When::submit, Severity::warning, field, "option_row_empty", "option_row_empty", {{"choice", choice}});
      } else if (!seen.insert(row.code).second) {
        report(When::save, Severity::warning, field, "option_row_twice", "option_row_twice", {{"choice", choice}});
      }
    }
  }

  void text(const Component& component, const Path& path, const std::string& value) {
    auto length = base::code_points(value);
    const auto* schema = form_.folder().model.find(path);
    bool schema_says = schema != nullptr && schema->max_length && length > *schema->max_length;
    if (component.max_length > 0 && length > component.max_length && !schema_says) {
      report(When::save, Severity::error, path, "max_length", "max_length",
             {{"max", std::to_string(component.max_length)}, {"over", std::to_string(length - component.max_length)}});
    }
    for (const auto& name : component.checks) {
      bool found = name == "fnr"      ? has_identity_number(value)
                   : name == "emails" ? has_email_list(value)
                                      : has_payment_card(value);
      if (found) report(When::save, Severity::warning, path, "check_" + name, name);
    }
  }

  void files(const Component& component) {
    const auto& uploads = form_.folder().facts.uploads;
    auto rule = std::ranges::find(uploads, component.id, &UploadRule::data_type);
    if (rule == uploads.end()) return;
    std::size_t count = 0;
    const auto scope = scope_of(form_, component, {});
    auto report_files = [&](When from, std::string_view code, Params params) {
      params.emplace_back("field", evaluator_.text_of(component, "title", scope).plain());
      add(from, Severity::error, "", "attachments", message(context_.language, code, params), &component);
    };
    for (const auto& file : context_.attachments) {
      if (file.data_type != component.id) continue;
      ++count;
      if (!paper::has_ending(file.file_name, rule->endings))
        report_files(When::save, "file_ending",
                     {{"file", file.file_name}, {"endings", fmt::format("{}", fmt::join(rule->endings, ", "))}});
      if (rule->max_bytes > 0 && file.size > rule->max_bytes)
        report_files(When::save, "file_size",
                     {{"file", file.file_name}, {"max", base::size_in_words(rule->max_bytes, context_.language)}});
    }
    if (count > rule->max_count) report_files(When::save, "max_files", {{"max", std::to_string(rule->max_count)}});
    auto least = std::max<std::size_t>(rule->min_count, evaluator_.test(component.required, scope) ? 1 : 0);
    if (!context_.supplement && count < least)
      report_files(When::submit, "min_files", {{"min", std::to_string(least)}});
  }

  void files_in_all() {
    if (context_.attachments.size() <= max_attachments) return;
    add(When::submit, Severity::error, "", "attachments",
        message(context_.language, "max_files_in_all",
                {{"max", std::to_string(max_attachments)}, {"count", std::to_string(context_.attachments.size())}}));
  }

  void rules() {
    for (const auto& issue : input_.of_data->rules)
      add(When::save, issue.severity, issue.path, "expression", issue.message);
  }

  // Typed text that does not fit its field is neither sent nor dropped in silence; in a field that is no longer shown
  // it is.
  void rejected() {
    if (context_.rejected.empty()) return;
    std::map<Path, std::string> reasons;  // the overview says what the page said
    for (const auto& issue : input_.rejected)
      if (issue.severity == Severity::error) reasons.try_emplace(issue.path, issue.message);
    for (const auto& [name, text] : context_.rejected) {
      const auto& path = name.path;
      if (form_.bound(path) == nullptr || !counts(path)) continue;
      if (const auto reason = reasons.find(path); reason != reasons.end())
        add(When::submit, Severity::error, path, "rejected", reason->second);
      else
        report(When::submit, Severity::error, path, "rejected", "rejected");
    }
  }

  // A day that was ahead when it was promised may have gone by since: said, but no reason to refuse what is sent.
  void promises_passed() {
    for (const auto& later : context_.later) {
      if (later.expected.empty() || later.expected >= evaluator_.world().today || !counts(later.path)) continue;
      const auto* open = promise_at(context_.open, later.path);
      if (open != nullptr && open->expected == later.expected) continue;
      report(When::submit, Severity::warning, later.path, "later_date_past", "later_date_past");
    }
  }

  // Its kind is one that the form has for additions: the agency's machine acts on it.
  void kind_of_addition() {
    const auto& facts = form_.folder().facts.supplement;
    if (facts.types.empty() || facts.type_path.empty()) return;
    const auto* kind = value_at(context_.data, facts.type_path);
    if (kind != nullptr && kind->is_string() && std::ranges::find(facts.types, kind->as_string()) != facts.types.end())
      return;
    const bool told = std::ranges::any_of(issues_.submit, [&](const Issue& issue) {
      return issue.path == facts.type_path && issue.severity == Severity::error;
    });
    if (told) return;
    report(When::submit, Severity::error, facts.type_path, "option", "option");
  }

  // An addition must add something: text, a file or an answer. What a calculation makes of the answers that were sent,
  // as of a rule that is another since, nobody has said.
  void supplement() {
    const auto& facts = form_.folder().facts.supplement;
    if (!context_.attachments.empty() || !is_empty(value_at(context_.data, facts.text_path))) return;
    auto changes = changes_of(form_.folder().model, context_.before, context_.data);
    std::erase_if(changes, [&](const Change& change) {
      return is_about_supplement(facts, change.path) || (is_empty(&change.before) && is_empty(&change.after));
    });
    if (!changes.empty()) {
      auto calculated = context_.before;
      form_.calculate(context_, calculated);
      std::erase_if(changes, [&](const Change& change) {
        const auto* now = value_at(std::as_const(calculated), change.path);
        return now == nullptr ? change.after.is_null() : *now == change.after;
      });
    }
    if (!changes.empty()) return;
    add(When::submit, Severity::error, facts.text_path, "supplement.empty",
        message(context_.language, "supplement_empty"));
  }

  void in_order(std::vector<Issue>& issues) const {
    std::map<std::string, std::size_t> order;
    for (std::size_t i = 0; i < input_.stands.size(); ++i) order.emplace(input_.stands[i].place.id(), i + 1);
    std::ranges::stable_sort(issues, {}, [&](const Issue& issue) {
      const auto found = order.find(issue.component);
      return found == order.end() ? std::size_t{0} : found->second;
    });
  }

  const FormDefinition& form_;
  const FormContext& context_;
  const ValidatorInput& input_;
  Evaluator& evaluator_;
  Requirements& requirements_;
  std::set<const void*> reported_rows_;  // lists of rows whose faults are reported
  std::set<Path> visible_, typed_;       // typed_: fields with text that does not fit them
  std::map<Path, const Stand*> stands_;  // where what is at a path is asked for
  std::map<const Component*, int> uploads_;
  IssueLists issues_;
};

}  // namespace

IssueLists validate(const ValidatorInput& input) { return Validator(input).run(); }

}  // namespace alting::forms
