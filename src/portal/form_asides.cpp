#include "portal/form_asides.h"

#include <set>

namespace alting::portal {

using html::el;

std::string saved_words(const View& view, const instances::Draft& draft) {
  const auto clock = base::format_local(draft.saved_at, base::TimeStyle::clock, view.language);
  if (draft.saved_by_me) return view.t("form.saved", {{"time", clock}});
  return view.t("form.saved_by", {{"time", clock}, {"name", draft.saved_by}});
}

Html deadline_box(const View& view, OpenForm& form) {
  if (form.is_supplement()) return {};
  Html all;
  for (const auto& deadline : form.reading().deadlines()) {
    const auto now = view.now();
    Html inside = ui::deadline_clock({.at = deadline.target,
                                      .label = deadline.title,
                                      .when = base::format_local(deadline.target, base::TimeStyle::full, view.language),
                                      .words = base::format_relative(deadline.target, now, view.language),
                                      .passed = deadline.target < now,
                                      .soon = deadline.target - now < base::Duration::hours(12),
                                      .language = view.language});
    inside += ui::details(
        view.t("form.deadline.how"),
        html::blocks(deadline.explanation) +
            ui::paragraph(
                view.t("form.deadline.rule",
                       {{"rule", deadline.rule_version},
                        {"from", base::format_local(deadline.from, base::TimeStyle::full, view.language)},
                        {"end", base::format_local(deadline.statutory_end, base::TimeStyle::full, view.language)}})));
    if (deadline.passed) inside += ui::alert(ui::Color::warning, deadline.late_text);
    all += inside;
  }
  return el("div", {{"id", "deadlines"}}, all);
}

Html steps(const View& view, OpenForm& form, std::string_view current) {
  ui::Steps steps;
  steps.label = view.t("form.steps");
  steps.done_word = view.t("form.steps.done");
  steps.fault_word = view.t("form.steps.fault");
  std::set<std::string> lacking;
  for (const auto& issue : form.reading().issues(forms::When::submit)) {
    if (issue.severity == forms::Severity::error) lacking.insert(issue.page);
  }
  const auto addresses = form.addresses();
  std::size_t place = 0, number = 0;
  for (const auto& [id, title] : form.reading().pages()) {
    ++number;
    const bool here = id == current;
    if (here) place = number;
    steps.steps.push_back({title, addresses.page(id),
                           here                   ? ui::Step::State::current
                           : place != 0           ? ui::Step::State::upcoming
                           : lacking.contains(id) ? ui::Step::State::fault
                                                  : ui::Step::State::done});
  }
  const bool at_the_end = current.empty();
  steps.steps.push_back({view.t("overview.title"), addresses.overview(),
                         at_the_end ? ui::Step::State::current : ui::Step::State::upcoming});
  if (at_the_end) place = steps.steps.size();
  steps.summary =
      view.t("form.steps.summary", {{"number", std::to_string(place)}, {"count", std::to_string(steps.steps.size())}});
  return ui::progress_steps(steps);
}

}  // namespace alting::portal
