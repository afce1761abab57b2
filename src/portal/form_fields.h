// The fields of a page: each question of the layout as a field of the design system, with what is to be said at it.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "portal/field_state.h"
#include "portal/view.h"

namespace alting::portal {

// What is gathered while a page is written.
struct PageFindings {
  std::vector<ui::FieldError> errors;       // for the summary, in order
  std::map<forms::Path, std::string> seen;  // fingerprints of what is shown
};

class FieldRenderer {
 public:
  // All of it outlives this.
  FieldRenderer(const View& view, const base::Json& data, const FieldState& state, PageFindings& findings)
      : view_(view), data_(data), state_(state), findings_(findings) {}

  [[nodiscard]] Html field(const forms::ComponentView& c);
  // Remembers what the page shows at a path, or of "list[]", how many rows.
  void note_seen(const std::string& path, const std::optional<forms::Later>& promised = {});

 private:
  [[nodiscard]] std::string typed(const forms::FieldName& name, const std::string& value) const;
  [[nodiscard]] bool is_of_date(const forms::ComponentView& c) const;
  template <class Component>
  void fill(Component& f, const forms::ComponentView& c);
  [[nodiscard]] std::string standing(const forms::ComponentView& c) const;
  [[nodiscard]] Html contact(const forms::ComponentView& c) const;
  [[nodiscard]] Html question(const forms::ComponentView& c);
  [[nodiscard]] Html precision(const forms::ComponentView& c);
  [[nodiscard]] Html later(const forms::ComponentView& c);
  [[nodiscard]] Html date_time(const forms::ComponentView& c);
  [[nodiscard]] Html occurrence(const forms::ComponentView& c) const;
  [[nodiscard]] Html input(const forms::ComponentView& c);

  const View& view_;
  const base::Json& data_;
  const FieldState& state_;
  PageFindings& findings_;
};

}  // namespace alting::portal
