// Which pages of a form are walked, and where a field stands for who fills it in: it may stand on several pages, as a
// short way and a long one have it each, and is asked and told once.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "forms/addition.h"
#include "forms/form_definition.h"

namespace alting::forms {

// Pages of the layout by number; hidden ones are left out.
struct WalkedPages {
  std::vector<int> walked;
  std::vector<int> rest;  // those that may be opened besides and ask for something that the walked ones do not
};

// The way that the data go: nullptr when the form has one way.
[[nodiscard]] const Way* way_of(const AppFacts& facts, const Json& data);
// All pages of the layout, those of the default way first, in its order.
[[nodiscard]] std::vector<int> pages_by_default_way(const FormDefinition& form);

// `places`: every visible component (visible_places).
[[nodiscard]] WalkedPages walked_pages(const FormDefinition& form, const FormContext& context,
                                       const std::vector<Place>& places, Evaluator& evaluator);

struct Stand {
  Place place;
  int page = 0;  // on which it is met first: one that is walked, if it stands on one
};
// Every visible component, the walked pages first; what is bound to the same answer as one before it is left out. What
// stands on the page of an addition stands there.
[[nodiscard]] std::vector<Stand> stands_of(const FormDefinition& form, const WalkedPages& pages,
                                           const std::optional<Addition>& addition, const std::vector<Place>& places);

}  // namespace alting::forms
