// What is still to be done in a matter: by whom those affected are told, what was said to come later and by when. On the
// receipt, and on the matter's page at leisure.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "forms/app.h"
#include "instances/submission.h"
#include "portal/view.h"

namespace alting::portal {

// Everything of it as of now. `may_add`: a button leads to an addition.
[[nodiscard]] Html what_now(View& view, const forms::App& app, const instances::Matter& matter, bool may_add);
// What was said to come later, with the days promised: each field with its page, in the order of the form. Nothing when
// none.
[[nodiscard]] Html what_remains(const View& view, const forms::App& app, forms::Reading& reading,
                                const std::vector<forms::Later>& later);
// The text to begin from of the task of this number (of those that have one, from 0); nothing when there is none.
[[nodiscard]] std::optional<std::string> text_to_begin_from(const View& view, const forms::App& app,
                                                            const instances::Matter& matter, std::size_t number);

}  // namespace alting::portal
