// Where one comes from a page of a form: decided from what was posted and what the form says, without a page in sight.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "forms/reading.h"
#include "instances/draft.h"
#include "instances/fingerprints.h"
#include "portal/page_post.h"

namespace alting::portal {

// The page that `go` leads to; nothing: the overview, which follows the last page. Where `current` is no page any more,
// one begins again, or goes to the overview when that was asked for by going on.
[[nodiscard]] std::optional<std::string> page_after(const std::vector<forms::PageTitle>& pages,
                                                    std::string_view current, Go go);

// The components of a page. What an answer brings is told by comparing them.
[[nodiscard]] std::set<std::string> components_of(const forms::PageView& page);
// How many questions the answers brought that were not on the page. The script shows them while one writes; without
// scripts, or when one goes on faster than it, the page is shown once more.
[[nodiscard]] std::int64_t new_questions(const std::set<std::string>& before, const forms::PageView& after);
// The paths that a page asks at, in its groups and rows too.
[[nodiscard]] std::set<forms::Path> paths_on(const forms::PageView& page);
// The one of these paths that the page asks at first; "" when it asks at none.
[[nodiscard]] forms::Path first_to_answer(const forms::PageView& page, const std::vector<forms::Path>& paths);
// Whether it is one of those that are walked.
[[nodiscard]] bool is_walked(const std::vector<forms::PageTitle>& pages, std::string_view id);

// The id of what a button within the page was about: the row that came, the list one went from, the files, the field that
// was chosen for. `before`: the files that there were. "" when the page is shown from its top.
[[nodiscard]] std::string place_on_page(const PagePost& post, const base::Json& data,
                                        const std::vector<instances::Attachment>& before);

// What others have changed since the page was made that carried these fingerprints.
[[nodiscard]] std::set<forms::Path> changed_since(const instances::Seen& seen, const instances::Draft& draft);
// Whether rows came or went among them.
[[nodiscard]] bool has_moved_rows(const std::set<forms::Path>& changed);

}  // namespace alting::portal
