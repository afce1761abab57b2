#include "portal/form_paper.h"

#include <functional>

#include "base/size.h"
#include "paper/render_pdf.h"
#include "portal/answer_list.h"

namespace alting::portal {

namespace {

std::string time_in_words(const Spoken& view, base::Instant at) {
  return base::format_local(at, base::TimeStyle::full, view.language);
}

paper::KeyValues sent_facts(const Spoken& view, const forms::App& app, const instances::Submission& s) {
  return {{{view.t("receipt.what"), s.supplement ? view.t("receipt.addition") : view.t("receipt.notice")},
           {view.t("receipt.reference"), s.archive_reference},
           {view.t("receipt.sent"), time_in_words(view, s.received_at)},
           {view.t("receipt.server_time"), base::to_rfc3339(s.received_at)},
           {view.t("receipt.for"), s.party_name},
           {view.t("receipt.by"), s.sender_name},
           {view.t("receipt.to"), app.controller(view.language).name}}};
}

// The answers under the titles of their pages; of a page only those that `is_in`.
void add_answers(paper::Document& document, const Spoken& view, const std::vector<forms::AnswerView>& answers,
                 const std::function<bool(const forms::AnswerView&)>& is_in) {
  for (const auto& page : by_page(answers)) {
    paper::KeyValues values;
    for (const auto* answer : page.answers) {
      if (!is_in(*answer)) continue;
      auto words = answer->answer;
      if (answer->later) words += (words.empty() ? "" : " – ") + promise_in_words(view, answer->expected);
      if (words.empty()) words = view.t("overview.empty");
      values.rows.emplace_back(answer->label, std::move(words));
    }
    if (values.rows.empty()) continue;
    document.blocks.emplace_back(paper::Heading{2, page.title});
    document.blocks.emplace_back(std::move(values));
  }
}

void add_changes(paper::Document& document, const Spoken& view, const forms::App& app,
                 const instances::Submission& addition) {
  const auto answers = base::Json::object();  // this paper is of the addition alone
  if (const auto words = addition.document.text("text"); !words.empty()) {
    document.blocks.emplace_back(paper::Heading{2, view.t("matter.added_text")});
    document.blocks.emplace_back(paper::Paragraph{std::string(words)});
  }
  if (auto about = about_in_words(view, app, addition, answers); !about.empty())
    document.blocks.emplace_back(paper::KeyValues{std::move(about)});
  paper::Table table{{view.t("matter.field"), view.t("matter.before"), view.t("matter.after")}, {}};
  for (auto& one : changes_in_words(view, app, addition, answers))
    table.rows.push_back({std::move(one.label), std::move(one.before), std::move(one.after)});
  if (!table.rows.empty()) document.blocks.emplace_back(std::move(table));
}

// `with_digests`: of what was sent, so that it can be proved.
void add_files(paper::Document& document, const Spoken& view, const std::vector<instances::Attachment>& files,
               bool with_digests) {
  if (files.empty()) return;
  document.blocks.emplace_back(paper::Heading{2, view.t("overview.attachments")});
  paper::Table table{{view.t("upload.name"), view.t("upload.size")}, {}};
  if (with_digests) table.headers.emplace_back("SHA-256");
  for (const auto& one : files) {
    table.rows.push_back({one.file_name, base::size_in_words(one.size, view.language)});
    if (with_digests) table.rows.back().push_back(base::to_hex(one.digest));
  }
  document.blocks.emplace_back(std::move(table));
}

}  // namespace

std::string submission_pdf(const Spoken& view, std::string_view publisher, const forms::App& app,
                           const instances::Submission& submission) {
  const auto title = app.title(view.language);
  paper::Document document{.language = view.language,
                           .title = title + " – " + submission.archive_reference,
                           .publisher = std::string(publisher),
                           .at = submission.received_at,
                           .footer = title + " – " + submission.archive_reference,
                           .blocks = {},
                           .attachments = {}};
  document.blocks.emplace_back(paper::Heading{1, title});
  document.blocks.emplace_back(sent_facts(view, app, submission));
  document.blocks.emplace_back(paper::KeyValues{{{view.t("receipt.digest"), base::to_hex(submission.digest)}}});
  if (submission.supplement) {
    add_changes(document, view, app, submission);
  } else {
    auto reading =
        app.read(instances::context_of(instances::matter_of(submission), view.language, submission.received_at));
    add_answers(document, view, reading.answers(), [](const auto&) { return true; });
  }
  add_files(document, view, submission.attachments, true);
  return paper::render_pdf(document);
}

std::string draft_pdf(const View& view, instances::DraftCopy& copy) {
  const auto& draft = copy.draft;
  const auto title = view.t("draft.copy.title", {{"form", draft.app->title(view.language)}});
  paper::Document document{.language = view.language,
                           .title = title,
                           .publisher = view.site.run_by.name,
                           .at = copy.made_at,
                           .footer = title,
                           .blocks = {},
                           .attachments = {}};
  document.blocks.emplace_back(paper::Heading{1, title});
  document.blocks.emplace_back(
      paper::Paragraph{view.t("draft.copy.text", {{"agency", draft.app->controller(view.language).name}})});
  document.blocks.emplace_back(paper::KeyValues{{{view.t("receipt.for"), copy.party_name},
                                                 {view.t("draft.copy.saved"), time_in_words(view, draft.saved_at)},
                                                 {view.t("draft.copy.made"), time_in_words(view, copy.made_at)}}});
  const bool is_addition = draft.at.parent.has_value();
  add_answers(document, view, copy.reading.answers(), [&](const forms::AnswerView& answer) {
    return !is_addition || answer.changed || draft.app->is_about_supplement(answer.path);
  });
  add_files(document, view, draft.attachments, false);
  return paper::render_pdf(document);
}

}  // namespace alting::portal
