#include "portal/answer_list.h"

#include "base/size.h"
#include "portal/words.h"

namespace alting::portal {

using html::el;
using html::text;

std::vector<AnswersOfPage> by_page(const std::vector<forms::AnswerView>& answers) {
  std::vector<AnswersOfPage> pages;
  for (const auto& answer : answers) {
    if (answer.answer.empty() && !answer.later && !answer.changed) continue;
    if (pages.empty() || pages.back().page != answer.page) pages.push_back({answer.page, answer.page_title, {}});
    pages.back().answers.push_back(&answer);
  }
  return pages;
}

std::string promise_in_words(const Spoken& view, std::string_view expected) {
  if (expected.empty()) return view.t("form.marker.later");
  return view.t("overview.later_on", {{"date", base::date_in_words(expected, view.language)}});
}

Html answer_html(const View& view, const forms::AnswerView& answer) {
  Html value = html::lines(answer.answer);
  if (answer.later) value += ui::tag(promise_in_words(view, answer.expected), ui::Color::info);
  if (answer.changed)
    value += el("p", {{"class", "answer-before"}},
                text(view.t("overview.before",
                            {{"before", answer.before.empty() ? view.t("overview.empty") : answer.before}})));
  return value;
}

Html answer_list(const View& view, forms::Reading& reading) {
  Html all;
  for (const auto& page : by_page(reading.answers())) {
    std::vector<ui::Term> terms;
    for (const auto* answer : page.answers) terms.push_back({answer->label, answer_html(view, *answer), {}});
    all += ui::section(page.title, ui::description_list(terms), 3);
  }
  return all;
}

std::vector<std::pair<std::string, std::string>> about_in_words(const Spoken& view, const forms::App& app,
                                                                const instances::Submission& addition,
                                                                const base::Json& answers) {
  std::vector<std::pair<std::string, std::string>> all;
  const auto& type_path = app.facts().supplement.type_path;
  if (const auto& type = addition.document["type"]; !type.is_null() && !type_path.empty())
    all.emplace_back(view.t("matter.kind"), app.in_words(view.language, type_path, type, answers));
  const auto& about = addition.document["about"];
  if (!about.is_object()) return all;
  for (const auto& [path, value] : about.members())
    all.emplace_back(app.label(view.language, path), app.in_words(view.language, path, value, answers));
  return all;
}

std::vector<ChangedAnswer> changes_in_words(const Spoken& view, const forms::App& app,
                                            const instances::Submission& addition, const base::Json& answers) {
  std::vector<ChangedAnswer> all;
  const auto in_words = [&](const std::string& path, const base::Json& value) {
    auto words = value.is_null() ? std::string() : app.in_words(view.language, path, value, answers);
    return words.empty() ? view.t("overview.empty") : words;
  };
  for (const auto& change : instances::changes_of(addition, app))
    all.push_back({app.label(view.language, change.path), in_words(change.path, change.before),
                   in_words(change.path, change.after)});
  return all;
}

Html open_fields(const View& view, const forms::App& app, const std::vector<forms::Later>& later, ui::Color color) {
  if (later.empty()) return {};
  std::vector<Html> fields;
  for (const auto& one : later) {
    auto words = app.label(view.language, one.path);
    if (!one.expected.empty()) words += " (" + promise_in_words(view, one.expected) + ")";
    fields.push_back(text(words));
  }
  return ui::alert({.color = color,
                    .title = view.plural("matter.open", static_cast<std::int64_t>(later.size())),
                    .body = ui::details(view.t("overview.later_list"), ui::list(fields))});
}

Html addition_body(const View& view, const forms::App& app, const instances::Submission& addition,
                   const base::Json& answers) {
  Html body;
  const auto words = addition.document.text("text");
  if (!words.empty()) body += el("blockquote", html::lines(words));
  std::vector<ui::Term> terms;
  for (const auto& [label, answer] : about_in_words(view, app, addition, answers))
    terms.push_back({label, text(answer), {}});
  if (!terms.empty()) body += ui::description_list(terms);
  std::vector<std::vector<Html>> rows;
  for (const auto& one : changes_in_words(view, app, addition, answers))
    rows.push_back({text(one.label), html::lines(one.before), html::lines(one.after)});
  if (rows.empty()) return body;
  return body + ui::table({.caption = view.t("matter.changed"),
                           .columns = {{.name = view.t("matter.field")},
                                       {.name = view.t("matter.before")},
                                       {.name = view.t("matter.after")}},
                           .rows = std::move(rows)});
}

Html attachment_links(const View& view, const forms::App& app, const instances::Submission& submission,
                      const AddressOfAttachment& address_of, std::vector<Html> links) {
  for (const auto& one : submission.attachments) {
    Html line = ui::link(view.t("receipt.download.attachment",
                                {{"name", one.file_name}, {"size", base::size_in_words(one.size, view.language)}}),
                         address_of(one.id));
    if (const auto kind = app.attachment_kind(view.language, one.data_type, one.tag); !kind.empty())
      line += text(" ") + ui::tag(kind, ui::Color::neutral);
    if (one.scan == "unscanned") line += text(" ") + ui::tag(view.t("upload.unscanned"), ui::Color::neutral);
    links.push_back(std::move(line));
  }
  return ui::list(links);
}

Html deadline_verdict(const View& view, const instances::Submission& submission) {
  if (!submission.deadline_at) return {};
  const auto& deadline = *submission.deadline_at;
  // Between the deadline and the end of the hour that the law counts, no reason is asked for: that is not late.
  const auto said = submission.late                      ? "receipt.late"
                    : view.now() < deadline              ? "receipt.in_time_ahead"
                    : submission.received_at <= deadline ? "receipt.in_time"
                                                         : "receipt.within_hour";
  return ui::alert(submission.late ? ui::Color::warning : ui::Color::success,
                   view.t(said, {{"deadline", base::format_local(deadline, base::TimeStyle::full, view.language)}}));
}

ui::TimelineEvent submission_event(const View& view, const forms::App& app, const instances::Submission& submission,
                                   const base::Json& answers, const AddressOfAttachment& address_of,
                                   std::vector<Html> links) {
  Html body = ui::paragraph(
      view.t("matter.sent_by", {{"name", submission.sender_name}, {"reference", submission.archive_reference}}));
  if (submission.supplement) body += addition_body(view, app, submission, answers);
  return {.when = base::format_local(submission.received_at, base::TimeStyle::full, view.language),
          .when_iso = base::to_rfc3339(submission.received_at),
          .title = submission.supplement ? view.t("matter.addition") : view.t("matter.notice"),
          .body = body + attachment_links(view, app, submission, address_of, std::move(links)),
          .color = submission.supplement ? ui::Color::info : ui::Color::accent};
}

}  // namespace alting::portal
