#include "instances/draft.h"

#include <utility>

namespace alting::instances {

void take(Draft& draft, forms::Applied&& applied) {
  auto made = std::move(applied);
  draft.data = std::move(made.data);
  draft.later = std::move(made.later);
  draft.rejected = std::move(made.rejected);
  for (const auto& path : made.changed) draft.sources.erase(path);
}

}  // namespace alting::instances
