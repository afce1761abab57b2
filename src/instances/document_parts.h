// What stands alike in what is sent and in a copy of a draft (docs/submission-format.md). Used by this room only.
#pragma once
#include <vector>

#include "base/json.h"
#include "forms/app.h"
#include "instances/draft.h"

namespace alting::instances {

[[nodiscard]] base::Json attachments_to_json(const std::vector<Attachment>& attachments);
// Of an addition with these answers: what it adds to, what it says of itself, and what it changes of the matter.
void add_addition(base::Json& document, const forms::App& app, const Draft& draft, const base::Json& data);

}  // namespace alting::instances
