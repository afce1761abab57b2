#include "forms/addition.h"

#include "forms/page_size.h"
#include "forms/walked.h"

namespace alting::forms {

namespace {

// The addition with the answers that were sent: what is shown now and was hidden by them, its own answers have made
// visible.
struct AsItWas {
  AsItWas(const FormDefinition& form, FormContext of_addition)
      : context(std::move(of_addition)), world(form.world(context, context.before)), evaluator(world) {
    world.watch = {};  // another form's evaluations
  }
  AsItWas(const AsItWas&) = delete;
  AsItWas& operator=(const AsItWas&) = delete;

  [[nodiscard]] bool hid(const Component& component, const Rows& rows) {
    for (const auto& row : rows) {  // one that is new was not hidden
      const auto* list = value_at(context.before, with_rows(row.group, rows));
      if (list == nullptr || !list->is_array() || row.index >= list->size()) return false;
    }
    return evaluator.hidden(component, rows);
  }

  FormContext context;
  World world;
  Evaluator evaluator;
};

class AdditionMaker {
 public:
  AdditionMaker(const FormDefinition& form, const FormContext& context, Evaluator& evaluator, int page)
      : form_(form), context_(context), evaluator_(evaluator), was_(form, context) {
    out_.page = page;
  }

  Addition make() {
    const auto& layout = form_.layout();
    const auto& roots = layout.pages[static_cast<std::size_t>(out_.page)].roots;
    for (int index : roots) tell(layout.at(index), {});
    parts_ = page_parts(evaluator_, layout, out_.page);
    find_upload();
    for (int page : pages_by_default_way(form_)) {
      if (page == out_.page || evaluator_.page_hidden(page)) continue;
      section_.page = page;
      look_at(layout.pages[static_cast<std::size_t>(page)].roots, {});
      if (!section_.places.empty()) out_.sections.push_back(std::move(section_));
      section_ = {};
    }
    return std::move(out_);
  }

 private:
  void find_upload() {
    const auto& id = form_.folder().facts.supplement.attachments;
    const auto* upload = id.empty() ? nullptr : form_.layout().find(id);
    if (upload == nullptr || upload->kind != ComponentKind::upload || upload->page == out_.page ||
        evaluator_.hidden(*upload, {}))
      return;
    out_.upload = upload;
    parts_ += component_parts(evaluator_, form_.layout(), *upload, {});
  }

  void look_at(const std::vector<int>& components, const Rows& rows) {
    for (int index : components) {
      const auto& component = form_.layout().at(index);
      if (&component == out_.upload || evaluator_.hidden(component, rows)) continue;
      const Place place{&component, rows};
      if (component.kind && belongs(place)) {
        take(place);
        continue;
      }
      if (!component.repeating) {
        look_at(component.children, rows);
        continue;
      }
      for_each_row(component, rows, [&](const std::vector<int>& inside, const Rows& inner) { look_at(inside, inner); });
    }
  }

  [[nodiscard]] bool belongs(const Place& place) {
    const auto path = place.answer_path();
    if (!path.empty() && promise_at(context_.open, path) != nullptr) return true;
    return was_.hid(*place.component, place.rows);
  }

  void take(const Place& place) {
    const auto path = place.answer_path();
    if (!path.empty() && is_told(path)) return;
    const auto more = component_parts(evaluator_, form_.layout(), *place.component, place.rows);
    if (parts_ + more > max_page_parts) return;
    parts_ += more;
    tell(*place.component, place.rows);
    section_.places.push_back(place);
  }

  [[nodiscard]] bool is_told(const Path& path) const {
    return told_.contains(path) ||
           std::ranges::any_of(told_groups_, [&](const auto& group) { return is_below(path, group); });
  }

  // What stands in a component that is shown is shown with it.
  void tell(const Component& component, const Rows& rows) {
    if (evaluator_.hidden(component, rows)) return;
    const Place place{&component, rows};
    if (const auto path = place.answer_path(); !path.empty()) told_.insert(path);
    if (component.repeating) {
      told_groups_.push_back(place.answer_path());
      return;
    }
    for (int child : component.children) tell(form_.layout().at(child), rows);
  }

  template <class Visit>
  void for_each_row(const Component& group, const Rows& rows, const Visit& visit) {
    std::vector<int> inside;
    for (int child : group.children) {
      if (!form_.layout().at(child).outside_rows) inside.push_back(child);
    }
    for (auto index : evaluator_.shown_rows(group, rows)) {
      auto inner = rows;
      inner.push_back({group.group_path(), index});
      visit(inside, inner);
    }
  }

  const FormDefinition& form_;
  const FormContext& context_;
  Evaluator& evaluator_;
  AsItWas was_;
  Addition out_;
  AdditionSection section_;
  std::set<Path> told_;
  std::vector<Path> told_groups_;
  std::size_t parts_ = 0;
};

}  // namespace

std::optional<Addition> addition_of(const FormDefinition& form, const FormContext& context, Evaluator& evaluator) {
  const auto& facts = form.folder().facts.supplement;
  if (!context.supplement || !facts.declared || facts.page.empty()) return std::nullopt;
  const auto& pages = form.layout().pages;
  const auto found = std::ranges::find(pages, facts.page, &Page::id);
  const auto index = static_cast<int>(found - pages.begin());
  if (found == pages.end() || evaluator.page_hidden(index)) return std::nullopt;
  return AdditionMaker(form, context, evaluator, index).make();
}

}  // namespace alting::forms
