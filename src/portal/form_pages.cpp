// Filling in: the pages of a form and what they post.
#include "base/text.h"
#include "instances/draft_content.h"
#include "portal/form_conflicts.h"
#include "portal/form_files.h"
#include "portal/form_kept.h"

namespace alting::portal {

using base::ErrorKind;
using html::el;
using html::text;

namespace {

constexpr std::string_view restored_field = "keep:restored";

ui::Form page_form(FormView& view, const Work& work, const std::string& page, const std::string& seen) {
  auto form = view.kept_form(with_origin(view, work.path(view, "/side/" + page)));
  form.enter = ui::Button{.label = view.t("form.next"), .name = "go", .value = "next"};
  form.id = "form-page";
  form.multipart = true;
  form.autosave = with_origin(view, work.path(view, "/side/" + page + "/lagre"));
  form.saved_text = view.t("form.saved_now");
  form.saving_text = view.t("form.saving");
  form.offline_text = view.t("form.offline");
  form.offline_next_text = view.t("form.offline_next");
  form.busy_text = view.t("form.busy");
  form.broken_text = view.t("form.broken");
  form.conflict_text = view.t("form.conflict_short");
  form.hidden.emplace_back("version", std::to_string(work.draft.version));
  form.hidden.emplace_back("seen", seen);
  return form;
}

// Empty answers stop nobody, but one is told before one goes on.
Html missing_words(const FormView& view, const Work& work, std::string_view page) {
  const auto faults = faults_before_sending(work);
  const auto count = std::count_if(faults.begin(), faults.end(), [&](const auto& one) {
    return one.severity == forms::Severity::error && one.code == "required" && one.page == page;
  });
  return el("p", {{"id", "form-missing"}, {"class", "form-missing"}, {"hidden", count == 0}},
            count == 0 ? Html() : text(view.plural("form.missing", count)));
}

forms::When told_when(const FormView& view) { return from_overview(view) ? forms::When::submit : forms::When::save; }

// `restored`: what was typed before a login, and is saved nowhere yet.
Response show_page(FormView& view, const Work& work, const std::string& page_id, const FieldState& state,
                   const Html& notices, int status, const Restored* restored = nullptr) {
  const auto page = page_with_typed(work, page_id, state);
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
  if (work.around.supplement || from_overview(view))  // one may have only a sentence to add
    buttons += ui::button({.label = view.t(from_overview(view) ? "form.back_to_overview" : "form.to_overview"),
                           .variant = ui::Variant::secondary,
                           .name = "go",
                           .value = "overview",
                           .no_validate = true});
  buttons += ui::button({.label = view.t("form.close"),
                         .variant = ui::Variant::tertiary,
                         .name = "go",
                         .value = "close",
                         .no_validate = true});
  fields += missing_words(view, work, page_id) + ui::button_row(buttons);

  Html content = el("p", {{"class", "form-service"}}, text(work.app->title(view.language)));
  content += ui::heading(1, page->title);
  if (restored != nullptr)  // read out and in view after the login, unless there is something to correct
    content += el("div", {{"id", "form-restored"}, {"tabindex", "-1"}, {"autofocus", rendered.errors.empty()}},
                  restored->notice);
  content += el("div", {{"id", "form-notices"}}, notices);
  if (!rendered.errors.empty()) content += ui::error_summary(view.t("form.errors"), rendered.errors);
  content += ui::saved_state(saved_words(view, work.draft));
  const bool in_place = restored != nullptr && !restored->seen.empty();
  auto form = page_form(view, work, page_id, in_place ? restored->seen : rendered.seen);
  form.restored = in_place;
  if (in_place) form.hidden.emplace_back(restored_field, "1");
  content += ui::post_form(form, fields);
  return view.show({.title = page->title.plain() + " – " + work.app->title(view.language),
                    .with_error = !rendered.errors.empty(),
                    .aside = steps(view, work, page_id) + deadline_box(view, work),
                    .status = status},
                   content);
}

void mark_theirs(const FormView& view, const instances::Draft& before, const std::vector<forms::Path>& paths,
                 FieldState& state) {
  state.theirs.insert(paths.begin(), paths.end());
  state.theirs_words = view.t(before.saved_by_me ? "form.theirs_me" : "form.theirs");
}

Response get_page(FormView& view) {
  auto work = open_work(view, terms::Action::write);
  if (!work) return refused(view, work.error());
  const auto restored = restore_kept(view, *work);
  const bool more = view.request.query_value("melding") == "nye";
  const Html notices = more ? ui::alert(ui::Color::info, view.t("form.new_questions")) : Html();
  return show_page(view, *work, std::string(view.request.value("page")),
                   state_of(*work, restored ? restored->issues : std::vector<forms::Issue>{}, told_when(view)), notices,
                   200, restored ? &*restored : nullptr);
}

Response stop_page(FormView& view, const Work& work, const std::vector<forms::StopView>& stops,
                   const std::string& back) {
  Html content;
  for (const auto& stop : stops) {
    content += ui::heading(1, stop.title);
    content += ui::alert({.color = ui::Color::danger,
                          .title = view.t("form.stop.nothing_saved"),
                          .body = html::blocks(stop.body),
                          .urgent = true});
  }
  content += ui::button_row(ui::button_link(view.t("form.stop.back"), back, ui::Variant::secondary) +
                            ui::button_link(view.t("form.stop.leave"), view.at_party("/innboks")));
  return view.show({.title = stops.empty() ? work.app->title(view.language) : stops.front().title.plain(),
                    .in_menu = false,
                    .with_error = true,
                    .status = 422},
                   content);
}

std::string next_page(const FormView& view, const Work& work, std::string_view current, std::string_view go) {
  if (go == "close") return view.at_party("/innboks");
  if (go == "overview") return work.path(view, "/oversikt");
  const auto pages = work.app->pages(work.around);
  const auto at = std::find_if(pages.begin(), pages.end(), [&](const auto& page) { return page.first == current; });
  auto page = std::string(current);
  if (go == "next") {
    if (at == pages.end() || std::next(at) == pages.end()) return work.path(view, "/oversikt");
    page = std::next(at)->first;
  } else if (go == "previous") {
    page = at == pages.begin() || at == pages.end() ? pages.front().first : std::prev(at)->first;
  }
  return with_origin(view, work.path(view, "/side/" + page));
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

// Where the page is to be shown again: the row that came, the list one went from, the files.
std::string place_of(const FormView& view, const Work& work, const std::vector<instances::Attachment>& before) {
  for (const auto& [name, value] : view.request.form) {
    if (name.starts_with("add-row:")) {
      const auto list = name.substr(8);
      const auto* rows = instances::find_path(work.draft.data, list);
      const auto count = rows == nullptr || !rows->is_array() ? 0 : rows->items().size();
      return "#" + ui::field_id(count == 0 ? list : fmt::format("{}[{}]", list, count - 1));
    }
    if (name.starts_with("remove-row:")) return "#" + ui::field_id(name.substr(11, name.rfind('[') - 11));
    if (name == "restore-row") return "#" + ui::field_id(value);
    if (name == "upload") return "#" + upload_id(value);
    if (name != "detach") continue;
    for (const auto& one : before)
      if (one.id.text() == value) return "#" + upload_id(one.data_type);
  }
  return {};
}

// Whether something that is typed cannot be right. What is empty stops nobody, also when a rule of the form asks for it.
bool has_faults(const FormView& view, const Work& work, const forms::PageView& page, const FieldState& state) {
  auto wrong = state;
  std::erase_if(wrong.errors, [&](const auto& error) {
    const auto& path = error.first;
    const auto is_typed = [&](const std::string& name) { return state.typed.contains(name); };
    return !path.starts_with("upload:") && instances::find_path(work.draft.data, path) == nullptr && !is_typed(path) &&
           !is_typed(path + ".date") && !is_typed(path + ".time") && !is_typed("later-date:" + path);
  });
  return !render_form_page(view, page, work.draft.data, wrong).errors.empty();
}

Response post_page(FormView& view) {
  if (const auto mine = view.made_for_me(true); !mine) return view.fail(mine.error());
  auto work = open_work(view, terms::Action::write);
  if (!work) return view.fail(work.error());
  const std::string page(view.request.value("page"));
  const auto go = view.request.form_value("go");
  const auto posted = read_posted(view.request);
  auto saved = view.uses.instances.save(work->allowed.permit, posted.fields, posted.seen, view.language);
  if (!saved) return view.fail(saved.error());
  view.forget_kept(view.request.path);
  const auto before = std::exchange(work->draft, std::move(saved->draft));
  const auto page_before = work->app->page(work->around, page);
  work->around = view.uses.instances.surroundings(work->draft, view.language, view.now());
  if (saved->stopped) return stop_page(view, *work, work->app->stops(work->around), work->path(view, "/side/" + page));

  auto state = state_of(*work, saved->issues);
  mark_theirs(view, before, saved->theirs, state);
  const int files_status = take_files(view, work->allowed.permit, state);
  if (const auto element = terms::DataElementId::parse(view.request.form_value("detach"))) {
    if (const auto gone = view.uses.instances.detach(work->allowed.permit, *element); !gone)
      return view.fail(gone.error());
  }
  const auto page_now = work->app->page(work->around, page);
  Html alerts;
  if (page_now) alerts = tell_conflicts(view, *work, before, *page_now, saved->conflicts, state);
  // What is known to be wrong on this page is mended before one goes on, also when it was typed some time ago.
  const bool faulty = go == "next" && page_now && has_faults(view, *work, *page_now, state);
  if (files_status != 200 || !saved->conflicts.empty() || faulty) {
    if (const auto again = view.uses.instances.open_draft(work->allowed.permit)) {
      work->draft = *again;
      work->around = view.uses.instances.surroundings(work->draft, view.language, view.now());
    }
    const int status = !saved->conflicts.empty() ? 409 : files_status == 200 ? 422 : files_status;
    auto answer = show_page(view, *work, page, state, alerts, status);
    if (status == 503) answer.headers.emplace_back("Retry-After", "5");
    return answer;
  }
  if (go == "next" && page_before && page_now && has_new_question(*page_before, *page_now)) {
    return web::redirect(with_origin(view, work->path(view, "/side/" + page + "?melding=nye")));
  }
  const auto place =
      posted.chosen.empty() ? place_of(view, *work, before.attachments) : "#" + ui::field_id(posted.chosen);
  return web::redirect(next_page(view, *work, page, go) + (go.empty() ? place : std::string()));
}

// What others have changed since the page was made that carried these fingerprints.
std::set<std::string> changed_since(const std::map<std::string, std::string>& seen, const instances::Draft& draft) {
  const instances::Fingerprints there(draft.data, draft.later);
  std::set<std::string> paths;
  for (const auto& [path, print] : seen) {
    if (there.at(path) != print) paths.insert(path);
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
Response autosave(FormView& view) {
  // Of these fields alone nothing is kept for whom the page was made for: they are some of its fields only.
  if (const auto mine = view.made_for_me(false); !mine) return view.fail(mine.error());
  auto work = open_work(view, terms::Action::write);
  if (!work) return view.fail(work.error());
  const std::string page_id(view.request.value("page"));
  const auto posted = read_posted(view.request);
  auto saved = view.uses.instances.save(work->allowed.permit, posted.fields, posted.seen, view.language);
  if (!saved) return view.fail(saved.error());
  // What could not be put back into its fields stays on the page until one goes on.
  const bool has_kept = !view.request.form_value(restored_field).empty();
  if (!saved->stopped && has_kept) view.forget_kept(view.request.path.substr(0, view.request.path.rfind('/')));
  const auto page_before = work->app->page(work->around, page_id);
  const auto shown_before =
      page_before ? render_form_page(view, *page_before, work->draft.data, state_of(*work, {}, told_when(view)))
                  : RenderedPage{};
  // These are marked as theirs, which makes them look different.
  const auto by_others = changed_since(instances::seen_of_form(*work->app, posted.seen), work->draft);
  const auto before = std::exchange(work->draft, std::move(saved->draft));
  work->around = view.uses.instances.surroundings(work->draft, view.language, view.now());
  auto page = work->app->page(work->around, page_id);
  if (!page) return view.fail(page.error());
  auto state = state_of(*work, saved->issues, told_when(view));
  state.theirs.insert(by_others.begin(), by_others.end());
  mark_theirs(view, before, saved->theirs, state);
  const auto alerts = tell_conflicts(view, *work, before, *page, saved->conflicts, state);
  if (!saved->conflicts.empty()) page = page_with_typed(*work, page_id, state);
  if (!page) return view.fail(page.error());
  const auto rendered = render_form_page(view, *page, work->draft.data, state);
  Html answer =
      ui::saved_state(saved->conflicts.empty() ? saved_words(view, work->draft) : view.t("form.conflict_short"));
  if (saved->stopped) {
    Html notice;
    for (const auto& stop : work->app->stops(work->around))
      notice +=
          ui::alert({.color = ui::Color::danger, .title = stop.title, .body = html::blocks(stop.body), .urgent = true});
    answer = el("div", {{"id", "saved-state"}, {"aria-live", "assertive"}}, notice);
    return view.with_cookies(ui::fragment(answer, 422));
  }
  answer += el("div", {{"id", "form-notices"}}, alerts);
  answer +=
      el("input",
         {{"type", "hidden"}, {"id", "version"}, {"name", "version"}, {"value", std::to_string(work->draft.version)}});
  answer += el("input", {{"type", "hidden"}, {"id", "seen"}, {"name", "seen"}, {"value", rendered.seen}});
  answer += changed_boxes(shown_before, rendered, by_others);
  answer += missing_words(view, *work, page_id);
  answer += deadline_box(view, *work);
  return view.with_cookies(ui::fragment(answer, saved->conflicts.empty() ? 200 : 409));
}

Response get_start(FormView& view) {
  const auto work = open_work(view, terms::Action::write);
  if (!work) return refused(view, work.error());
  const auto pages = work->app->pages(work->around);
  if (pages.empty()) return view.fail(base::make_error(ErrorKind::not_found, "error.app.not_found"));
  return web::redirect(work->path(view, "/side/" + pages.front().first));
}

Response get_draft_attachment(FormView& view) {
  const auto allowed = allow(view, view.uses.instances, "instance", terms::Action::read);
  const auto element = terms::DataElementId::parse(view.request.value("element"));
  if (!allowed) return view.fail(allowed.error());
  if (!element) return view.fail(base::make_error(ErrorKind::not_found, "error.instance.not_found"));
  const auto found = view.uses.instances.find_attachment(allowed->permit, *element);
  if (!found) return view.fail(found.error());
  return web::download(found->file_name, found->media_type, found->size,
                       [&instances = view.uses.instances, permit = allowed->permit, one = *found](const auto& write) {
                         const auto read = instances.read_attachment(permit, one, write);
                         if (!read) throw std::runtime_error("an attachment cannot be read");
                       });
}

}  // namespace

PageSet form_pages(const FormUses& uses) {
  const web::RouteLimits with_files{.body = 1024 * 1024, .upload = instances::largest_upload, .uploads = 10};
  const web::RouteLimits fields{.body = 1024 * 1024};
  return {
      .name = "forms",
      .menu_entry = "forms",
      .routes =
          {party_page(Method::get, "/a/{party}/utkast/{instance}", with(uses, get_start)),
           party_page(Method::get, "/a/{party}/utkast/{instance}/side/{page}", with(uses, get_page)),
           party_page(Method::post, "/a/{party}/utkast/{instance}/side/{page}", with(uses, post_page), with_files),
           party_page(Method::post, "/a/{party}/utkast/{instance}/side/{page}/lagre", with(uses, autosave), fields),
           party_page(Method::get, "/a/{party}/utkast/{instance}/vedlegg/{element}", with(uses, get_draft_attachment))},
      .elsewhere = {{.below = "/utkast/", .to = "/innboks"}},
      .words = {"form.next", "form.steps"}};
}

}  // namespace alting::portal
