#include "forms/form_context.h"

#include <algorithm>

namespace alting::forms {

const Later* promise_at(const std::vector<Later>& later, std::string_view path) {
  const auto found = std::ranges::find(later, path, &Later::path);
  return found == later.end() ? nullptr : &*found;
}

}  // namespace alting::forms
