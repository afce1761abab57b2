// What the pages of a form and its overview share: the draft as the rules see it, its steps, its clock and its faults.
#pragma once
#include "portal/form_pages.h"
#include "portal/form_render.h"
#include "portal/instance_permit.h"

namespace alting::portal {

// A draft with its app and what the rules see of it.
struct Work {
  Allowed allowed;
  instances::Draft draft;
  std::shared_ptr<const forms::App> app;
  forms::Surroundings around;
  [[nodiscard]] std::string path(const View& view, std::string_view rest) const {
    return view.at_party("/utkast/" + draft.at.id.text() + std::string(rest));
  }
};

[[nodiscard]] base::Result<Work> open_work(const FormView& view, terms::Action action);
// A draft that was sent meanwhile leads to its receipt instead of an error.
[[nodiscard]] Response refused(View& view, const base::Error& error);
[[nodiscard]] std::string saved_words(const View& view, const instances::Draft& draft);
// The clock of a notice not sent yet; an addition's is over, its notice was judged when it came.
[[nodiscard]] Html deadline_box(const View& view, const Work& work);
[[nodiscard]] Html steps(const View& view, const Work& work, std::string_view current);
// Faults and warnings by field: `issues` of what was just typed, and what can be said of all that is stored; with
// When::submit also what is missing before it can be sent.
[[nodiscard]] FieldState state_of(const Work& work, const std::vector<forms::Issue>& issues,
                                  forms::When when = forms::When::save);
// A page as it is with what is typed on it, also where that fits no field or is saved by nobody yet.
[[nodiscard]] base::Result<forms::PageView> page_with_typed(const Work& work, const std::string& page,
                                                            const FieldState& state);
// What stands in the way of sending, with the promises that are made of themselves.
[[nodiscard]] std::vector<forms::Issue> faults_before_sending(const Work& work);

// Who came from the overview gets the faults told there at their fields, and the way back to it.
[[nodiscard]] bool from_overview(const View& view);
[[nodiscard]] std::string with_origin(const View& view, std::string path);

}  // namespace alting::portal
