// A page of a form as markup: each component of the layout becomes a field of the design system.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "portal/field_state.h"
#include "portal/view.h"

namespace alting::portal {

struct RenderedPage {
  Html fields;
  std::vector<std::pair<std::string, Html>> boxes;  // the same, by top-level component
  std::vector<ui::FieldError> errors;               // for the summary, in order
  std::string seen;                                 // JSON: path -> fingerprint of what is shown
};

[[nodiscard]] RenderedPage render_form_page(const View& view, const forms::PageView& page, const base::Json& data,
                                            const FieldState& state);
// The id of the box around one component, which a saved field's answer replaces.
[[nodiscard]] std::string box_id(const std::string& component_id);

}  // namespace alting::portal
