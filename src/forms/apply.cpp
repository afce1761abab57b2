#include "forms/apply.h"

#include "base/text.h"
#include "base/typed_text.h"
#include "forms/apply_state.h"
#include "forms/messages.h"
#include "forms/page_size.h"
#include "forms/typed.h"

namespace alting::forms {

std::size_t ApplyState::row_limit(std::string_view group) const {
  const auto* component = form.component_of(group);
  return max_rows_of(component == nullptr ? 0 : component->max_count, std::string(group), form.folder().model);
}

std::size_t ApplyState::hidden_rows(const Component& group, const Path& path) const {
  if (!group.hidden_row.given()) return 0;
  const auto world = form.world(context, out.data);
  Evaluator evaluator(world);
  const auto rows = rows_of(path);
  return evaluator.row_count(group, rows) - evaluator.shown_rows(group, rows).size();
}

namespace {

using Part = FieldName::Part;

class Applier {
 public:
  Applier(const FormDefinition& form, const FormContext& context, Evaluator& evaluator)
      : form_(form), state_{form, context, evaluator, {}, {}}, out_(state_.out) {
    out_.data = context.data.is_object() ? context.data : Json::object();
    out_.later = context.later;
    out_.rejected = context.rejected;
  }

  base::Result<Applied> run(const Posted& posted) {
    for (const auto& field : posted.fields) gather(field);
    for (const auto& field : values_) ALTING_CHECK(set_value(state_, field));
    for (const auto& field : promises_) ALTING_CHECK(promise(field));
    const auto& before = state_.context.data;
    // Rows that are only posted are counted first, so that a row asked for is not blamed for them.
    if (rows_in(out_.data) > rows_in(before) && has_large_page(out_.data) && !has_large_page(before))
      return base::make_error(base::ErrorKind::too_large, "error.form.page_too_large");
    for (const auto& action : posted.row_actions) ALTING_CHECK(act(action));
    finish();
    return std::move(out_);
  }

 private:
  // Typed anew. What belongs to one value stands together, in the order of first occurrence.
  void gather(const PostedField& field) {
    const auto& [name, text] = field;
    out_.rejected.erase(name);
    if (name.part == Part::promise || name.part == Part::promise_date) {
      const auto known = std::ranges::find(promises_, name, &PostedField::name);
      if (known == promises_.end())
        promises_.push_back(field);
      else
        known->text = text;
      return;
    }
    const auto [place, fresh] = places_.try_emplace(name.path, values_.size());
    if (fresh) values_.push_back({name.path, {}, {}});
    auto& texts = values_[place->second];
    if (name.part == Part::value)
      texts.texts.push_back(text);
    else
      texts.parts[name.part] = text;
  }

  base::Status promise(const PostedField& posted) {
    const auto& path = posted.name.path;
    if (!form_.has_field(path)) return refuse_field(path, "no such field");
    if (!form_.can_be_promised(path)) return refuse_field(path, "the field cannot be promised");
    const auto text = base::clean_line(posted.text);
    return posted.name.part == Part::promise ? set_promise(path, text) : set_promise_date(posted.name, text);
  }

  [[nodiscard]] std::vector<Later>::iterator promise_of(const Path& path) {
    return std::ranges::find(out_.later, path, &Later::path);
  }

  base::Status set_promise(const Path& path, std::string_view text) {
    const auto found = promise_of(path);
    const bool wanted = !text.empty() && text != "off" && text != "false";
    if (wanted == (found != out_.later.end())) return {};
    if (wanted && out_.later.size() >= max_promises)
      return base::make_error(base::ErrorKind::too_large, "error.form.too_many_fields");
    if (wanted)
      out_.later.push_back({path, "", false});
    else
      out_.later.erase(found);
    out_.changed.push_back(path);
    return {};
  }

  base::Status set_promise_date(const FieldName& name, const std::string& text) {
    const auto& today = state_.today();
    const auto date = text.empty() ? std::optional<std::string>("") : typed_date(text, {today});
    if (!date) return state_.reject(name, text, "later_date"), base::Status();
    const auto found = promise_of(name.path);
    if (found == out_.later.end()) {  // the promise may come after its date; without one the date says nothing
      if (!text.empty()) unplaced_dates_[name.path] = *date;
      return {};
    }
    if (found->expected == *date) return {};
    if (!date->empty() && *date < today) return state_.reject(name, text, "later_date_past"), base::Status();
    found->expected = *date;
    found->automatic = false;
    out_.changed.push_back(name.path);
    return {};
  }

  base::Status act(const RowAction& action) {
    switch (action.kind) {
      case RowAction::Kind::add: return add_row(action.group);
      case RowAction::Kind::remove: return remove_row({action.group, action.index});
      case RowAction::Kind::restore: break;  // whoever kept the row puts it back
    }
    return {};
  }

  base::Result<const Component*> group_of(const Path& path, std::size_t rows_in_path) {
    if (!form_.is_group(path)) return refuse_field(path, "no such repeating group");
    const auto* group = form_.component_of(path);
    if (rows_of(path).size() != group->groups.size() + rows_in_path)
      return refuse_field(path, "row numbers do not fit");
    if (state_.is_read_only(*group, path)) return refuse_field(path, "the group is read-only");
    return group;
  }

