#include "portal/what_now.h"

#include <algorithm>
#include <map>

#include "forms/path.h"
#include "portal/answer_list.h"
#include "portal/service_parts.h"
#include "portal/words.h"

namespace alting::portal {

using html::el;
using html::text;

namespace {

constexpr std::size_t most_shown_open = 8;  // fields that remain; more are folded

forms::Reading reading_now(const View& view, const forms::App& app, const instances::Matter& matter) {
  return app.read(instances::context_of(matter, view.language, view.now()));
}

// Shown, to be copied by hand or by the button, and as a file.
Html text_to_copy(const View& view, const std::string& words, const std::string& address) {
  return ui::details(view.t("task.text"),
                     el("blockquote", {{"class", "to-copy"}}, html::lines(words)) +
                         ui::button_row(ui::copy_button(view.t("task.copy"), words, view.t("task.copied")) +
                                        ui::button_link(view.t("task.download"), address, ui::Variant::secondary)));
}

Html tasks_of(const View& view, forms::Reading& reading, const MatterAddresses& at) {
  Html all;
  std::size_t number = 0;
  for (const auto& task : reading.tasks()) {
    Html body = ui::heading(3, task.title) + ui::prose(html::blocks(task.body));
    if (task.template_text) body += text_to_copy(view, task.template_text->plain(), at.task_text(number++));
    all += el("div", {{"class", "task"}}, body);
  }
  return all;
}

// Of what was promised without a day of its own: the day that was given for the rest, or that it cannot wait.
std::string day_of_the_rest(const View& view, const forms::App& app, const forms::Reading& reading) {
  const auto& path = app.facts().later_date_path;
  const auto* day = path.empty() ? nullptr : forms::value_at(reading.context().data, path);
  if (day == nullptr || !base::is_date(day->text_or(""))) return view.t("matter.open.no_day");
  return view.t("matter.open.rest_day", {{"date", base::date_in_words(day->text_or(""), view.language)}});
}

Html way_to_add(View& view, const forms::App& app, const terms::InstanceId& notice) {
  auto form = view.form(view.addresses().start_service(app.facts().id), true);
  form.hidden.emplace_back(start_field::choice, notice.text());
  return ui::post_form(form, ui::button_row(ui::button({.label = view.t("matter.add")})));
}

}  // namespace

Html what_remains(const View& view, const forms::App& app, forms::Reading& reading,
                  const std::vector<forms::Later>& later) {
  if (later.empty()) return {};
  std::map<std::string_view, std::size_t> place;
  const auto& answers = reading.answers();
  for (std::size_t i = 0; i < answers.size(); ++i) place.emplace(answers[i].path, i);
  // In the order of the form; what no page shows any more stands last.
  std::multimap<std::size_t, const forms::Later*> in_order;
  for (const auto& one : later) {
    const auto found = place.find(one.path);
    in_order.emplace(found == place.end() ? answers.size() : found->second, &one);
  }
  std::vector<std::pair<std::string, std::vector<Html>>> pages;
  for (const auto& [at, one] : in_order) {
    const auto page = at < answers.size() ? answers[at].page_title : std::string();
    if (pages.empty() || pages.back().first != page) pages.emplace_back(page, std::vector<Html>{});
    const auto day = one->expected.empty() ? std::string() : " – " + promise_in_words(view, one->expected);
    pages.back().second.push_back(text(reading.label(one->path) + day));
  }
  Html fields;
  for (const auto& [page, of_page] : pages) fields += el("p", el("strong", text(page))) + ui::list(of_page);
  const bool undated = std::ranges::any_of(later, [](const auto& one) { return one.expected.empty(); });
  return ui::details(view.t("overview.later_list"), fields, later.size() <= most_shown_open) +
         (undated ? ui::paragraph(day_of_the_rest(view, app, reading)) : Html());
}

Html what_now(View& view, const forms::App& app, const instances::Matter& matter, bool may_add) {
  const auto& notice = matter.submissions.front();
  const auto at = view.addresses().matter(notice.at.id);
  auto reading = reading_now(view, app, matter);
  Html all = tasks_of(view, reading, at);
  if (!matter.later.empty())
    all += ui::paragraph(view.plural("receipt.open_fields", static_cast<std::int64_t>(matter.later.size()))) +
           what_remains(view, app, reading, matter.later);
  if (all.empty()) all = ui::paragraph(view.t("receipt.nothing_now"));
  if (may_add) all += way_to_add(view, app, notice.at.id);
  return all;
}

std::optional<std::string> text_to_begin_from(const View& view, const forms::App& app, const instances::Matter& matter,
                                              std::size_t number) {
  auto reading = reading_now(view, app, matter);
  for (const auto& task : reading.tasks()) {
    if (!task.template_text) continue;
    if (number-- == 0) return task.template_text->plain();
  }
  return std::nullopt;
}

}  // namespace alting::portal
