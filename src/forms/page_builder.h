// Makes the pages of a form as they are to be shown now.
#pragma once
#include <string_view>
#include <vector>

#include "base/result.h"
#include "forms/form_definition.h"
#include "forms/page_view.h"
#include "forms/reading.h"
#include "forms/requirements.h"

namespace alting::forms {

[[nodiscard]] RichText page_title(Evaluator& evaluator, const Page& page);
// The functions of Reading, with what they work by.
[[nodiscard]] std::vector<PageTitle> pages_of(const FormDefinition& form, const FormContext& context,
                                              Evaluator& evaluator);
[[nodiscard]] base::Result<PageView> page_of(const FormDefinition& form, const FormContext& context,
                                             std::string_view id, const TypedTexts& typed, Evaluator& evaluator,
                                             Requirements& requirements);

}  // namespace alting::forms
