// Filling in: the pages of a form, what they post, and the overview before sending.
#include <charconv>

#include "base/text.h"
#include "instances/draft_content.h"
#include "portal/form_files.h"
#include "portal/form_render.h"

namespace alting::portal {

using base::ErrorKind;
using html::el;
using html::href;
using html::text;
using instances::Draft;

namespace {

// A draft with its app and what the rules see of it.
struct Work {
  Allowed allowed;
  Draft draft;
  std::shared_ptr<const forms::App> app;
  forms::Surroundings around;
  [[nodiscard]] std::string path(const View& view, std::string_view rest) const {
    return view.at_party("/utkast/" + draft.at.id.text() + std::string(rest));
  }
};

base::Result<Work> open_work(const View& view, terms::Action action) {
  const auto id = terms::InstanceId::parse(view.request.value("instance"));
  if (!id) return base::make_error(ErrorKind::not_found, "error.instance.not_found");
  ALTING_TRY(at, view.services.instances.locate(view.party->id, *id));
  // What is sent may be read, not written: say so, to who may read it, before asking who may write.
  if (at.state != instances::State::draft) {
    ALTING_CHECK(allow(view, "instance", terms::Action::read));
    return base::make_error(ErrorKind::conflict, "error.instance.sent");
  }
  ALTING_TRY(allowed, allow(view, "instance", action));
  if (allowed.at.state != instances::State::draft) return base::make_error(ErrorKind::conflict, "error.instance.sent");
  if (view.services.refresh_apps) view.services.refresh_apps();
  auto app = view.services.apps.find(allowed.at.app);
  if (!app) return base::make_error(ErrorKind::not_found, "error.app.not_found");
  ALTING_TRY(draft, view.services.instances.open_draft(allowed.permit));
  auto around = view.services.instances.surroundings(draft, view.language, view.now());
  return Work{std::move(allowed), std::move(draft), std::move(app), std::move(around)};
}

// A draft that was sent meanwhile leads to its receipt instead of an error.
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

// The clock of a notice not sent yet; an addition's is over, its notice was judged when it came.
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
        html::markdown(deadline.explanation) +
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

FieldState state_of(const Work& work, const std::vector<forms::Issue>& issues) {
  FieldState state;
  state.typed = work.draft.rejected;
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
  for (const auto& issue : work.app->validate(work.around, forms::When::save)) {
    if (issue.severity == forms::Severity::error) {
      if (issue.code != "required") state.errors.try_emplace(issue.path, issue.message);
    } else {
      state.warnings.try_emplace(issue.path, issue.message);
    }
  }
  return state;
}

ui::Form page_form(View& view, const Work& work, const std::string& page, const std::string& seen) {
  auto form = view.form(work.path(view, "/side/" + page));
  form.id = "form-page";
  form.multipart = true;
  form.autosave = work.path(view, "/side/" + page + "/lagre");
  form.saved_text = view.t("form.saved_now");
  form.saving_text = view.t("form.saving");
  form.offline_text = view.t("form.offline");
  form.conflict_text = view.t("form.conflict_short");
  form.hidden.emplace_back("version", std::to_string(work.draft.version));
  form.hidden.emplace_back("seen", seen);
  return form;
}

Html conflict_alerts(const View& view, const Work& work, const std::vector<instances::SaveOutcome::Conflict>& conflicts,
                     const std::string& by) {
  Html all;
  for (const auto& conflict : conflicts) {
    all += ui::alert({.color = ui::Color::warning,
                      .title = view.t("form.conflict.title",
                                      {{"name", by}, {"field", work.app->label(view.language, conflict.path)}}),
                      .body = ui::description_list({{view.t("form.conflict.theirs"), html::lines(conflict.theirs), {}},
                                                    {view.t("form.conflict.mine"), html::lines(conflict.mine), {}}}) +
                              ui::paragraph(view.t("form.conflict.next")),
                      .urgent = true});
  }
  return all;
}

Response show_page(View& view, const Work& work, const std::string& page_id, const FieldState& state,
                   const Html& notices, int status) {
  const auto page = work.app->page(work.around, page_id);
  if (!page) return view.fail(page.error());
  auto rendered = render_form_page(view, *page, work.draft.data, state);
  Html fields = el("div", {{"id", "form-fields"}}, rendered.fields);
  const auto pages = work.app->pages(work.around);
  const bool first = !pages.empty() && pages.front().first == page_id;
  Html buttons = ui::button({.label = view.t("form.next"), .name = "go", .value = "next"});
  if (!first)
    buttons += ui::button({.label = view.t("form.previous"),
                           .variant = ui::Variant::secondary,
                           .name = "go",
                           .value = "previous",
                           .no_validate = true});
  if (work.around.supplement)  // one may have only a sentence to add
    buttons += ui::button({.label = view.t("form.to_overview"),
                           .variant = ui::Variant::secondary,
                           .name = "go",
                           .value = "overview",
                           .no_validate = true});
  buttons += ui::button({.label = view.t("form.close"),
                         .variant = ui::Variant::tertiary,
                         .name = "go",
                         .value = "close",
                         .no_validate = true});
  fields += ui::button_row(buttons);

  Html content = el("p", {{"class", "form-service"}}, text(work.app->title(view.language)));
  content += ui::heading(1, page->title);
  content += el("div", {{"id", "form-notices"}}, notices);
  if (!rendered.errors.empty()) content += ui::error_summary(view.t("form.errors"), rendered.errors);
  content += ui::saved_state(saved_words(view, work.draft));
  content += ui::post_form(page_form(view, work, page_id, rendered.seen), fields);
  return view.show({.title = page->title + " – " + work.app->title(view.language),
                    .current = "forms",
                    .with_error = !rendered.errors.empty(),
                    .aside = steps(view, work, page_id) + deadline_box(view, work),
                    .status = status},
                   content);
}

Response get_page(View& view) {
  const auto work = open_work(view, terms::Action::write);
  if (!work) return refused(view, work.error());
  const bool more = view.request.query_value("melding") == "nye";
  return show_page(view, *work, std::string(view.request.value("page")), state_of(*work, {}),
                   more ? ui::alert(ui::Color::info, view.t("form.new_questions")) : Html(), 200);
}

// The fields of the form itself among what was posted.
std::vector<std::pair<std::string, std::string>> form_fields(const Request& request) {
  static constexpr std::array own{std::string_view("token"),  std::string_view("once"),   std::string_view("version"),
                                  std::string_view("seen"),   std::string_view("go"),     std::string_view("upload"),
                                  std::string_view("detach"), std::string_view("changed")};
  std::vector<std::pair<std::string, std::string>> fields;
  for (const auto& [name, value] : request.form) {
    if (std::find(own.begin(), own.end(), name) != own.end() || name.starts_with("tag:") || name.starts_with("file:"))
      continue;
    fields.emplace_back(name, value);
  }
  return fields;
}

std::map<std::string, std::string> seen_of(const Request& request, const forms::App& app) {
  std::map<std::string, std::string> seen;
  const auto json = base::Json::parse(request.form_value("seen"), {.size = 256 * 1024, .depth = 2, .values = 6'000});
  if (!json || !json->is_object()) return seen;
  for (const auto& [path, print] : json->members()) seen[path] = std::string(print.text_or(""));
  return instances::seen_of_form(app, seen);
}

Response stop_page(View& view, const Work& work, const std::vector<forms::StopView>& stops, const std::string& back) {
  Html content;
  for (const auto& stop : stops) {
    content += ui::heading(1, stop.title);
    content += ui::alert({.color = ui::Color::danger,
                          .title = view.t("form.stop.nothing_saved"),
                          .body = html::markdown(stop.body),
                          .urgent = true});
  }
  content += ui::button_row(ui::button_link(view.t("form.stop.back"), back, ui::Variant::secondary) +
                            ui::button_link(view.t("form.stop.leave"), view.at_party("/innboks")));
  return view.show({.title = stops.empty() ? work.app->title(view.language) : stops.front().title,
                    .with_error = true,
                    .status = 422},
                   content);
}

std::string next_page(const View& view, const Work& work, std::string_view current, std::string_view go) {
  const auto pages = work.app->pages(work.around);
  const auto at = std::find_if(pages.begin(), pages.end(), [&](const auto& page) { return page.first == current; });
  if (go == "close") return view.at_party("/innboks");
  if (go == "overview") return work.path(view, "/oversikt");
  if (go == "previous")
    return at == pages.begin() || at == pages.end() ? work.path(view, "/side/" + pages.front().first)
                                                    : work.path(view, "/side/" + std::prev(at)->first);
  if (go == "next")
    return at == pages.end() || std::next(at) == pages.end() ? work.path(view, "/oversikt")
                                                             : work.path(view, "/side/" + std::next(at)->first);
  return work.path(view, "/side/" + std::string(current));
}

// Whether the answers brought a question that was not on the page. The script shows it while one writes; without
// scripts, or when one goes on faster than it, the page is shown once more.
bool has_new_question(const forms::PageView& before, const forms::PageView& after) {
  return std::any_of(after.components.begin(), after.components.end(), [&](const auto& one) {
    return !one.path.empty() && !one.read_only &&
           std::none_of(before.components.begin(), before.components.end(),
                        [&](const auto& old) { return old.id == one.id; });
  });
}

Response post_page(View& view) {
  auto work = open_work(view, terms::Action::write);
  if (!work) return view.fail(work.error());
  const std::string page(view.request.value("page"));
  const auto fields = form_fields(view.request);
  auto saved =
      view.services.instances.save(work->allowed.permit, fields, seen_of(view.request, *work->app), view.language);
  if (!saved) return view.fail(saved.error());
  const auto by = saved->draft.saved_by_me ? work->draft.saved_by : saved->draft.saved_by;
  const auto page_before = work->app->page(work->around, page);
  work->draft = std::move(saved->draft);
  work->around = view.services.instances.surroundings(work->draft, view.language, view.now());
  if (saved->stopped) return stop_page(view, *work, work->app->stops(work->around), work->path(view, "/side/" + page));

  auto state = state_of(*work, saved->issues);
  for (const auto& path : saved->theirs) state.theirs.insert(path);
  const int files_status = take_files(view, work->allowed.permit, state);
  if (const auto element = terms::DataElementId::parse(view.request.form_value("detach"))) {
    if (const auto gone = view.services.instances.detach(work->allowed.permit, *element); !gone)
      return view.fail(gone.error());
  }
  const bool of_type = std::any_of(saved->issues.begin(), saved->issues.end(),
                                   [](const auto& i) { return i.severity == forms::Severity::error; });
  if (files_status != 200 || !saved->conflicts.empty() || (of_type && view.request.form_value("go") == "next")) {
    if (const auto again = view.services.instances.open_draft(work->allowed.permit)) {
      work->draft = *again;
      work->around = view.services.instances.surroundings(work->draft, view.language, view.now());
    }
    const int status = !saved->conflicts.empty() ? 409 : files_status == 200 ? 422 : files_status;
    auto answer = show_page(view, *work, page, state, conflict_alerts(view, *work, saved->conflicts, by), status);
    if (status == 503) answer.headers.emplace_back("Retry-After", "5");
    return answer;
  }
  const auto page_now = work->app->page(work->around, page);
  if (view.request.form_value("go") == "next" && page_before && page_now && has_new_question(*page_before, *page_now)) {
    return web::redirect(work->path(view, "/side/" + page + "?melding=nye"));
  }
  return web::redirect(next_page(view, *work, page, view.request.form_value("go")));
}

// What others have changed since the page was made that carried these fingerprints.
std::set<std::string> changed_since(const std::map<std::string, std::string>& seen, const base::Json& data) {
  std::set<std::string> paths;
  for (const auto& [path, print] : seen) {
    if (instances::fingerprint_at(data, path) != print) paths.insert(path);
  }
  return paths;
}

// Only what looks different now is replaced, so that a field one is typing in stays as it is; when fields came or went,
// also by another's hand, all are.
Html changed_boxes(const RenderedPage& before, const RenderedPage& after, const std::set<std::string>& by_others) {
  const bool rows_moved =
      std::any_of(by_others.begin(), by_others.end(), [](const auto& path) { return path.ends_with("[]"); });
  const auto same_id = [](const auto& a, const auto& b) {
    return a.first == b.first && a.second.empty() == b.second.empty();
  };
  if (rows_moved ||
      !std::equal(before.boxes.begin(), before.boxes.end(), after.boxes.begin(), after.boxes.end(), same_id)) {
    return el("div", {{"id", "form-fields"}}, after.fields);
  }
  Html changed;
  for (std::size_t i = 0; i < after.boxes.size(); ++i) {
    if (before.boxes[i].second.markup() != after.boxes[i].second.markup()) changed += after.boxes[i].second;
  }
  return changed;
}

// What the script posts when a field was left: the answer replaces the boxes that look different now.
Response autosave(View& view) {
  auto work = open_work(view, terms::Action::write);
  if (!work) return view.fail(work.error());
  const std::string page_id(view.request.value("page"));
  const auto fields = form_fields(view.request);
  auto saved =
      view.services.instances.save(work->allowed.permit, fields, seen_of(view.request, *work->app), view.language);
  if (!saved) return view.fail(saved.error());
  const auto by = work->draft.saved_by;
  const auto page_before = work->app->page(work->around, page_id);
  const auto shown_before =
      page_before ? render_form_page(view, *page_before, work->draft.data, state_of(*work, {})) : RenderedPage{};
  // These are marked as theirs, which makes them look different.
  const auto by_others = changed_since(seen_of(view.request, *work->app), work->draft.data);
  work->draft = std::move(saved->draft);
  work->around = view.services.instances.surroundings(work->draft, view.language, view.now());
  const auto page = work->app->page(work->around, page_id);
  if (!page) return view.fail(page.error());
  auto state = state_of(*work, saved->issues);
  state.theirs.insert(by_others.begin(), by_others.end());
  for (const auto& path : saved->theirs) state.theirs.insert(path);
  const auto rendered = render_form_page(view, *page, work->draft.data, state);
  Html answer = saved->stopped ? Html() : ui::saved_state(saved_words(view, work->draft));
  if (saved->stopped) {
    Html notice;
    for (const auto& stop : work->app->stops(work->around))
      notice += ui::alert(
          {.color = ui::Color::danger, .title = stop.title, .body = html::markdown(stop.body), .urgent = true});
    answer += el("div", {{"id", "saved-state"}, {"aria-live", "assertive"}}, notice);
    return view.with_cookies(ui::fragment(answer, 422));
  }
  answer += el("div", {{"id", "form-notices"}}, conflict_alerts(view, *work, saved->conflicts, by));
  answer +=
      el("input",
         {{"type", "hidden"}, {"id", "version"}, {"name", "version"}, {"value", std::to_string(work->draft.version)}});
  answer += el("input", {{"type", "hidden"}, {"id", "seen"}, {"name", "seen"}, {"value", rendered.seen}});
  answer += changed_boxes(shown_before, rendered, by_others);
  answer += deadline_box(view, *work);
  return view.with_cookies(ui::fragment(answer, saved->conflicts.empty() ? 200 : 409));
}

// ---- the overview

std::string page_of(const forms::App& app, const forms::Surroundings& around, const forms::Issue& issue) {
  if (!issue.page.empty()) return issue.page;
  const auto pages = app.pages(around);
  return pages.empty() ? "" : pages.front().first;
}

Html answers(const View& view, const Work& work) {
  Html all;
  std::string page;
  std::vector<ui::Term> terms;
  std::string title;
  const auto flush = [&] {
    if (page.empty() || terms.empty()) return;
    all += el("section", {{"class", "overview-page"}},
              el("div", {{"class", "overview-head"}},
                 ui::heading(2, title) +
                     ui::link(view.t("overview.change", {{"page", title}}), work.path(view, "/side/" + page))) +
                  ui::description_list(terms));
    terms.clear();
  };
  for (const auto& answer : work.app->answers(work.around)) {
    if (answer.page != page) {
      flush();
      page = answer.page;
      title = answer.page_title;
    }
    if (answer.answer.empty() && !answer.later && !answer.changed) continue;
    Html value = html::lines(answer.answer);
    if (answer.later) {
      value += ui::tag(answer.expected.empty()
                           ? view.t("form.marker.later")
                           : view.t("overview.later_on", {{"date", date_in_words(answer.expected, view.language)}}),
                       ui::Color::info);
    }
    if (answer.changed)
      value += el("p", {{"class", "answer-before"}},
                  text(view.t("overview.before",
                              {{"before", answer.before.empty() ? view.t("overview.empty") : answer.before}})));
    terms.push_back({answer.label, value, {}});
  }
  flush();
  return all;
}

Html files(const View& view, const Work& work) {
  Html content = ui::heading(2, view.t("overview.attachments"));
  if (work.draft.attachments.empty()) return content + ui::paragraph(view.t("upload.none"));
  std::vector<Html> items;
  for (const auto& one : work.draft.attachments) {
    Html line = text(one.file_name + " (" + file_size(one.size, view.language) + ")");
    if (one.scan == "unscanned") line += text(" ") + ui::tag(view.t("upload.unscanned"), ui::Color::neutral);
    items.push_back(line);
  }
  return content + ui::list(items);
}

Response show_overview(View& view, const Work& work, const std::vector<forms::Issue>& refused, int status) {
  const auto final = work.app->finalise(work.around);
  auto around = work.around;
  around.data = final.data;
  around.later = final.later;
  const auto issues = refused.empty() ? work.app->validate(around, forms::When::submit) : refused;
  std::vector<ui::FieldError> errors;
  Html warnings;
  for (const auto& issue : issues) {
    if (issue.severity == forms::Severity::error) {
      const auto message = issue.code == "supplement.empty" ? view.t("overview.supplement_empty") : issue.message;
      errors.push_back(
          {work.path(view, "/side/" + page_of(*work.app, around, issue)) + "#" + ui::field_id(issue.path), message});
    } else {
      warnings +=
          ui::alert(issue.severity == forms::Severity::warning ? ui::Color::warning : ui::Color::info, issue.message);
    }
  }
  Html content = el("p", {{"class", "form-service"}}, text(work.app->title(view.language)));
  content += ui::heading(1, view.t("overview.title"));
  content += ui::ingress(errors.empty() ? view.t("overview.ready", {{"party", view.party->name}})
                                        : view.t("overview.not_ready"));
  if (!errors.empty())
    content += ui::error_summary(view.plural("overview.missing", static_cast<std::int64_t>(errors.size())), errors);
  content += warnings;
  const auto automatic =
      std::count_if(final.later.begin(), final.later.end(), [](const auto& one) { return one.automatic; });
  if (!final.later.empty()) {
    std::vector<Html> fields;
    for (const auto& one : final.later) fields.push_back(text(work.app->label(view.language, one.path)));
    content += ui::alert({.color = ui::Color::info,
                          .title = view.plural("overview.later", static_cast<std::int64_t>(final.later.size())),
                          .body = (automatic > 0 ? ui::paragraph(view.t("overview.later_automatic")) : Html()) +
                                  ui::details(view.t("overview.later_list"), ui::list(fields))});
  }
  Work shown = work;
  shown.around = around;
  content += answers(view, shown) + files(view, work);
  auto form = view.form(work.path(view, "/send"), true);
  form.hidden.emplace_back("version", std::to_string(work.draft.version));
  content += ui::heading(2, view.t("overview.send_title"));
  const auto controller = work.app->controller(view.language);
  content += ui::paragraph(view.t("overview.send_text", {{"agency", controller.name}, {"party", view.party->name}}));
  if (errors.empty()) content += ui::post_form(form, ui::button_row(ui::button({.label = view.t("overview.send")})));
  content += ui::confirm({.id = "throw-away",
                          .open_label = view.t("draft.delete"),
                          .title = view.t("draft.delete.title"),
                          .body = ui::paragraph(view.t("draft.delete.text")),
                          .form = view.form(work.path(view, "/slett"), true),
                          .confirm = {.label = view.t("draft.delete.confirm"), .color = ui::Color::danger},
                          .cancel_label = view.t("cancel")});
  return view.show({.title = view.t("overview.title") + " – " + work.app->title(view.language),
                    .current = "forms",
                    .with_error = !errors.empty(),
                    .aside = steps(view, work, "oversikt") + deadline_box(view, work),
                    .status = status},
                   content);
}

Response get_overview(View& view) {
  const auto work = open_work(view, terms::Action::write);
  if (!work) return refused(view, work.error());
  return show_overview(view, *work, {}, 200);
}

Response send(View& view) {
  const auto id = terms::InstanceId::parse(view.request.value("instance"));
  if (!id) return view.fail(base::make_error(ErrorKind::not_found, "error.instance.not_found"));
  const auto at = view.services.instances.locate(view.party->id, *id);
  if (!at) return view.fail(at.error());
  const auto receipt = view.at_party("/sak/" + id->text() + "/kvittering");
  // A POST that comes again when the form is already sent gets the first answer: the receipt.
  if (at->state != instances::State::draft) {
    const auto may_read = allow(view, "instance", terms::Action::read);
    return may_read ? web::redirect(receipt) : view.fail(may_read.error());
  }
  const auto allowed = allow(view, "instance", terms::Action::complete);
  if (!allowed) return view.fail(allowed.error());
  std::int64_t version = -1;
  const auto given = view.request.form_value("version");
  std::from_chars(given.data(), given.data() + given.size(), version);
  const auto outcome = view.services.instances.submit(allowed->permit, view.language, view.request.received, version,
                                                      view.request.form_value("once"));
  if (!outcome) return refused(view, outcome.error());
  if (const auto* refusal = std::get_if<instances::SubmitRefusal>(&*outcome)) {
    const auto work = open_work(view, terms::Action::write);
    if (!work) return view.fail(work.error());
    return show_overview(view, *work, refusal->issues, 422);
  }
  return web::redirect(receipt);
}

Response throw_away(View& view) {
  const auto inbox = view.after_post(view.at_party("/innboks"));
  const auto once = view.request.form_value("once");
  // A POST that comes again when the draft is gone gets the first answer.
  if (view.services.was_done(once, view.actor(), instances::draft_discarded)) return web::redirect(inbox);
  const auto allowed = allow(view, "instance", terms::Action::remove);
  if (!allowed) return view.fail(allowed.error());
  const auto done = view.services.instances.discard(allowed->permit, view.request.received, once);
  if (!done) return view.fail(done.error());
  return web::redirect(inbox);
}

Response get_start(View& view) {
  const auto work = open_work(view, terms::Action::write);
  if (!work) return refused(view, work.error());
  const auto pages = work->app->pages(work->around);
  if (pages.empty()) return view.fail(base::make_error(ErrorKind::not_found, "error.app.not_found"));
  return web::redirect(work->path(view, "/side/" + pages.front().first));
}

Response get_draft_attachment(View& view) {
  const auto allowed = allow(view, "instance", terms::Action::read);
  const auto element = terms::DataElementId::parse(view.request.value("element"));
  if (!allowed) return view.fail(allowed.error());
  if (!element) return view.fail(base::make_error(ErrorKind::not_found, "error.instance.not_found"));
  const auto found = view.services.instances.find_attachment(allowed->permit, *element);
  if (!found) return view.fail(found.error());
  return web::download(found->file_name, found->media_type, found->size,
                       [services = &view.services, permit = allowed->permit, one = *found](const auto& write) {
                         const auto read = services->instances.read_attachment(permit, one, write);
                         if (!read) throw std::runtime_error("an attachment cannot be read");
                       });
}

}  // namespace

void add_form_routes(Routes& routes) {
  using web::Method;
  const web::RouteLimits with_files{.body = 1024 * 1024, .upload = instances::largest_upload, .uploads = 10};
  const web::RouteLimits fields{.body = 1024 * 1024};
  routes.of_party(Method::get, "/a/{party}/utkast/{instance}", get_start);
  routes.of_party(Method::get, "/a/{party}/utkast/{instance}/side/{page}", get_page);
  routes.of_party(Method::post, "/a/{party}/utkast/{instance}/side/{page}", post_page, with_files);
  routes.of_party(Method::post, "/a/{party}/utkast/{instance}/side/{page}/lagre", autosave, fields);
  routes.of_party(Method::get, "/a/{party}/utkast/{instance}/oversikt", get_overview);
  routes.of_party(Method::post, "/a/{party}/utkast/{instance}/send", send);
  routes.of_party(Method::post, "/a/{party}/utkast/{instance}/slett", throw_away);
  routes.of_party(Method::get, "/a/{party}/utkast/{instance}/vedlegg/{element}", get_draft_attachment);
}

}  // namespace alting::portal
