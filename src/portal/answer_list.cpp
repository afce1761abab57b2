#include "portal/answer_list.h"

#include "paper/render_pdf.h"

namespace alting::portal {

using html::el;
using html::text;

Html answer_list(const View& view, const forms::App& app, const forms::Surroundings& around) {
  Html all;
  std::vector<ui::Term> terms;
  std::string page, title;
  const auto flush = [&] {
    if (!terms.empty()) all += ui::section(title, ui::description_list(terms), 3);
    terms.clear();
  };
  for (const auto& answer : app.answers(around)) {
    if (answer.page != page) {
      flush();
      page = answer.page;
      title = answer.page_title;
    }
    if (answer.answer.empty() && !answer.later) continue;
    Html value = html::lines(answer.answer);
    if (answer.later)
      value += ui::tag(answer.expected.empty() ? view.t("form.marker.later")
                                               : view.t("overview.later_on", {{"date", answer.expected}}),
                       ui::Color::info);
    terms.push_back({answer.label, value, {}});
  }
  flush();
  return all;
}

Html addition_body(const View& view, const forms::App& app, const instances::Submission& addition) {
  Html body;
  const auto words = addition.document.text("text");
  if (!words.empty()) body += el("blockquote", html::lines(words));
  const auto& changes = addition.document["changes"];
  if (!changes.is_array() || changes.items().empty()) return body;
  std::vector<std::vector<Html>> rows;
  for (const auto& change : changes.items()) {
    const auto path = std::string(change.text("path"));
    const auto in_words = [&](const base::Json& value) {
      return value.is_null() ? std::string() : app.in_words(view.language, path, value);
    };
    rows.push_back({text(app.label(view.language, path)), html::lines(in_words(change["before"])),
                    html::lines(in_words(change["after"]))});
  }
  return body + ui::table({.caption = view.t("matter.changed"),
                           .hide_caption = false,
                           .columns = {{.name = view.t("matter.field")},
                                       {.name = view.t("matter.before")},
                                       {.name = view.t("matter.after")}},
                           .rows = std::move(rows)});
}

namespace {

paper::KeyValues sent_facts(const View& view, const forms::App& app, const instances::Submission& s) {
  return {{{view.t("receipt.what"), s.supplement ? view.t("receipt.addition") : view.t("receipt.notice")},
           {view.t("receipt.reference"), s.archive_reference},
           {view.t("receipt.sent"), base::format_local(s.received_at, base::TimeStyle::full, view.language)},
           {view.t("receipt.server_time"), base::to_rfc3339(s.received_at)},
           {view.t("receipt.for"), s.party_name},
           {view.t("receipt.by"), s.sender_name},
           {view.t("receipt.to"), app.controller(view.language).name}}};
}

paper::Document begin_document(const View& view, const forms::App& app, const instances::Submission& s,
                               std::string title) {
  paper::Document document;
  document.language = view.language;
  document.title = title + " – " + s.archive_reference;
  document.publisher = view.services.operator_name;
  document.at = s.received_at;
  document.footer = app.title(view.language) + " – " + s.archive_reference;
  document.blocks.emplace_back(paper::Heading{1, std::move(title)});
  document.blocks.emplace_back(sent_facts(view, app, s));
  return document;
}

}  // namespace

std::string submission_pdf(const View& view, const forms::App& app, const instances::Submission& submission) {
  auto document = begin_document(view, app, submission, app.title(view.language));
  document.blocks.emplace_back(paper::KeyValues{{{view.t("receipt.digest"), base::to_hex(submission.digest)}}});
  if (submission.supplement) {
    document.blocks.emplace_back(paper::Heading{2, view.t("matter.added_text")});
    document.blocks.emplace_back(paper::Paragraph{std::string(submission.document.text("text"))});
    paper::Table table{{view.t("matter.field"), view.t("matter.before"), view.t("matter.after")}, {}};
    const auto& changes = submission.document["changes"];
    for (std::size_t i = 0; i < changes.size(); ++i) {
      const auto path = std::string(changes[i].text("path"));
      const auto in_words = [&](const base::Json& value) {
        return value.is_null() ? std::string() : app.in_words(view.language, path, value);
      };
      table.rows.push_back(
          {app.label(view.language, path), in_words(changes[i]["before"]), in_words(changes[i]["after"])});
    }
    if (!table.rows.empty()) document.blocks.emplace_back(std::move(table));
  } else {
    instances::Matter alone;
    alone.submissions.push_back(submission);
    alone.data = submission.document["data"];
    std::string page;
    paper::KeyValues values;
    const auto flush = [&] {
      if (!values.rows.empty()) document.blocks.emplace_back(std::move(values));
      values = {};
    };
    for (const auto& answer :
         app.answers(view.services.instances.surroundings(alone, app, view.language, submission.received_at))) {
      if (answer.answer.empty()) continue;
      if (answer.page != page) {
        flush();
        page = answer.page;
        document.blocks.emplace_back(paper::Heading{2, answer.page_title});
      }
      values.rows.emplace_back(answer.label, answer.answer);
    }
    flush();
  }
  if (!submission.attachments.empty()) {
    document.blocks.emplace_back(paper::Heading{2, view.t("overview.attachments")});
    paper::Table table{{view.t("upload.name"), view.t("upload.size"), "SHA-256"}, {}};
    for (const auto& one : submission.attachments)
      table.rows.push_back({one.file_name, file_size(one.size, view.language), base::to_hex(one.digest)});
    document.blocks.emplace_back(std::move(table));
  }
  return paper::render_pdf(document);
}

}  // namespace alting::portal
