#include "instances/outgoing.h"

#include <algorithm>

#include "crypto/hash.h"
#include "forms/path.h"
#include "instances/archive_reference.h"
#include "instances/draft_content.h"
#include "instances/form_json.h"

namespace alting::instances {

using base::Json;

namespace {

Json attachment_list(const std::vector<Attachment>& attachments) {
  Json list = Json::array();
  for (const auto& one : attachments) {
    list.push_back(Json::object({{"id", one.id.text()},
                                 {"dataType", one.data_type},
                                 {"tag", one.tag},
                                 {"fileName", one.file_name},
                                 {"mediaType", one.media_type},
                                 {"size", one.size},
                                 {"sha256", base::to_hex(one.digest)}}));
  }
  return list;
}

// The answers that stand beside the text of an addition, by path.
Json about_addition(const forms::Path& text_path, const Json& data) {
  Json about = Json::object();
  const auto dot = text_path.rfind('.');
  const Json* block = dot == std::string::npos ? nullptr : forms::value_at(data, text_path.substr(0, dot));
  if (block == nullptr || !block->is_object()) return about;
  for (const auto& [name, value] : block->members()) {
    auto path = text_path.substr(0, dot + 1) + name;
    if (path != text_path) about.set(path, value);
  }
  return about;
}

// What an addition says of itself, and what it changes of the matter.
void add_addition(Json& document, const forms::App& app, const Draft& draft, const Json& data) {
  const auto& facts = app.facts().supplement;
  document.set("addsTo", draft.at.root.text());
  const Json* kind = forms::value_at(data, facts.type_path);
  const Json* text = forms::value_at(data, facts.text_path);
  document.set("type", kind != nullptr ? *kind : Json());
  document.set("text", text != nullptr && text->is_string() ? *text : Json(""));
  // What is said of the addition belongs to it, not to what it adds to.
  document.set("about", about_addition(facts.text_path, data));
  auto changes = app.changes(draft.base, data);
  std::erase_if(changes, [&](const forms::Change& change) { return app.is_about_supplement(change.path); });
  document.set("changes", changes_to_json(changes));
}

// The document that is frozen, hashed, stored and served (docs/submission-format.md).
Json to_document(const forms::App& app, const Draft& draft, const forms::Final& final, base::Instant received,
                 std::string_view reference) {
  Json document = Json::object({
      {"format", draft.at.parent ? "alting.supplement/1" : "alting.submission/1"},
      {"app", draft.at.app.text()},
      {"appVersion", app.facts().version},
      {"instance", draft.at.id.text()},
      {"archiveReference", reference},
      {"received", base::to_rfc3339(received)},
  });
  if (draft.at.parent)
    add_addition(document, app, draft, final.data);
  else
    document.set("data", final.data);
  document.set("later", later_to_json(final.later));
  document.set("attachments", attachment_list(draft.attachments));
  return document;
}

bool has_errors(const std::vector<forms::Issue>& issues) {
  return std::ranges::any_of(issues, [](const auto& issue) { return issue.severity == forms::Severity::error; });
}

bool adds_nothing(const Draft& draft, const Json& document) {
  return draft.at.parent && document.text("text").empty() && document["changes"].size() == 0 &&
         draft.attachments.empty();
}

SubmitRefusal nothing_is_added(const forms::SupplementFacts& facts) {
  return {{{.path = facts.text_path, .page = facts.page, .code = "supplement.empty"}}};
}

}  // namespace

std::variant<Outgoing, SubmitRefusal> work_out(const forms::App& app, const Draft& draft, forms::Reading& reading,
                                               base::Instant received) {
  auto& as_sent = reading.as_sent();
  if (const auto& issues = as_sent.issues(forms::When::submit); has_errors(issues)) return SubmitRefusal{issues};

  const auto& final = reading.finalise();
  Outgoing outgoing;
  auto& submission = outgoing.submission;
  submission.at = draft.at;
  submission.at.state = State::sent;
  submission.supplement = draft.at.parent.has_value();
  submission.app_version = app.facts().version;
  submission.archive_reference = archive_reference(draft.at.id);
  submission.received_at = received;
  submission.document = to_document(app, draft, final, received, submission.archive_reference);
  if (adds_nothing(draft, submission.document)) return nothing_is_added(app.facts().supplement);
  submission.bytes = submission.document.dump();
  submission.digest = crypto::sha256(submission.bytes);
  submission.open_count = static_cast<std::int64_t>(final.later.size());
  submission.attachments = draft.attachments;
  if (const auto& deadlines = as_sent.deadlines(); !deadlines.empty() && !submission.supplement) {
    submission.deadline_at = deadlines.front().statutory_end;
    submission.late = deadlines.front().passed;
  }
  outgoing.later = final.later;
  outgoing.caption = caption_of(app, final.data);
  return outgoing;
}

}  // namespace alting::instances
