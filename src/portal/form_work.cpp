#include "portal/form_work.h"

namespace alting::portal {

using base::ErrorKind;
using html::el;
using instances::Draft;

base::Result<Work> open_work(const FormView& view, terms::Action action) {
  const auto id = terms::InstanceId::parse(view.request.value("instance"));
  if (!id) return base::make_error(ErrorKind::not_found, "error.instance.not_found");
  ALTING_TRY(at, view.uses.instances.locate(view.party->id, *id));
  // What is sent may be read, not written: say so, to who may read it, before asking who may write.
  if (at.state != instances::State::draft) {
    ALTING_CHECK(allow(view, view.uses.instances, "instance", terms::Action::read));
    return base::make_error(ErrorKind::conflict, "error.instance.sent");
  }
  ALTING_TRY(allowed, allow(view, view.uses.instances, "instance", action));
  if (allowed.at.state != instances::State::draft) return base::make_error(ErrorKind::conflict, "error.instance.sent");
  if (view.uses.refresh_apps) view.uses.refresh_apps();
  auto app = view.uses.apps.find(allowed.at.app);
  if (!app) return base::make_error(ErrorKind::not_found, "error.app.not_found");
  ALTING_TRY(draft, view.uses.instances.open_draft(allowed.permit));
  auto around = view.uses.instances.surroundings(draft, view.language, view.now());
  return Work{std::move(allowed), std::move(draft), std::move(app), std::move(around)};
}

Response refused(View& view, const base::Error& error) {
  if (error.code == "error.instance.sent" && view.request.method == web::Method::get) {
    return web::redirect(view.at_party("/sak/" + std::string(view.request.value("instance"))));
  }
  return view.fail(error);
}

std::string saved_words(const View& view, const Draft& draft) {
  const auto clock = base::format_local(draft.saved_at, base::TimeStyle::clock, view.language);
  if (draft.saved_by_me) return view.t("form.saved", {{"time", clock}});
  return view.t("form.saved_by", {{"time", clock}, {"name", draft.saved_by}});
}

Html deadline_box(const View& view, const Work& work) {
  if (work.around.supplement) return {};
  Html all;
  for (const auto& deadline : work.app->deadlines(work.around)) {
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

Html steps(const View& view, const Work& work, std::string_view current) {
  ui::Steps steps;
  steps.label = view.t("form.steps");
  steps.done_word = view.t("form.steps.done");
  steps.fault_word = view.t("form.steps.fault");
  const auto pages = work.app->pages(work.around);
  std::set<std::string> lacking;
  for (const auto& issue : work.app->validate(work.around, forms::When::submit)) {
    if (issue.severity == forms::Severity::error) lacking.insert(issue.page);
  }
  std::size_t place = 0, number = 0;
  for (const auto& [id, title] : pages) {
    ++number;
    const bool here = id == current;
    if (here) place = number;
    steps.steps.push_back({title, work.path(view, "/side/" + id),
                           here                   ? ui::Step::State::current
                           : place != 0           ? ui::Step::State::upcoming
                           : lacking.contains(id) ? ui::Step::State::fault
                                                  : ui::Step::State::done});
  }
  steps.steps.push_back({view.t("overview.title"), work.path(view, "/oversikt"),
                         current == "oversikt" ? ui::Step::State::current : ui::Step::State::upcoming});
  if (current == "oversikt") place = steps.steps.size();
  steps.summary =
      view.t("form.steps.summary", {{"number", std::to_string(place)}, {"count", std::to_string(steps.steps.size())}});
  return ui::progress_steps(steps);
}

FieldState state_of(const Work& work, const std::vector<forms::Issue>& issues, forms::When when) {
  FieldState state;
  state.typed = work.draft.rejected;
  state.removed = work.draft.removed;
  for (const auto& issue : issues) {
    auto& into = issue.severity == forms::Severity::error ? state.errors : state.warnings;
    into.try_emplace(issue.path, issue.message);
  }
  if (!work.draft.rejected.empty()) {
    const std::vector<std::pair<std::string, std::string>> typed(work.draft.rejected.begin(),
                                                                 work.draft.rejected.end());
    if (const auto again = work.app->apply(work.around, typed)) {
      for (const auto& issue : again->issues) state.errors.try_emplace(issue.path, issue.message);
    }
  }
  // Warnings follow the reader through the form; what is missing is told on the overview.
  for (const auto& issue :
       when == forms::When::submit ? faults_before_sending(work) : work.app->validate(work.around, forms::When::save)) {
    if (issue.severity == forms::Severity::error) {
      const bool of_files = issue.path.empty() && !issue.component.empty();
      if (issue.code != "required" || when == forms::When::submit)
        state.errors.try_emplace(of_files ? "upload:" + issue.component : issue.path, issue.message);
    } else {
      state.warnings.try_emplace(issue.path, issue.message);
    }
  }
  return state;
}

base::Result<forms::PageView> page_with_typed(const Work& work, const std::string& page, const FieldState& state) {
  auto around = work.around;
  for (const auto& [name, typed] : state.typed) around.rejected.insert_or_assign(name, typed);
  return work.app->page(around, page);
}

std::vector<forms::Issue> faults_before_sending(const Work& work) {
  auto around = work.around;
  auto final = work.app->finalise(around);
  around.data = std::move(final.data);
  around.later = std::move(final.later);
  return work.app->validate(around, forms::When::submit);
}

bool from_overview(const View& view) { return view.request.query_value("fra") == "oversikt"; }

std::string with_origin(const View& view, std::string path) {
  if (!from_overview(view)) return path;
  const auto hash = path.find('#');
  const std::string rest = hash == std::string::npos ? "" : path.substr(hash);
  path.resize(std::min(hash, path.size()));
  return path + (path.find('?') == std::string::npos ? "?" : "&") + "fra=oversikt" + rest;
}

}  // namespace alting::portal
