// What was sent: immutable, as its party and the agency see it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/language.h"
#include "base/time.h"
#include "base/uuid.h"
#include "forms/app.h"
#include "forms/form_context.h"
#include "instances/instance.h"

namespace alting::instances {

struct Submission {
  Location at;
  bool supplement = false;
  std::string app_version;
  std::string archive_reference;
  base::Instant received_at, committed_at;
  base::Bytes digest;   // SHA-256 of `bytes`
  std::string bytes;    // the document as sent: JSON, see docs/submission-format.md
  base::Json document;  // the same, read
  base::Uuid entry_id;
  std::string sender_name;
  terms::PartyUuid party_uuid;
  std::string party_name;
  std::optional<base::Instant> deadline_at;  // the target; of what an older version sent, the end of the hour after it
  bool late = false;                         // came after the next full hour behind the target (forms::DeadlineView)
  std::int64_t open_count = 0;               // fields promised and not given yet, open answers among them
  std::vector<Attachment> attachments;
};

// A notice and its additions, oldest first, and what they say together.
struct Matter {
  std::vector<Submission> submissions;
  base::Json data = base::Json::object();
  std::vector<forms::Later> later;  // still promised
};

// A notice alone as a matter, as it was when it was sent.
[[nodiscard]] Matter matter_of(const Submission& notice);
// What an addition changes of its matter. What it says of itself is in its document, and no change.
[[nodiscard]] std::vector<forms::Change> changes_of(const Submission& addition, const forms::App& app);
// What the form's rules may see of a matter, for showing its answers.
[[nodiscard]] forms::FormContext context_of(const Matter& matter, base::Language language, base::Instant now);

}  // namespace alting::instances
