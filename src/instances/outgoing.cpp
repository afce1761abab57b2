#include "instances/outgoing.h"

#include <algorithm>

#include "crypto/hash.h"
#include "instances/archive_reference.h"
#include "instances/document_parts.h"
#include "instances/draft_content.h"
#include "instances/form_json.h"

namespace alting::instances {

using base::Json;

namespace {

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
  document.set("attachments", attachments_to_json(draft.attachments));
  return document;
}

bool has_errors(const std::vector<forms::Issue>& issues) {
  return std::ranges::any_of(issues, [](const auto& issue) { return issue.severity == forms::Severity::error; });
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
  submission.bytes = submission.document.dump();
  submission.digest = crypto::sha256(submission.bytes);
  submission.open_count = static_cast<std::int64_t>(final.later.size());
  submission.attachments = draft.attachments;
  if (const auto& deadlines = as_sent.deadlines(); !deadlines.empty() && !submission.supplement) {
    // The deadline is the hours to the minute; late is only what came after the end that the law gives them.
    submission.deadline_at = deadlines.front().target;
    submission.late = deadlines.front().passed;
  }
  outgoing.later = final.later;
  outgoing.urgent = as_sent.urgent();
  outgoing.caption = caption_of(app, final.data);
  return outgoing;
}

}  // namespace alting::instances
