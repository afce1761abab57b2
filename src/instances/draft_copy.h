// A draft as a document that its own people print or take along. Nothing of it was sent, and nobody else gets it.
#pragma once
#include <string>

#include "base/time.h"
#include "forms/reading.h"
#include "instances/draft.h"

namespace alting::instances {

struct DraftCopy {
  Draft draft;             // with its form (`app`), its files (`attachments`), who saved it last and when
  forms::Reading reading;  // of the draft as it stands, in the language asked for: its answers and its deadlines
  std::string party_name;  // whom it is filled in for
  base::Instant made_at;
  std::string bytes;  // JSON, marked as a draft: docs/submission-format.md
};

// What `bytes` of a copy are. `made_at`: the moment it is a copy of.
[[nodiscard]] std::string draft_document(const Draft& draft, base::Instant made_at);

}  // namespace alting::instances
