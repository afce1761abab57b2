#include "portal/print_pages.h"

#include <algorithm>

#include "portal/other_ways.h"

namespace alting::portal {

using forms::ComponentKind;
using html::el;
using html::text;

namespace {

using PrintView = ViewOf<PrintUses>;

constexpr std::size_t longest_list = 40;  // choices; where there are more, one writes the answer

std::vector<std::string> marks_of(const View& view, const forms::PrintedQuestion& question) {
  std::vector<std::string> marks;
  if (question.sometimes) marks.push_back(view.t("printed.sometimes"));
  if (question.required && question.deferrable) marks.push_back(view.t("printed.deferrable"));
  if (question.required && !question.deferrable) marks.push_back(view.t("printed.required"));
  return marks;
}

// Boxes to tick, or room to write.
Html place_for_answer(const View& view, const forms::PrintedQuestion& question) {
  const bool chosen = question.kind == ComponentKind::radio || question.kind == ComponentKind::checkboxes ||
                      question.kind == ComponentKind::dropdown;
  if (chosen && !question.options.empty() && question.options.size() <= longest_list) {
    Html choices;
    for (const auto& option : question.options) {
      Html words = html::words(option.label, html::Links::dropped);
      if (!option.description.empty()) words += el("span", {{"class", "paper-note"}}, html::words(option.description));
      choices += el("li", el("span", {{"class", "paper-tick"}, {"aria-hidden", "true"}}), el("div", words));
    }
    const auto how = question.kind == ComponentKind::checkboxes ? "printed.tick_all" : "printed.tick_one";
    return el("p", {{"class", "paper-note"}}, text(view.t(how))) + el("ul", {{"class", "paper-choices"}}, choices);
  }
  if (question.kind == ComponentKind::upload) return el("p", {{"class", "paper-note"}}, text(view.t("printed.upload")));
  const bool long_text = question.kind == ComponentKind::text_area;
  return el("div", {{"class", long_text ? "paper-lines paper-lines-many" : "paper-lines"}});
}

Html question_on_paper(const View& view, const forms::PrintedQuestion& question, int level) {
  if (question.kind == ComponentKind::header) return ui::heading(level, question.title);
  if (question.kind == ComponentKind::paragraph) return ui::prose(html::blocks(question.body));
  Html all = question.title.empty() ? Html() : ui::heading(level, question.title);
  if (const auto marks = marks_of(view, question); !marks.empty())
    all += el("p", {{"class", "paper-note"}}, text(fmt::format("{}", fmt::join(marks, ". "))));
  if (!question.description.empty()) all += ui::prose(html::blocks(question.description));
  if (!question.help.empty()) all += ui::prose(html::blocks(question.help));
  if (question.kind == ComponentKind::repeating_group)
    all += el("p", {{"class", "paper-note"}}, text(view.t("printed.each")));
  const bool is_group = question.kind == ComponentKind::group || question.kind == ComponentKind::repeating_group;
  if (!is_group) all += place_for_answer(view, question);
  for (const auto& inside : question.questions) all += question_on_paper(view, inside, std::min(level + 1, 6));
  return el("div", {{"class", is_group ? "paper-question paper-group" : "paper-question"}}, all);
}

Response printed_form(PrintView& view) {
  const auto id = terms::AppId::make(view.request.value(place::org), view.request.value(place::app));
  const auto app = id ? view.uses.apps.find(*id) : nullptr;
  if (!app || app->messages_only())
    return view.fail(base::make_error(base::ErrorKind::not_found, "error.app.not_found"));
  const auto start = app->start(view.language);
  const auto title = view.t("printed.title", {{"form", start.title}});
  Html content = ui::heading(1, title);
  content += ui::ingress(view.t("printed.ingress", {{"agency", app->controller(view.language).name}}));
  if (!start.lead.empty()) content += ui::alert(ui::Color::info, start.lead);
  content += ui::paragraph(view.t("printed.how"));
  content += other_ways(view, *app);
  for (const auto& page : app->printed(view.language, view.now())) {
    Html questions =
        page.sometimes ? el("p", {{"class", "paper-note"}}, text(view.t("printed.sometimes_page"))) : Html();
    for (const auto& question : page.questions) questions += question_on_paper(view, question, 3);
    content += ui::section(page.title, questions);
  }
  return view.show({.title = title,
                    .crumbs = {{view.t("catalogue.title"), std::string(route::catalogue)},
                               {start.title, service_address(app->facts().id)},
                               {view.t("printed.crumb"), "", true}}},
                   content);
}

}  // namespace

PageSet print_pages(const PrintUses& uses) {
  return {.name = "print",
          .routes = {open_page(Method::get, route::printed_form, with(uses, printed_form))},
          .when_down = [known = std::make_shared<KnownWays>(uses.apps)](
                           const View& view) { return all_other_ways(view, *known); },
          .words = {"printed.title", "other_ways.title"}};
}

}  // namespace alting::portal
