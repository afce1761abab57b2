#include "portal/form_asides.h"

#include <algorithm>
#include <set>

#include "portal/form_flow.h"

namespace alting::portal {

using html::el;

namespace {

// Until the next full hour no reason is asked for: said once, with the clock.
std::string grace_words(const View& view, const forms::DeadlineView& deadline) {
  if (deadline.statutory_end <= deadline.target || deadline.passed) return {};
  const bool same_day = base::to_date_oslo(deadline.statutory_end) == base::to_date_oslo(deadline.target);
  const auto style = same_day ? base::TimeStyle::clock : base::TimeStyle::full;
  return view.t(same_day ? "form.deadline.grace" : "form.deadline.grace_day",
                {{"time", base::format_local(deadline.statutory_end, style, view.language)}});
}

ui::Deadline clock_of(const View& view, const forms::DeadlineView& deadline) {
  const auto now = view.now();
  return {.at = deadline.target,
          .label = deadline.title,
          .when = base::format_local(deadline.target, base::TimeStyle::full, view.language),
          .words = base::format_relative(deadline.target, now, view.language),
          .passed = deadline.passed,
          .soon = deadline.target - now < base::Duration::hours(12),
          .language = view.language,
          .grace = grace_words(view, deadline),
          .late_after = deadline.statutory_end};
}

ui::Steps steps_of(const View& view, OpenForm& form, std::string_view current) {
  ui::Steps steps;
  steps.label = view.t("form.steps");
  steps.done_word = view.t("form.steps.done");
  steps.fault_word = view.t("form.steps.fault");
  steps.all_label = view.t("form.steps.all");
  // Of what is stored, not of what would be sent: a field that is promised only on sending is still to be looked at.
  std::set<std::string> lacking;
  for (const auto& issue : form.reading().issues(forms::When::submit)) {
    if (issue.severity == forms::Severity::error) lacking.insert(issue.page);
  }
  const auto addresses = form.addresses();
  const auto& pages = form.reading().pages();
  const bool at_the_end = current.empty();
  const bool beside = !at_the_end && !is_walked(pages, current);  // on a page that was opened from a list
  std::size_t place = 0, number = 0;
  for (const auto& [id, title] : pages) {
    ++number;
    const bool here = id == current;
    if (here) place = number;
    steps.steps.push_back({title, addresses.page(id),
                           here                   ? ui::Step::State::current
                           : place != 0 || beside ? ui::Step::State::upcoming
                           : lacking.contains(id) ? ui::Step::State::fault
                                                  : ui::Step::State::done});
  }
  steps.steps.push_back({view.t("overview.title"), addresses.overview(),
                         at_the_end ? ui::Step::State::current : ui::Step::State::upcoming});
  if (at_the_end) place = steps.steps.size();
  if (place != 0)
    steps.summary = view.t("form.steps.summary",
                           {{"number", std::to_string(place)}, {"count", std::to_string(steps.steps.size())}});
  return steps;
}

}  // namespace

std::string saved_words(const View& view, const instances::Draft& draft) {
  const auto clock = base::format_local(draft.saved_at, base::TimeStyle::clock, view.language);
  if (draft.saved_by_me) return view.t("form.saved", {{"time", clock}});
  return view.t("form.saved_by", {{"time", clock}, {"name", draft.saved_by}});
}

Html deadline_box(const View& view, OpenForm& form) {
  if (form.is_supplement()) return {};
  Html all;
  for (const auto& deadline : form.reading().deadlines()) {
    Html inside = ui::deadline_clock(clock_of(view, deadline));
    inside += ui::details(
        view.t("form.deadline.how"),
        html::blocks(deadline.explanation) +
            ui::paragraph(view.t("form.deadline.rule",
                                 {{"rule", deadline.rule_version},
                                  {"from", base::format_local(deadline.from, base::TimeStyle::full, view.language)}})));
    if (deadline.passed) inside += ui::alert(ui::Color::warning, deadline.late_text);
    all += inside;
  }
  return el("div", {{"id", "deadlines"}}, all);
}

Html deadline_in_line(const View& view, OpenForm& form) {
  if (form.is_supplement()) return {};
  const auto& deadlines = form.reading().deadlines();
  Html line;
  if (!deadlines.empty()) {
    auto clock = clock_of(view, *std::ranges::min_element(deadlines, {}, &forms::DeadlineView::target));
    clock.label = view.t("form.deadline.line");
    line = ui::deadline_line(clock);
  }
  return el("div", {{"id", "deadline-line"}}, line);
}

Html steps(const View& view, OpenForm& form, std::string_view current) {
  return ui::progress_steps(steps_of(view, form, current));
}

Html steps_menu(const View& view, OpenForm& form, std::string_view current) {
  return ui::steps_menu(steps_of(view, form, current));
}

}  // namespace alting::portal
