// How to reach an agency when the portal is down: what its forms say (start.otherWays, docs/app-folder.md). Form folders
// are in memory, so this is said also when the database does not answer.
#pragma once
#include "forms/catalogue.h"
#include "portal/view.h"

namespace alting::portal {

// Of one form, for its own page: a section with a heading of level 2, and the link to the form on paper. Only the link
// when the form says no way.
[[nodiscard]] Html other_ways(const View& view, const forms::App& app);
// Of all forms, each agency folded under its name. Nothing when no form says any.
[[nodiscard]] Html all_other_ways(const View& view, const forms::AppCatalogue& apps);
// The same as plain text, for where there is no page.
[[nodiscard]] std::string other_ways_in_words(const base::Texts& texts, const forms::AppCatalogue& apps,
                                              Language language);

}  // namespace alting::portal
