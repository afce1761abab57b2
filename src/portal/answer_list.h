// What was answered, in words: for the matter's page, the agency's page and the PDF of what was sent.
#pragma once
#include <string>

#include "portal/view.h"

namespace alting::portal {

[[nodiscard]] Html answer_list(const View& view, const forms::App& app, const forms::Surroundings& around);
// What one addition added: its text, and each changed field before and after.
[[nodiscard]] Html addition_body(const View& view, const forms::App& app, const instances::Submission& addition);
[[nodiscard]] std::string submission_pdf(const View& view, const forms::App& app,
                                         const instances::Submission& submission);

}  // namespace alting::portal
