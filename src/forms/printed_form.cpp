#include "forms/printed_form.h"

#include <algorithm>
#include <set>
#include <utility>

#include "forms/app.h"
#include "forms/form_definition.h"

namespace alting::forms {

namespace {

// Nobody asks this of anyone; what an expression hides is asked of some.
bool is_never_shown(const Component& component) {
  return !component.kind || component.hidden_by_parent || (component.hidden.value && !component.hidden.expression);
}

class PrintedForm {
 public:
  PrintedForm(const FormDefinition& form, Evaluator& evaluator) : form_(form), evaluator_(evaluator) {}

  std::vector<PrintedPage> pages() {
    std::vector<PrintedPage> all;
    for (const auto* one : in_order()) {
      const auto& page = *one;
      const bool is_addition = page.id == form_.folder().facts.supplement.page;
      if (is_addition || (page.hidden.value && !page.hidden.expression)) continue;
      Scope scope;
      scope.page = page.id;
      PrintedPage made{.title = evaluator_.text(page.id, scope),
                       .sometimes = page.hidden.expression != nullptr && !is_walked(page.id),
                       .questions = questions(page.roots)};
      if (asks_something(made.questions)) all.push_back(std::move(made));
    }
    return all;
  }

 private:
  // A page of a way is shown to whoever goes it: on paper to everybody.
  [[nodiscard]] bool is_walked(const std::string& page) const {
    return std::ranges::any_of(form_.folder().facts.ways,
                               [&](const auto& way) { return std::ranges::find(way.pages, page) != way.pages.end(); });
  }

  // The pages of the ways, as they are declared, and then the others: what is asked for first is printed first.
  std::vector<const Page*> in_order() const {
    std::vector<const Page*> all;
    const auto add = [&](const Page& page) {
      if (std::ranges::find(all, &page) == all.end()) all.push_back(&page);
    };
    for (const auto& way : form_.folder().facts.ways) {
      for (const auto& id : way.pages) {
        for (const auto& page : form_.layout().pages)
          if (page.id == id) add(page);
      }
    }
    for (const auto& page : form_.layout().pages) add(page);
    return all;
  }

  static bool asks_something(const std::vector<PrintedQuestion>& questions) {
    return std::ranges::any_of(questions, [](const auto& one) {
      return one.kind != ComponentKind::header && one.kind != ComponentKind::paragraph;
    });
  }

  std::vector<PrintedQuestion> questions(const std::vector<int>& components) {
    std::vector<PrintedQuestion> all;
    for (int index : components) {
      const auto& component = form_.layout().at(index);
      if (is_never_shown(component) || is_for_the_screen(component) || is_asked_before(component)) continue;
      auto made = question(component);
      const bool is_group = made.kind == ComponentKind::group || made.kind == ComponentKind::repeating_group;
      if (!is_group || asks_something(made.questions)) all.push_back(std::move(made));
    }
    return all;
  }

  // What is said of answers, not asked for them.
  static bool is_for_the_screen(const Component& component) {
    const auto kind = *component.kind;
    return kind == ComponentKind::alert || kind == ComponentKind::summary ||
           (kind == ComponentKind::paragraph && (component.value || component.hidden.expression)) ||
           (component.read_only.value && !component.read_only.expression);
  }

  // A field that stands on several pages is printed once.
  bool is_asked_before(const Component& component) {
    const auto& path = component.repeating ? component.group_path() : component.path();
    return !path.empty() && !asked_.insert(path).second;
  }

  PrintedQuestion question(const Component& component) {
    Rows rows;
    for (const auto& group : component.groups) rows.push_back({group, 0});
    const auto scope = scope_of(form_, component, rows);
    PrintedQuestion made{.kind = *component.kind,
                         .title = evaluator_.text_of(component, "title", scope),
                         .description = evaluator_.text_of(component, "description", scope),
                         .help = evaluator_.text_of(component, "help", scope),
                         .required = component.required.value || component.required.expression != nullptr,
                         .deferrable = component.deferrable,
                         .sometimes = component.hidden.expression != nullptr};
    if (made.kind == ComponentKind::paragraph) {
      made.body = evaluator_.text_of(component, "body", scope);
      if (made.body.empty()) made.body = std::exchange(made.title, {});
    }
    if (component.has_choices()) add_options(component, scope, made);
    if (!component.children.empty()) made.questions = questions(component.children);
    return made;
  }

  void add_options(const Component& component, const Scope& scope, PrintedQuestion& made) {
    for (const auto& option : evaluator_.options_of(component, scope.rows)) {
      const auto words = [&](const std::string& id) { return evaluator_.option_words(option, id, scope); };
      made.options.push_back({option.code, words(option.label), words(option.description), words(option.help)});
    }
  }

  const FormDefinition& form_;
  Evaluator& evaluator_;
  std::set<std::string, std::less<>> asked_;  // paths
};

}  // namespace

std::vector<PrintedPage> App::printed(Language language, base::Instant now) const {
  FormContext context;
  context.language = language;
  context.now = now;
  const auto world = form_->world(context, context.data);
  Evaluator evaluator(world);
  return PrintedForm(*form_, evaluator).pages();
}

}  // namespace alting::forms
