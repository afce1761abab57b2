#include "forms/evaluator.h"

#include "base/text.h"
#include "forms/dates.h"
#include "forms/decimal.h"
#include "forms/functions.h"

namespace alting::forms {

namespace {

constexpr std::size_t max_steps = 2'000'000;
constexpr int max_nested_expressions = 64;

}  // namespace

std::optional<Rows> reach(const Component& target, const Rows& context) {
  Rows out;
  for (const auto& group : target.groups) {
    auto found = std::ranges::find(context, group, &Row::group);
    if (found == context.end()) return std::nullopt;
    out.push_back(*found);
  }
  return out;
}

Outcome Evaluator::evaluate(const Expr& expr, const Scope& scope) {
  if (world_.watch) world_.watch(expr, scope.rows);
  return run(expr, scope);
}

// Arguments of its own that an expression is called with are not remembered by; nothing for such a scope.
std::optional<Evaluator::AnswerKey> Evaluator::key_of(const Expr& expr, const Scope& scope) {
  if (scope.argv != nullptr || scope.values != nullptr) return std::nullopt;
  std::vector<std::size_t> rows;
  rows.reserve(scope.rows.size());
  for (const auto& row : scope.rows) rows.push_back(row.index);
  return AnswerKey{&expr, scope.component, std::move(rows)};
}

Outcome Evaluator::answer(const Expr& expr, const Scope& scope) {
  if (expr.function == nullptr) return expr.literal;
  auto key = key_of(expr, scope);
  if (!key) return evaluate(expr, scope);
  if (const auto known = answers_.find(*key); known != answers_.end()) return known->second;
  auto value = evaluate(expr, scope);
  // A text it joins may have been cut short by the room of the one it stands in.
  const bool has_room = texts_at_work_ == 0 || text_room_ > 0;
  if (is_to_keep(value) && has_room) answers_.emplace(*std::move(key), value);
  return value;
}

bool Evaluator::has_steps() const { return steps_ <= max_steps; }

// An answer may be of where it was asked: after too many steps, or too deep in other expressions.
bool Evaluator::is_to_keep(const Outcome& value) const { return has_steps() && (value || depth_ == 0); }

void Evaluator::renew_steps() {
  if (!has_steps()) {
    hidden_.clear();
    pages_.clear();
    shown_rows_.clear();
    row_options_.clear();
    promises_.reset();
  }
  steps_ = 0;
}

const std::vector<Later>& Evaluator::promises() {
  asked_promises_ = true;
  if (promises_) return *promises_;
  // Whether an open answer is shown may depend on promises itself: then those made by hand are all there are.
  if (!world_.open_answers || looks_for_promises_) return world_.later;
  looks_for_promises_ = true;
  auto all = world_.later;
  for (const auto& open : world_.open_answers()) {
    if (promise_at(world_.later, open.path) != nullptr) continue;
    const auto rows = rows_of(open.path);
    const bool shown =
        std::ranges::any_of(open.components, [&](const Component* component) { return !hidden(*component, rows); });
    if (shown) all.push_back({open.path, "", true});
  }
  looks_for_promises_ = false;
  promises_ = std::move(all);
  return *promises_;
}

void Evaluator::take_over(const Evaluator& other) {
  if (other.asked_promises_) return;
  answers_.insert(other.answers_.begin(), other.answers_.end());
  rich_answers_.insert(other.rich_answers_.begin(), other.rich_answers_.end());
  hidden_.insert(other.hidden_.begin(), other.hidden_.end());
  pages_.insert(other.pages_.begin(), other.pages_.end());
  shown_rows_.insert(other.shown_rows_.begin(), other.shown_rows_.end());
  source_rows_.insert(other.source_rows_.begin(), other.source_rows_.end());
  row_options_.insert(other.row_options_.begin(), other.row_options_.end());
}

Outcome Evaluator::run(const Expr& expr, const Scope& scope) {
  if (expr.function == nullptr) return expr.literal;
  if (++steps_ > max_steps) return std::unexpected("The expression takes too long");
  Args args;
  args.reserve(expr.args.size());
  for (const auto& arg : expr.args) {
    auto value = run(arg, scope);
    if (!value) return value;
    args.push_back(std::move(*value));
  }
  if (depth_ >= max_nested_expressions) return std::unexpected("Expressions refer to each other too deeply");
  ++depth_;
  auto answer = expr.function->run(*this, scope, args);
  --depth_;
  return answer;
}

bool Evaluator::test(const Flag& flag, const Scope& scope, bool fallback) {
  if (!flag.expression) return flag.value;
  const auto value = answer(*flag.expression, scope);
  return value ? to_bool_value(*value).value_or(fallback) : fallback;
}

bool Evaluator::holds(const Flag& flag, const Scope& scope) {
  if (!flag.expression) return flag.value;
  const auto value = evaluate(*flag.expression, scope);
  return value && to_bool_value(*value).value_or(false);
}

const Json* Evaluator::data_of(std::string_view type) const {
  if (type.empty()) return world_.data.empty() ? nullptr : world_.data.front().second;
  for (const auto& [name, data] : world_.data) {
    if (name == type) return data;
  }
  return nullptr;
}

bool Evaluator::page_hidden(int page) {
  const auto& flag = world_.layout->pages[static_cast<std::size_t>(page)].hidden;
  if (!flag.expression) return flag.value;
  auto [memo, fresh] = pages_.emplace(page, Memo::working);
  if (fresh) {
    Scope scope;
    scope.page = world_.layout->pages[static_cast<std::size_t>(page)].id;
    auto answer = holds(flag, scope) ? Memo::yes : Memo::no;
    pages_[page] = answer;
    return answer == Memo::yes;
  }
  return memo->second == Memo::yes;
}

bool Evaluator::row_hidden(const Component& group, const Rows& rows) {
  Scope scope;
  scope.component = &group;
  scope.rows = rows;
  return test(group.hidden_row, scope);
}

std::size_t Evaluator::row_count(const Component& group, const Rows& rows) const {
  const auto* data = data_of("");
  const auto* list =
      data == nullptr || group.group_path().empty() ? nullptr : value_at(*data, group.group_path(), rows);
  return list == nullptr || !list->is_array() ? 0 : std::min(list->size(), max_row_index + 1);
}

const std::vector<std::size_t>& Evaluator::shown_rows(const Component& group, const Rows& rows) {
  Key key{&group, {}};
  for (const auto& row : rows) key.second.push_back(row.index);
  if (auto known = shown_rows_.find(key); known != shown_rows_.end()) return known->second;
  std::vector<std::size_t> shown;
  for (std::size_t i = 0, count = row_count(group, rows); i < count; ++i) {
    auto inner = rows;
    inner.push_back({group.group_path(), i});
    if (!group.hidden_row.given() || !row_hidden(group, inner)) shown.push_back(i);
  }
  return shown_rows_.emplace(std::move(key), std::move(shown)).first->second;
}

std::size_t Evaluator::row_number(const Component& group, const Rows& rows, std::size_t row) {
  if (!group.hidden_row.given()) return row + 1;
  const auto& shown = shown_rows(group, rows);
  auto before = static_cast<std::size_t>(std::ranges::lower_bound(shown, row) - shown.begin());
  auto all = row_count(group, rows);
  return before + 1 + (row > all ? row - all : 0);  // rows still to come stand after those there are
}

bool Evaluator::hidden(const Component& component, const Rows& rows) {
  Key key{&component, {}};
  for (const auto& row : rows) key.second.push_back(row.index);
  auto [memo, fresh] = hidden_.emplace(key, Memo::working);
  if (!fresh) return memo->second == Memo::yes;  // one that asks for itself is taken as visible
  bool answer = component.hidden_by_parent || page_hidden(component.page);
  if (!answer && component.hidden.given()) {
    Scope scope;
    scope.component = &component;
    scope.rows = rows;
    scope.page = world_.layout->pages[static_cast<std::size_t>(component.page)].id;
    answer = holds(component.hidden, scope);
  }
  if (!answer && component.parent >= 0) {
    const auto& parent = world_.layout->at(component.parent);
    auto outer = rows;
    if (outer.size() > parent.groups.size()) outer.resize(parent.groups.size());
    answer = hidden(parent, outer);
    if (!answer && parent.repeating && !component.outside_rows && parent.hidden_row.given())
      answer = row_hidden(parent, rows);
  }
  hidden_[key] = answer ? Memo::yes : Memo::no;
  return answer;
}

std::expected<Evaluator::Found, std::string> Evaluator::find_component(std::string_view id, const Scope& scope) const {
  const auto* component = world_.layout == nullptr ? nullptr : world_.layout->find(id);
  auto rows = component == nullptr ? std::nullopt : reach(*component, scope.rows);
  if (!rows) return std::unexpected(fmt::format("Unable to find component with identifier {}", id));
  return Found{component, std::move(*rows)};
}

std::expected<const Json*, std::string> Evaluator::bound_value(const Binding& binding, const Rows& rows) const {
  const auto* data = data_of(binding.data_type);
  if (data == nullptr) return std::unexpected(fmt::format("Data model with type {} not found", binding.data_type));
  return value_at(*data, binding.pattern, rows);
}

Outcome Evaluator::component_value(const Component& component, const Rows& rows, const Rows& data_rows) {
  const auto* binding = component.binding("simpleBinding");
  if (binding == nullptr)
    return std::unexpected(
        fmt::format("The component {} of type {} has no simpleBinding", component.id, component.type));
  if (hidden(component, rows)) return Json();
  auto value = bound_value(*binding, data_rows);
  if (!value) return std::unexpected(std::move(value.error()));
  return *value == nullptr ? Json() : **value;
}

const std::vector<Option>& Evaluator::options_of(const Component& component, const Rows& rows) {
  static const std::vector<Option> none;
  if (component.row_source) return row_options(*component.row_source, rows).first;
  if (component.has_options) return component.options;
  if (world_.options == nullptr) return none;
  auto found = world_.options->find(component.options_id);
  return found == world_.options->end() ? none : found->second.in_force(world_.today);
}

bool Evaluator::has_more_options(const Component& component, const Rows& rows) {
  return component.row_source && row_options(*component.row_source, rows).more;
}

std::string Evaluator::option_label(const Component& component, const std::string& code, const Scope& scope) {
  if (component.row_source) return row_label(*component.row_source, code, scope.rows);
  for (const auto& option : options_of(component, scope.rows)) {
    if (option.code == code) return text(option.label, scope).plain();
  }
  if (world_.options != nullptr && !component.has_options) {  // a code of an earlier version of the list
    auto found = world_.options->find(component.options_id);
    if (found != world_.options->end()) {
      if (const auto* option = found->second.find(code, world_.today)) return text(option->label, scope).plain();
    }
  }
  return code;
}

}  // namespace alting::forms
