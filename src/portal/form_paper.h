// A form on paper, as PDF: what was sent, and a draft that was not.
#pragma once
#include <string>

#include "forms/app.h"
#include "instances/draft_copy.h"
#include "instances/submission.h"
#include "portal/view.h"

namespace alting::portal {

// `publisher`: who runs the portal, and vouches for the file.
[[nodiscard]] std::string submission_pdf(const Spoken& view, std::string_view publisher, const forms::App& app,
                                         const instances::Submission& submission);
// "Utkast, ikke sendt" stands in its heading and at the foot of each page.
[[nodiscard]] std::string draft_pdf(const View& view, instances::DraftCopy& copy);

}  // namespace alting::portal
