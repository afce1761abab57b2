#include "forms/walked.h"

namespace alting::forms {

namespace {

// What a page asks for now: its answers, rows and files.
class Questions {
 public:
  Questions(const FormDefinition& form, const std::vector<Place>& places) : of_page_(form.layout().pages.size()) {
    for (const auto& place : places) {
      const auto& component = *place.component;
      if (!component.kind) continue;
      auto& page = of_page_[static_cast<std::size_t>(component.page)];
      if (component.kind == ComponentKind::upload)
        page.insert("upload:" + component.id);
      else if (const auto& pattern = component.repeating ? component.group_path() : component.path(); !pattern.empty())
        page.insert(pattern);
    }
  }
  void add(int page, std::set<std::string>& asked) const {
    const auto& more = of_page_[static_cast<std::size_t>(page)];
    asked.insert(more.begin(), more.end());
  }
  [[nodiscard]] bool asks_more(int page, const std::set<std::string>& asked) const {
    return !std::ranges::includes(asked, of_page_[static_cast<std::size_t>(page)]);
  }

 private:
  std::vector<std::set<std::string>> of_page_;
};

// Numbers of the pages of a way, in its order.
std::vector<int> pages_of_way(const Layout& layout, const Way& way) {
  std::vector<int> out;
  for (const auto& id : way.pages) {
    const auto found = std::ranges::find(layout.pages, id, &Page::id);
    if (found != layout.pages.end()) out.push_back(static_cast<int>(found - layout.pages.begin()));
  }
  return out;
}

const Way* way_by_code(const AppFacts& facts, std::string_view code) {
  const auto found = std::ranges::find(facts.ways, code, &Way::code);
  return found == facts.ways.end() ? nullptr : &*found;
}

std::vector<int> walked_of(const FormDefinition& form, const FormContext& context, Evaluator& evaluator) {
  const auto& facts = form.folder().facts;
  const auto& layout = form.layout();
  const auto is_shown = [&](int page) { return !evaluator.page_hidden(page); };
  std::vector<int> out;
  if (context.supplement && !facts.supplement.page.empty()) {
    const auto own = std::ranges::find(layout.pages, facts.supplement.page, &Page::id);
    const auto index = static_cast<int>(own - layout.pages.begin());
    if (own != layout.pages.end() && is_shown(index)) return {index};
  }
  if (const auto* way = context.supplement ? nullptr : way_of(facts, context.data))
    std::ranges::copy_if(pages_of_way(layout, *way), std::back_inserter(out), is_shown);
  if (out.empty()) std::ranges::copy_if(pages_by_default_way(form), std::back_inserter(out), is_shown);
  return out;
}

// Whether a place is this one, or stands in its group or rows.
bool is_within(const Layout& layout, const Place& place, const Place& holder) {
  if (place.rows.size() < holder.rows.size() || !std::equal(holder.rows.begin(), holder.rows.end(), place.rows.begin()))
    return false;
  for (const auto* at = place.component; at != holder.component; at = &layout.at(at->parent)) {
    if (at->parent < 0) return false;
  }
  return true;
}

}  // namespace

const Way* way_of(const AppFacts& facts, const Json& data) {
  if (facts.ways.empty()) return nullptr;
  const auto* code = value_at(data, facts.way_path);
  const auto* gone = code == nullptr ? nullptr : way_by_code(facts, code_text(*code));
  if (gone == nullptr) gone = way_by_code(facts, facts.default_way);
  return gone == nullptr ? &facts.ways.front() : gone;
}

std::vector<int> pages_by_default_way(const FormDefinition& form) {
  const auto& layout = form.layout();
  std::vector<int> out;
  if (const auto* way = way_of(form.folder().facts, Json::object())) out = pages_of_way(layout, *way);
  for (int page = 0; page < static_cast<int>(layout.pages.size()); ++page) {
    if (std::ranges::find(out, page) == out.end()) out.push_back(page);
  }
  return out;
}

WalkedPages walked_pages(const FormDefinition& form, const FormContext& context, const std::vector<Place>& places,
                         Evaluator& evaluator) {
  WalkedPages out;
  out.walked = walked_of(form, context, evaluator);
  const Questions questions(form, places);
  std::set<std::string> asked;
  for (int page : out.walked) questions.add(page, asked);
  if (const auto& files = form.folder().facts.supplement.attachments; context.supplement && !files.empty())
    asked.insert("upload:" + files);  // on the page of the addition
  // A page of another way comes after those of the default one, and is a choice only when it asks for something more.
  for (int page : pages_by_default_way(form)) {
    if (std::ranges::find(out.walked, page) != out.walked.end() || evaluator.page_hidden(page)) continue;
    if (!questions.asks_more(page, asked)) continue;
    out.rest.push_back(page);
    questions.add(page, asked);
  }
  return out;
}

std::vector<Stand> stands_of(const FormDefinition& form, const WalkedPages& pages,
                             const std::optional<Addition>& addition, const std::vector<Place>& places) {
  std::vector<std::vector<const Place*>> by_page(form.layout().pages.size());
  for (const auto& place : places) by_page[static_cast<std::size_t>(place.component->page)].push_back(&place);
  std::vector<Stand> out;
  std::set<std::string> told;  // paths; ids of what is bound to none
  const auto tell = [&](const Place& place, int page) {
    auto path = place.answer_path();
    if (told.insert(path.empty() ? "#" + place.id() : std::move(path)).second) out.push_back({place, page});
  };
  const auto tell_page = [&](int page) {
    for (const auto* place : by_page[static_cast<std::size_t>(page)]) tell(*place, page);
  };
  for (int page : pages.walked) tell_page(page);
  if (addition) {
    for (const auto& section : addition->sections) {
      for (const auto& taken : section.places) {
        // It, and what stands in it.
        for (const auto* place : by_page[static_cast<std::size_t>(taken.component->page)]) {
          if (is_within(form.layout(), *place, taken)) tell(*place, addition->page);
        }
      }
    }
    if (addition->upload != nullptr) tell({addition->upload, {}}, addition->page);
  }
  for (int page : pages_by_default_way(form)) tell_page(page);
  return out;
}

}  // namespace alting::forms
