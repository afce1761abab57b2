// Makes the pages of a form as they are to be shown now.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "forms/addition.h"
#include "forms/form_definition.h"
#include "forms/page_view.h"
#include "forms/reading.h"
#include "forms/requirements.h"

namespace alting::forms {

[[nodiscard]] RichText page_title(Evaluator& evaluator, const Page& page);
[[nodiscard]] std::vector<PageTitle> titles_of(const FormDefinition& form, Evaluator& evaluator,
                                               const std::vector<int>& pages);
// Reading::page, with what it works by.
[[nodiscard]] base::Result<PageView> page_of(const FormDefinition& form, const FormContext& context,
                                             std::string_view id, const TypedTexts& typed,
                                             const std::optional<Addition>& addition, Evaluator& evaluator,
                                             Requirements& requirements);

}  // namespace alting::forms
