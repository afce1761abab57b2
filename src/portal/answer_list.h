// What was answered, in words: for the matter's page, the agency's page and the PDF of what was sent.
#pragma once
#include <string>
#include <vector>

#include "forms/forms.h"
#include "instances/instances.h"
#include "portal/view.h"

namespace alting::portal {

[[nodiscard]] Html answer_list(const View& view, const forms::App& app, const forms::Surroundings& around);
// What a matter still lacks: the fields that were said to come later, with the days promised. Nothing when none.
[[nodiscard]] Html open_fields(const View& view, const forms::App& app, const std::vector<forms::Later>& later,
                               ui::Color color);
// What one addition added to a matter with these answers: its text, what it says of itself, and each changed field before
// and after.
[[nodiscard]] Html addition_body(const View& view, const forms::App& app, const instances::Submission& addition,
                                 const base::Json& answers);
// Links to the attachments below `base`, with what kind each is and whether it was scanned, after the links given.
[[nodiscard]] Html attachment_links(const View& view, const forms::App& app, const instances::Submission& submission,
                                    const std::string& base, std::vector<Html> links);
[[nodiscard]] std::string submission_pdf(const View& view, instances::Instances& instances, const forms::App& app,
                                         const instances::Submission& submission);

}  // namespace alting::portal
