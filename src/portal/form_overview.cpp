// The overview before sending: what is answered, what is missing, and the ways to send the draft or throw it away.
#include <charconv>

#include "base/size.h"
#include "portal/form_pages.h"
#include "portal/form_work.h"
#include "portal/words.h"

namespace alting::portal {

using base::ErrorKind;
using html::el;
using html::text;

namespace {

std::string page_of(const forms::App& app, const forms::Surroundings& around, const forms::Issue& issue) {
  if (!issue.page.empty()) return issue.page;
  const auto pages = app.pages(around);
  return pages.empty() ? "" : pages.front().first;
}

Html answers(const FormView& view, const Work& work) {
  Html all;
  std::string page;
  std::vector<ui::Term> terms;
  std::string title;
  const auto flush = [&] {
    if (page.empty() || terms.empty()) return;
    all += el("section", {{"class", "overview-page"}},
              el("div", {{"class", "overview-head"}},
                 ui::heading(2, title) + ui::link(view.t("overview.change", {{"page", title}}),
                                                  work.path(view, "/side/" + page + "?fra=oversikt"))) +
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

Html files(const FormView& view, const Work& work) {
  Html content = ui::heading(2, view.t("overview.attachments"));
  if (work.draft.attachments.empty()) return content + ui::paragraph(view.t("upload.none"));
  std::vector<Html> items;
  for (const auto& one : work.draft.attachments) {
    Html line = text(one.file_name + " (" + base::size_in_words(one.size, view.language) + ")");
    if (one.scan == "unscanned") line += text(" ") + ui::tag(view.t("upload.unscanned"), ui::Color::neutral);
    items.push_back(line);
  }
  return content + ui::list(items);
}

Response show_overview(FormView& view, const Work& work, const std::vector<forms::Issue>& refused, int status) {
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
      const auto field = !issue.path.empty()        ? "#" + ui::field_id(issue.path)
                         : !issue.component.empty() ? "#" + upload_id(issue.component)
                                                    : std::string();
      errors.push_back(
          {work.path(view, "/side/" + page_of(*work.app, around, issue)) + "?fra=oversikt" + field, message});
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
                    .with_error = !errors.empty(),
                    .aside = steps(view, work, "oversikt") + deadline_box(view, work),
                    .status = status},
                   content);
}

Response get_overview(FormView& view) {
  const auto work = open_work(view, terms::Action::write);
  if (!work) return refused(view, work.error());
  return show_overview(view, *work, {}, 200);
}

Response send(FormView& view) {
  const auto id = terms::InstanceId::parse(view.request.value("instance"));
  if (!id) return view.fail(base::make_error(ErrorKind::not_found, "error.instance.not_found"));
  const auto at = view.uses.instances.locate(view.party->id, *id);
  if (!at) return view.fail(at.error());
  const auto receipt = view.at_party("/sak/" + id->text() + "/kvittering");
  // A POST that comes again when the form is already sent gets the first answer: the receipt.
  if (at->state != instances::State::draft) {
    const auto may_read = allow(view, view.uses.instances, "instance", terms::Action::read);
    return may_read ? web::redirect(receipt) : view.fail(may_read.error());
  }
  const auto allowed = allow(view, view.uses.instances, "instance", terms::Action::complete);
  if (!allowed) return view.fail(allowed.error());
  std::int64_t version = -1;
  const auto given = view.request.form_value("version");
  std::from_chars(given.data(), given.data() + given.size(), version);
  const auto outcome = view.uses.instances.submit(allowed->permit, view.language, view.request.received, version,
                                                  view.request.form_value("once"));
  if (!outcome) return refused(view, outcome.error());
  if (const auto* refusal = std::get_if<instances::SubmitRefusal>(&*outcome)) {
    const auto work = open_work(view, terms::Action::write);
    if (!work) return view.fail(work.error());
    return show_overview(view, *work, refusal->issues, 422);
  }
  return web::redirect(receipt);
}

Response throw_away(FormView& view) {
  const auto inbox = view.after_post(view.at_party("/innboks"));
  const auto once = view.request.form_value("once");
  // A POST that comes again when the draft is gone gets the first answer.
  if (view.site.was_done(once, view.actor(), instances::draft_discarded)) return web::redirect(inbox);
  const auto allowed = allow(view, view.uses.instances, "instance", terms::Action::remove);
  if (!allowed) return view.fail(allowed.error());
  const auto done = view.uses.instances.discard(allowed->permit, view.request.received, once);
  if (!done) return view.fail(done.error());
  return web::redirect(inbox);
}

}  // namespace

PageSet overview_pages(const FormUses& uses) {
  return {.name = "overview",
          .menu_entry = "forms",
          .routes = {party_page(Method::get, "/a/{party}/utkast/{instance}/oversikt", with(uses, get_overview)),
                     party_page(Method::post, "/a/{party}/utkast/{instance}/send", with(uses, send)),
                     party_page(Method::post, "/a/{party}/utkast/{instance}/slett", with(uses, throw_away))},
          .words = {"overview.title"}};
}

}  // namespace alting::portal
