// What a draft's sealed content holds. Used by this room only.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "instances/draft.h"

namespace alting::instances {

[[nodiscard]] std::string write_draft(const Draft& draft);
// Fills the content fields of `draft`, which is one of this form.
[[nodiscard]] base::Status read_draft(Draft& draft, const forms::App& app, std::string_view content);

// The first words of the field that names an instance in lists.
[[nodiscard]] std::string caption_of(const forms::App& app, const base::Json& data);

}  // namespace alting::instances
