// The one page of an addition to what was sent: what is new in words, then the fields that were promised, with what their
// answers make visible, each page's under its title, then the files.
#pragma once
#include <optional>
#include <vector>

#include "forms/form_definition.h"

namespace alting::forms {

struct AdditionSection {
  int page = 0;  // of the layout, whose title stands above
  std::vector<Place> places;
};
struct Addition {
  int page = 0;  // its own, with components of its own
  std::vector<AdditionSection> sections;
  const Component* upload = nullptr;  // stands below; nullptr: none, or on the page itself
};

// Nothing when the context is no addition, or the form has no page for them. What would make the page too large
// (forms/page_size.h) is left out: it stands on its own page too.
[[nodiscard]] std::optional<Addition> addition_of(const FormDefinition& form, const FormContext& context,
                                                  Evaluator& evaluator);

}  // namespace alting::forms