  static std::size_t rows_in(const Json& data) {
    std::size_t rows = 0;
    if (data.is_array()) {
      for (const auto& item : data.items()) rows += rows_in(item) + (item.is_object() ? 1 : 0);
    } else if (data.is_object()) {
      for (const auto& [name, member] : data.members()) rows += rows_in(member);
    }
    return rows;
  }

  [[nodiscard]] bool has_large_page(const Json& data) const {
    const auto world = form_.world(state_.context, data);
    Evaluator evaluator(world);
    const auto& layout = form_.layout();
    for (std::size_t i = 0; i < layout.pages.size(); ++i) {
      const auto page = static_cast<int>(i);
      if (!evaluator.page_hidden(page) && page_parts(evaluator, layout, page) > max_page_parts) return true;
    }
    return false;
  }

  base::Status add_row(const Path& path) {
    ALTING_TRY(group, group_of(path, 0));
    const auto* value = value_at(std::as_const(out_.data), path);
    auto count = value == nullptr || !value->is_array() ? std::size_t{0} : value->size();
    auto target = std::max(count + 1, group->min_count + (count < group->min_count ? 1U : 0U));
    const auto own_limit = state_.row_limit(group->group_path());
    if (target > std::min(own_limit + state_.hidden_rows(*group, path), max_row_index + 1)) {
      state_.pending.push_back({.path = path, .code = "max_items", .max = std::to_string(own_limit)});
      return {};
    }
    const auto before = out_.data;
    for (auto i = count; i < target; ++i) {
      const auto row = RowPath{path, i}.text();
      if (!set_at(out_.data, row, Json::object())) return refuse_field(path, "something else is in the way");
      form_.preselect(out_.data, row, state_.today());
    }
    if (has_large_page(out_.data) && !has_large_page(before)) {
      out_.data = before;
      state_.pending.push_back({.path = path, .code = "rows_page_full"});
      return {};
    }
    out_.changed.push_back(path);
    return {};
  }

  // Later rows change their numbers, with what is promised, typed and reported of them.
  base::Status remove_row(const RowPath& row) {
    const auto path = row.text();
    if (const auto group = group_of(path, 1); !group) return group.error();
    if (value_at(out_.data, path) == nullptr) return {};
    erase_at(out_.data, path);
    const auto renumber = [&](Path& one) {
      auto moved = after_removal(one, row.group, row.index);
      if (moved) one = std::move(*moved);
      return moved.has_value();
    };
    std::erase_if(out_.later, [&](auto& later) { return !renumber(later.path); });
    std::erase_if(state_.pending, [&](auto& pending) { return !renumber(pending.path); });
    TypedTexts rejected;
    for (auto& [name, text] : out_.rejected) {
      if (auto moved = after_removal(name.path, row.group, row.index))
        rejected.emplace(name.at(std::move(*moved)), std::move(text));
    }
    out_.rejected = std::move(rejected);
    if (const auto* list = value_at(out_.data, row.group); list != nullptr && list->size() == 0)
      erase_at(out_.data, row.group);
    out_.changed.push_back(row.group);
    return {};
  }

  void finish() {
    for (const auto& [path, date] : unplaced_dates_) {
      const auto found = promise_of(path);
      if (found == out_.later.end()) continue;
      if (date < state_.today())
        state_.reject({Part::promise_date, path}, date, "later_date_past");
      else
        found->expected = date;
    }
    // A field that has its value is promised no longer, unless that says that one does not know yet; and a date without a
    // promise is not asked for.
    std::erase_if(out_.later, [&](const Later& later) {
      const auto* value = value_at(std::as_const(out_.data), later.path);
      return !is_empty(value) && !form_.is_open(later.path, value, state_.today());
    });
    std::erase_if(out_.rejected, [&](const auto& typed) {
      return typed.first.part == Part::promise_date && promise_of(typed.first.path) == out_.later.end();
    });
    auto after = state_.context;
    after.later = out_.later;
    for (auto& path : form_.calculate(after, out_.data)) out_.changed.push_back(std::move(path));
    out_.data = form_.folder().model.in_order(out_.data);
    std::ranges::sort(out_.changed);
    out_.changed.erase(std::ranges::unique(out_.changed).begin(), out_.changed.end());
    for (const auto& pending : state_.pending) out_.issues.push_back(issue_of(pending));
  }

  Issue issue_of(const PendingIssue& pending) {
    Issue issue;
    issue.path = pending.path;
    issue.code = pending.code;
    if (const auto* component = form_.component_of(pending.path)) {
      issue.component = component->id;
      issue.page = form_.page_of(*component).id;
    }
    const auto language = state_.context.language;
    issue.message = message(language, pending.code,
                            {{"field", form_.field_name(state_.before, language, pending.path)},
                             {"max", pending.max},
                             {"time", pending.time},
                             {"answer", pending.answer}});
    return issue;
  }

  const FormDefinition& form_;
  ApplyState state_;
  Applied& out_;
  std::vector<FieldTexts> values_;
  std::map<Path, std::size_t> places_;  // of a field among values_
  std::vector<PostedField> promises_;   // the last text of each
  std::map<Path, std::string> unplaced_dates_;
};

}  // namespace

base::Result<Applied> apply_posted(const FormDefinition& form, const FormContext& context, const Posted& posted,
                                   Evaluator& evaluator) {
  return Applier(form, context, evaluator).run(posted);
}

}  // namespace alting::forms
