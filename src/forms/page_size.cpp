#include "forms/page_size.h"

namespace alting::forms {

namespace {

constexpr std::size_t default_max_rows = 100;

class Counter {
 public:
  Counter(Evaluator& evaluator, const Layout& layout) : evaluator_(evaluator), layout_(layout) {}

  void add_each(const std::vector<int>& components, const Rows& rows) {
    for (int index : components) {
      if (parts_ > max_page_parts) return;
      const auto& component = layout_.at(index);
      if (!component.kind || evaluator_.hidden(component, rows)) continue;
      add(component, rows);
    }
  }
  void add(const Component& component, const Rows& rows) {
    parts_ += parts_of_field;
    if (parts_of_choice(*component.kind) > 0 && component.has_choices())
      parts_ += parts_of_choice(*component.kind) * evaluator_.options_of(component, rows).size();
    if (component.kind == ComponentKind::group) return add_each(component.children, rows);
    if (component.kind != ComponentKind::repeating_group) return;
    std::vector<int> inside;
    for (int child : component.children) {
      if (!layout_.at(child).outside_rows) inside.push_back(child);
    }
    auto indexes = evaluator_.shown_rows(component, rows);
    for (auto next = evaluator_.row_count(component, rows); indexes.size() < component.min_count; ++next)
      indexes.push_back(next);
    for (auto index : indexes) {
      if (parts_ > max_page_parts) return;
      parts_ += parts_of_field;
      auto inner = rows;
      inner.push_back({component.group_path(), index});
      add_each(inside, inner);
    }
  }
  [[nodiscard]] std::size_t counted() const { return std::min(parts_, max_page_parts + 1); }

 private:
  std::size_t parts_ = 0;
  Evaluator& evaluator_;
  const Layout& layout_;
};

}  // namespace

std::size_t parts_of_choice(ComponentKind kind) {
  switch (kind) {
    case ComponentKind::dropdown: return 1;
    case ComponentKind::radio:
    case ComponentKind::checkboxes: return 4;
    default: return 0;
  }
}

std::size_t page_parts(Evaluator& evaluator, const Layout& layout, int page) {
  Counter counter(evaluator, layout);
  counter.add_each(layout.pages[static_cast<std::size_t>(page)].roots, {});
  return counter.counted();
}

std::size_t component_parts(Evaluator& evaluator, const Layout& layout, const Component& component, const Rows& rows) {
  Counter counter(evaluator, layout);
  counter.add(component, rows);
  return counter.counted();
}

std::size_t max_rows_of(std::size_t max_count, const std::string& group, const Model& model) {
  const auto* schema = model.find(group);
  const auto most = max_count > 0                            ? max_count
                    : schema != nullptr && schema->max_items ? *schema->max_items
                                                             : default_max_rows;
  return std::min(most, max_row_index + 1);
}

}  // namespace alting::forms
