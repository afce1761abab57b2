// The ways through a form against what it must have answered: tried on a form that nobody has answered yet. What is asked
// for only after some answer is not looked at: who gives that answer meets it.
#include "forms/folder.h"
#include "forms/form_definition.h"
#include "forms/requirements.h"
#include "forms/walked.h"

namespace alting::forms {

namespace {

class WaysChecker {
 public:
  explicit WaysChecker(const Folder& folder) : form_(folder) {}

  std::vector<Fault> check() {
    if (form_.folder().facts.ways.empty() || form_.folder().facts.way_path.empty()) return {};
    pages();
    for (const auto& way : form_.folder().facts.ways) fields(way);
    return std::move(faults_);
  }

 private:
  // The day from which all that is dated is as the folder has it last.
  [[nodiscard]] base::Instant newest() const {
    std::string day = "2000-01-01";
    for (const auto& [id, rule] : form_.folder().config.rules)
      for (const auto& row : rule.rows) day = std::max(day, row.valid_from);
    for (const auto& [id, list] : form_.folder().options)
      for (const auto& version : list.versions) day = std::max(day, version.valid_from);
    return base::from_rfc3339(day + "T12:00:00Z").value_or(base::Instant{});
  }

  // A new form that goes this way.
  [[nodiscard]] FormContext empty_form(const Way& way) const {
    FormContext context;
    context.now = newest();
    context.data = form_.folder().model.defaults();
    set_at(context.data, form_.folder().facts.way_path, Json(way.code));
    form_.preselect(context.data, "", base::to_date_oslo(context.now));
    form_.calculate(context, context.data);
    return context;
  }

  void pages() {
    const auto& facts = form_.folder().facts;
    for (const auto& page : form_.layout().pages) {
      const bool walked = std::ranges::any_of(
          facts.ways, [&](const Way& way) { return std::ranges::find(way.pages, page.id) != way.pages.end(); });
      if (walked || page.id == facts.supplement.page || !shown_in_new_form(page)) continue;
      faults_.push_back({page.file, 0, fmt::format("no way walks the page \"{}\"", page.id)});
    }
  }

  [[nodiscard]] bool shown_in_new_form(const Page& page) const {
    const auto index = static_cast<int>(&page - form_.layout().pages.data());
    return std::ranges::any_of(form_.folder().facts.ways, [&](const Way& way) {
      const auto context = empty_form(way);
      const auto world = form_.world(context, context.data);
      Evaluator evaluator(world);
      return !evaluator.page_hidden(index);
    });
  }

  void fields(const Way& way) {
    const auto context = empty_form(way);
    const auto world = form_.world(context, context.data);
    Evaluator evaluator(world);
    Requirements requirements(form_, false, {}, evaluator);
    std::set<Path> met;  // on pages of the way
    const auto places = visible_places(evaluator);
    const auto pages = walked_pages(form_, context, places, evaluator);
    for (const auto& place : places) {
      if (std::ranges::find(pages.walked, place.component->page) != pages.walked.end()) met.insert(place.answer_path());
    }
    for (const auto& place : places) {
      const auto& component = *place.component;
      const auto path = place.answer_path();
      if (!component.kind || path.empty() || component.deferrable || met.contains(path)) continue;
      if (!is_empty(value_at(context.data, path)) || is_from_register(component)) continue;
      const auto scope = scope_of(form_, component, place.rows);
      if (evaluator.test(component.read_only, scope)) continue;
      if (requirements.required(component, scope) || lacks_rows(component))
        faults_.push_back(
            {component.file, component.line,
             fmt::format("component \"{}\": \"{}\" must be answered before anything is sent, and the way \"{}\" has no "
                         "page with it",
                         component.id, path, way.code)});
    }
  }

  // Known of everyone who is in Enhetsregisteret.
  [[nodiscard]] bool is_from_register(const Component& component) const {
    return std::ranges::any_of(form_.folder().prefill, [&](const PrefillEntry& entry) {
      return entry.source == "ER" && entry.path == component.path();
    });
  }
  [[nodiscard]] static bool lacks_rows(const Component& component) {
    return component.repeating && component.min_count > 0;
  }

  FormDefinition form_;
  std::vector<Fault> faults_;
};

}  // namespace

std::vector<Fault> missed_by_ways(const Folder& folder) {
  // What is at fault elsewhere, and cannot be tried, is told there.
  const auto& pages = folder.layout.pages;
  const bool has_all = std::ranges::all_of(folder.facts.ways, [&](const Way& way) {
    return std::ranges::all_of(way.pages,
                               [&](const auto& id) { return std::ranges::find(pages, id, &Page::id) != pages.end(); });
  });
  return has_all ? WaysChecker(folder).check() : std::vector<Fault>();
}

}  // namespace alting::forms
