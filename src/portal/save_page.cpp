#include "portal/save_page.h"

#include <algorithm>

#include "portal/fill_page.h"
#include "portal/form_asides.h"
#include "portal/form_conflicts.h"
#include "portal/form_files.h"
#include "portal/form_flow.h"
#include "portal/form_render.h"

namespace alting::portal {

using html::el;

namespace {

Html stop_alert(const base::RichText& title, const forms::StopView& stop) {
  return ui::alert({.color = ui::Color::danger, .title = title, .body = html::blocks(stop.body), .urgent = true});
}

// A stop of the form holds: nothing was saved, and the page says why.
Response stop_page(FormView& view, OpenForm& form, const std::string& back) {
  const auto& stops = form.reading().stops();
  Html content;
  for (const auto& stop : stops) {
    content += ui::heading(1, stop.title);
    content += stop_alert(view.t("form.stop.nothing_saved"), stop);
  }
  content += ui::button_row(ui::button_link(view.t("form.stop.back"), back, ui::Variant::secondary) +
                            ui::button_link(view.t("form.stop.leave"), view.addresses().inbox()));
  return view.show({.title = stops.empty() ? form.app().title(view.language) : stops.front().title.plain(),
                    .in_menu = false,
                    .with_error = true,
                    .status = 422},
                   content);
}

void mark_theirs(const View& view, const instances::Draft& before, const std::vector<forms::Path>& paths,
                 FieldState& state) {
  state.theirs.insert(paths.begin(), paths.end());
  state.theirs_words = view.t(before.saved_by_me ? "form.theirs_me" : "form.theirs");
}

// What was posted, read; nothing of it when the page was made for another person, or when it is no page of this form.
struct Received {
  OpenForm form;
  PagePost post;
};
base::Result<Received> receive(const FormView& view, bool keep_for_another) {
  ALTING_CHECK(view.made_for_me(keep_for_another));
  ALTING_TRY(form, OpenForm::open(view, view.uses.drafts, terms::Action::write));
  ALTING_TRY(post, read_page_post(form.app(), view.request));
  return Received{std::move(form), std::move(post)};
}

base::Result<instances::SaveOutcome> save(const FormView& view, Received& received) {
  auto& [form, post] = received;
  return view.uses.drafts.save(form.permit(), form.draft(), form.reading(), post.answers, post.seen);
}

base::Status detach(const FormView& view, const Received& received) {
  return take_away_file(view.uses.attachments, received.form.permit(), received.post.detach);
}

bool has_faults(const View& view, const OpenForm& form, const forms::PageView& page, const FieldState& state) {
  const auto& data = form.draft().data;
  return !render_form_page(view, page, data, without_what_is_missing(state, data)).errors.empty();
}

// Where one comes from a page that is saved and has nothing wrong.
std::string address_after(const View& view, OpenForm& form, const std::string& page, const PagePost& post) {
  if (post.go == Go::close) return view.addresses().inbox(inbox::Folder::work);
  const auto& pages = form.reading().pages();
  if (post.go == Go::page && is_walked(form.reading().rest_pages(), post.where))
    return with_query(form.addresses().page(post.where), {{parameter::from, parameter::first_page}});
  if (post.go == Go::next && from_first_page(view) && !is_walked(pages, page) && !pages.empty())
    return form.addresses().page(pages.front().id);
  const auto next = page_after(pages, page, post.go);
  return next ? with_origin(view, form.addresses().page(*next)) : form.addresses().overview();
}

// What is done once what was typed is saved: another way is gone, or one's own contact is filled in. Whether it found what
// was asked for: a contact may be registered nowhere.
base::Result<bool> do_besides(const FormView& view, const Received& received) {
  const auto& [form, post] = received;
  auto& drafts = view.uses.drafts;
  const auto& request = view.request;
  const auto once = request.form_value("once");
  if (post.go == Go::way) {
    ALTING_CHECK(drafts.go_way(form.permit(), post.where, request.received, once));
    return true;
  }
  if (!post.my_contact) return true;
  ALTING_TRY(filled, drafts.use_my_contact(form.permit(), request.received, once));
  return filled > 0;
}

// Only what looks different now is replaced, so that a field one is typing in stays as it is; when fields came or went,
// also by another's hand, all are. `said`: what is read aloud then.
Html changed_boxes(const RenderedPage& before, const RenderedPage& after, const std::set<forms::Path>& by_others,
                   const std::string& said) {
  const auto same_id = [](const auto& a, const auto& b) {
    return a.first == b.first && a.second.empty() == b.second.empty();
  };
  if (has_moved_rows(by_others) ||
      !std::equal(before.boxes.begin(), before.boxes.end(), after.boxes.begin(), after.boxes.end(), same_id)) {
    html::Attributes attributes{{"id", "form-fields"}};
    if (!said.empty()) attributes.push_back({"data-said", said});
    return el("div", attributes, after.fields);
  }
  Html changed;
  for (std::size_t i = 0; i < after.boxes.size(); ++i) {
    if (before.boxes[i].second.markup() != after.boxes[i].second.markup()) changed += after.boxes[i].second;
  }
  return changed;
}

Response stopped_fragment(FormView& view, OpenForm& form) {
  Html notice;
  for (const auto& stop : form.reading().stops()) notice += stop_alert(stop.title, stop);
  return view.with_cookies(ui::fragment(ui::saved_alert(notice), 422));
}

Html hidden_field(std::string_view name, const std::string& value) {
  return el("input", {{"type", "hidden"}, {"id", std::string(name)}, {"name", std::string(name)}, {"value", value}});
}

}  // namespace

Response save_page(FormView& view) {
  auto received = receive(view, true);
  if (!received) return view.fail(received.error());
  auto& [form, post] = *received;
  const std::string page(view.request.value(place::page));
  auto saved = save(view, *received);
  if (!saved) return view.fail(saved.error());
  view.forget_kept(view.request.path);
  std::optional<std::set<std::string>> shown_before;
  if (post.go == Go::next) {
    if (const auto& page_before = form.reading().page(page)) shown_before = components_of(*page_before);
  }
  const auto before = form.take(std::move(saved->draft));
  if (saved->stopped) return stop_page(view, form, form.addresses().page(page));

  auto state = field_state(form.draft(), form.reading(), saved->issues, forms::When::save);
  mark_theirs(view, before, saved->theirs, state);
  const int files_status = take_files(view, view.uses.attachments, form.permit(), state);
  if (const auto gone = detach(view, *received); !gone) return view.fail(gone.error());
  // Of the answers as they are saved: files that came and went just now change nothing that is asked of it here.
  const auto& page_now = form.reading().page(page);
  Html alerts;
  if (page_now) alerts = tell_conflicts(view, form, post, before, *page_now, saved->conflicts, state);
  // What is known to be wrong on this page is mended before one goes on, also when it was typed some time ago.
  const bool faulty = post.go == Go::next && page_now && has_faults(view, form, *page_now, state);
  if (files_status != 200 || !saved->conflicts.empty() || faulty) {
    if (auto again = view.uses.drafts.open(form.permit())) form.take(std::move(*again));
    const int status = !saved->conflicts.empty() ? 409 : files_status == 200 ? 422 : files_status;
    auto answer = show_again(view, form, page, state, alerts, status);
    if (status == 503) answer.headers.emplace_back("Retry-After", "5");
    return answer;
  }
  if (shown_before && page_now && new_questions(*shown_before, *page_now) > 0) {
    return web::redirect(
        with_origin(view, with_query(form.addresses().page(page), {{parameter::notice, parameter::new_questions}})));
  }
  const auto found = do_besides(view, *received);
  if (!found) return view.fail(found.error());
  if (post.go == Go::way) return web::redirect(form.addresses().start());
  if (!*found)
    return web::redirect(
        with_origin(view, with_query(form.addresses().page(page), {{parameter::notice, parameter::no_contact}})));
  auto address = address_after(view, form, page, post);
  const auto where = post.go == Go::stay ? place_on_page(post, form.draft().data, before.attachments) : std::string();
  return web::redirect(where.empty() ? address : address + "#" + where);
}

Response autosave(FormView& view) {
  // Of these fields alone nothing is kept for whom the page was made for: they are some of its fields only.
  auto received = receive(view, false);
  if (!received) return view.fail(received.error());
  auto& [form, post] = *received;
  const std::string page_id(view.request.value(place::page));
  auto saved = save(view, *received);
  if (!saved) return view.fail(saved.error());
  // What could not be put back into its fields stays on the page until one goes on.
  if (!saved->stopped && post.restored) view.forget_kept(form.addresses().page(page_id));
  RenderedPage shown_before;
  std::set<std::string> questions_before;
  if (const auto& page_before = form.reading().page(page_id)) {
    auto state_before = field_state(form.draft(), form.reading(), {}, told_when(view));
    state_before.contact_at = post.contact_at;
    shown_before = render_form_page(view, *page_before, form.draft().data, state_before);
    questions_before = components_of(*page_before);
  }
  // These are marked as theirs, which makes them look different.
  const auto by_others = changed_since(instances::seen_of_form(form.app(), post.seen), form.draft());
  const auto before = form.take(std::move(saved->draft));
  const auto& stored = form.reading().page(page_id);
  if (!stored) return view.fail(stored.error());
  if (saved->stopped) return stopped_fragment(view, form);
  const bool met = !saved->conflicts.empty();
  auto state = field_state(form.draft(), form.reading(), saved->issues, told_when(view));
  state.theirs.insert(by_others.begin(), by_others.end());
  state.contact_at = post.contact_at;
  mark_theirs(view, before, saved->theirs, state);
  const auto alerts = tell_conflicts(view, form, post, before, *stored, saved->conflicts, state);
  const auto page = form.reading().page(page_id, state.typed);
  if (!page) return view.fail(page.error());
  const auto rendered = render_form_page(view, *page, form.draft().data, state);
  Html answer = ui::saved_state(met ? view.t("form.conflict_short") : saved_words(view, form.draft()));
  answer += el("div", {{"id", "form-notices"}}, alerts);
  answer += hidden_field(page_field::version, std::to_string(form.draft().version));
  answer += hidden_field(page_field::seen, rendered.seen);
  const auto came = new_questions(questions_before, *page);
  answer += changed_boxes(shown_before, rendered, by_others,
                          came == 0 ? std::string() : view.plural("form.new_questions_below", came));
  answer += missing_words(view, form, *page);
  answer += deadline_box(view, form) + deadline_in_line(view, form);
  return view.with_cookies(ui::fragment(answer, met ? 409 : 200));
}

}  // namespace alting::portal
