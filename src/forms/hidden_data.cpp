#include "forms/hidden_data.h"

#include "forms/form_definition.h"

namespace alting::forms {

namespace {

class Walk {
 public:
  explicit Walk(Evaluator& evaluator) : evaluator_(evaluator), layout_(*evaluator.world().layout) {}

  std::vector<std::string> run() {
    for (const auto& page : layout_.pages) visit(page.roots, {}, false);
    std::vector<std::string> out;
    for (const auto& path : hidden_) {
      if (!visible_.contains(path)) out.push_back(path);
    }
    return out;
  }

 private:
  void note(const std::string& pattern, const Rows& rows, bool hidden) {
    if (!pattern.empty()) (hidden ? hidden_ : visible_).insert(with_rows(pattern, rows));
  }

  void visit(const std::vector<int>& components, const Rows& rows, bool above_hidden) {
    for (int index : components) {
      const auto& component = layout_.at(index);
      bool hidden = above_hidden || evaluator_.hidden(component, rows);
      if (component.repeating) {
        note(component.group_path(), rows, hidden);
        visit_rows(component, rows, hidden);
        continue;
      }
      if (component.type != "Likert") {
        for (const auto& [name, binding] : component.bindings) {
          if (name != "group" && evaluator_.data_of(binding.data_type) == evaluator_.data_of(""))
            note(binding.pattern, rows, hidden);
        }
        note(component.precision, rows, hidden);
      }
      visit(component.children, rows, hidden);
    }
  }

  void visit_rows(const Component& group, const Rows& rows, bool hidden) {
    std::vector<int> inside, outside;
    for (int child : group.children) (layout_.at(child).outside_rows ? outside : inside).push_back(child);
    visit(outside, rows, hidden);
    auto count = evaluator_.row_count(group, rows);
    for (std::size_t i = 0; i < count; ++i) {
      auto inner = rows;
      inner.push_back({group.group_path(), i});
      bool row_hidden = group.hidden_row.given() && evaluator_.row_hidden(group, inner);
      if (row_hidden) hidden_.insert(with_rows(group.group_path(), rows) + fmt::format("[{}]", i));
      visit(inside, inner, hidden || row_hidden);
    }
  }

  Evaluator& evaluator_;
  const Layout& layout_;
  std::set<std::string> hidden_, visible_;
};

}  // namespace

std::vector<std::string> hidden_paths(Evaluator& evaluator) { return Walk(evaluator).run(); }

Json without(Json data, const std::vector<std::string>& paths, RowRemoval rows) {
  std::vector<std::string> row_paths;
  for (const auto& path : paths) {
    if (path.ends_with(']'))
      row_paths.push_back(path);
    else
      erase_at(data, path);
  }
  // The last row first, so that the numbers of the others hold.
  std::ranges::sort(row_paths, [](const auto& a, const auto& b) {
    auto x = rows_of(a), y = rows_of(b);
    return std::ranges::lexicographical_compare(y, x, {}, &Row::index, &Row::index);
  });
  for (const auto& path : row_paths) {
    if (value_at(data, path) == nullptr) continue;
    if (rows == RowRemoval::delete_row)
      erase_at(data, path);
    else
      set_at(data, path, Json());
  }
  return data;
}

}  // namespace alting::forms
