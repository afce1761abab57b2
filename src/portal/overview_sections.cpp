#include "portal/overview_sections.h"

#include <algorithm>
#include <map>

#include "portal/answer_list.h"
#include "portal/form_uploads.h"

namespace alting::portal {

using html::el;
using html::text;

namespace {

using Errors = std::vector<const forms::Issue*>;

// One row of a page: an answer, and what is wrong with it.
struct OverviewRow {
  const forms::AnswerView* answer;
  Errors errors;
};
struct OverviewSection {
  std::string page;
  base::RichText title;
  bool walked = false;
  std::vector<OverviewRow> rows;
  Errors elsewhere;  // faults of the page that stand at no answer: a file that is missing
  [[nodiscard]] std::size_t fault_count() const {
    std::size_t count = elsewhere.size();
    for (const auto& row : rows) count += row.errors.size();
    return count;
  }
};

bool is_answered(const forms::AnswerView& answer) { return !answer.answer.empty() || answer.changed; }

// In their order: the pages that are walked, then the others.
std::vector<OverviewSection> sections_of(forms::Reading& to_send, const Errors& errors) {
  std::vector<OverviewSection> sections;
  for (const auto& [id, title] : to_send.pages()) sections.push_back({id, title, true, {}, {}});
  for (const auto& [id, title] : to_send.rest_pages()) sections.push_back({id, title, false, {}, {}});
  std::map<std::string, OverviewSection*, std::less<>> by_id;
  for (auto& section : sections) by_id.emplace(section.page, &section);
  std::map<std::string, Errors, std::less<>> at_path;
  for (const auto* issue : errors)
    if (!issue->path.empty()) at_path[issue->path].push_back(issue);
  for (const auto& answer : to_send.answers()) {
    const auto section = by_id.find(answer.page);
    if (section == by_id.end()) continue;
    OverviewRow row{&answer, {}};
    if (const auto found = at_path.find(answer.path); found != at_path.end())
      row.errors = std::exchange(found->second, {});
    // What is only promised stands where it is asked on the way one goes; else in the list of what comes later.
    if (is_answered(answer) || !row.errors.empty() || (answer.later && section->second->walked))
      section->second->rows.push_back(std::move(row));
  }
  for (const auto* issue : errors) {
    const bool told = !issue->path.empty() && at_path[issue->path].empty();
    const auto section = by_id.find(issue->page);
    if (!told && section != by_id.end()) section->second->elsewhere.push_back(issue);
  }
  return sections;
}

Html faults_of(const OpenForm& form, forms::Reading& to_send, const Errors& errors) {
  Html all;
  for (const auto* issue : errors)
    all += el("p", {{"class", "overview-hole"}}, ui::link(issue->message, fault_address(form, to_send, *issue)));
  return all;
}

Html rows_of(const View& view, const OpenForm& form, forms::Reading& to_send, const OverviewSection& section) {
  std::vector<ui::Term> terms;
  for (const auto& [answer, errors] : section.rows)
    terms.push_back({answer->label, answer_html(view, *answer) + faults_of(form, to_send, errors), {}});
  return (terms.empty() ? Html() : ui::description_list(terms)) + faults_of(form, to_send, section.elsewhere);
}

base::RichText summary_of(const View& view, const OverviewSection& section) {
  const auto faults = section.fault_count();
  if (faults == 0) return section.title;
  return section.title + base::RichText(" – " + view.plural("overview.holes", static_cast<std::int64_t>(faults)));
}

Html change_link(const View& view, const OpenForm& form, const OverviewSection& section) {
  return el("p", ui::link(view.t("overview.change", {{"page", section.title.plain()}}),
                          page_from_overview(form, section.page)));
}

}  // namespace

std::string page_from_overview(const OpenForm& form, std::string_view page) {
  return with_query(form.addresses().page(page), {{parameter::from, parameter::overview}});
}

std::string fault_address(const OpenForm& form, forms::Reading& to_send, const forms::Issue& issue) {
  auto page = issue.page;
  if (page.empty() && !to_send.pages().empty()) page = to_send.pages().front().id;
  const auto field = !issue.path.empty()        ? "#" + ui::field_id(issue.path)
                     : !issue.component.empty() ? "#" + upload_id(issue.component)
                                                : std::string();
  return page_from_overview(form, page) + field;
}

Html overview_sections(const View& view, const OpenForm& form, forms::Reading& to_send, const Errors& errors) {
  Html all;
  for (const auto& section : sections_of(to_send, errors)) {
    const bool faulty = section.fault_count() > 0;
    if (section.rows.empty() && !faulty) continue;
    all += ui::details(summary_of(view, section),
                       rows_of(view, form, to_send, section) + change_link(view, form, section), faulty);
  }
  return all;
}

Html addition_sections(const View& view, const OpenForm& form, forms::Reading& to_send, const Errors& errors) {
  std::vector<ui::Term> added;
  Html before, faults;
  for (const auto& section : sections_of(to_send, errors)) {
    std::vector<ui::Term> known;
    for (const auto& [answer, wrong] : section.rows) {
      const bool is_new = answer->changed || !wrong.empty() || form.app().is_about_supplement(answer->path);
      auto& terms = is_new ? added : known;
      terms.push_back({answer->label, answer_html(view, *answer) + faults_of(form, to_send, wrong), {}});
    }
    if (!known.empty()) before += ui::section(section.title, ui::description_list(known), 3);
    faults += faults_of(form, to_send, section.elsewhere);
  }
  Html all = ui::section(
      view.t("overview.adds"),
      (added.empty() ? ui::paragraph(view.t("overview.adds.nothing")) : ui::description_list(added)) + faults);
  if (!to_send.pages().empty())
    all += el("p", ui::link(view.t("overview.change", {{"page", to_send.pages().front().title.plain()}}),
                            page_from_overview(form, to_send.pages().front().id)));
  if (!before.empty()) all += ui::details(view.t("overview.stands_already"), before);
  return all;
}

Html promised_list(const View& view, const OpenForm& form, forms::Reading& to_send) {
  const auto& later = to_send.context().later;
  if (later.empty()) return {};
  std::map<std::string_view, const forms::AnswerView*> at_path;
  for (const auto& answer : to_send.answers()) at_path.emplace(answer.path, &answer);
  std::vector<Html> fields;
  for (const auto& promise : later) {
    const auto found = at_path.find(promise.path);
    const auto label = to_send.label(promise.path);
    Html line = found == at_path.end()
                    ? text(label)
                    : ui::link(label, page_from_overview(form, found->second->page) + "#" + ui::field_id(promise.path));
    if (!promise.expected.empty()) line += text(" – " + promise_in_words(view, promise.expected));
    fields.push_back(std::move(line));
  }
  // What was confirmed, in the form's own words, and where that is done.
  Html confirmed;
  if (const auto sentence = at_path.find(form.app().facts().later_sentence_path);
      sentence != at_path.end() && !sentence->first.empty() && !sentence->second->answer.empty()) {
    const auto& answer = *sentence->second;
    confirmed = el("blockquote", html::lines(answer.answer)) +
                el("p", ui::link(view.t("overview.change", {{"page", answer.label}}),
                                 page_from_overview(form, answer.page) + "#" + ui::field_id(answer.path)));
  }
  const bool automatic = std::ranges::any_of(later, &forms::Later::automatic);
  return ui::alert({.color = ui::Color::info,
                    .title = view.plural("overview.later", static_cast<std::int64_t>(later.size())),
                    .body = confirmed + (automatic ? ui::paragraph(view.t("overview.later_automatic")) : Html()) +
                            ui::details(view.t("overview.later_list"), ui::list(fields))});
}

}  // namespace alting::portal
