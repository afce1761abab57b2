// Promises and changes as JSON, in drafts and in what is sent (docs/submission-format.md). Used by this room only.
#pragma once
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "forms/app.h"

namespace alting::instances {

// Reads a document that was sealed here.
[[nodiscard]] base::Result<base::Json> read_document(std::string_view bytes);

[[nodiscard]] base::Json later_to_json(const std::vector<forms::Later>& later);
[[nodiscard]] std::vector<forms::Later> later_from_json(const base::Json& json);
[[nodiscard]] base::Json changes_to_json(const std::vector<forms::Change>& changes);
[[nodiscard]] std::vector<forms::Change> changes_from_json(const base::Json& json);

}  // namespace alting::instances
