// A form under work: what stands in it, and what a save made of it.
//
// Only its party's people ever hold a Draft. The agency's functions can name none: nothing that their files include, or
// the agency's pages, leads here (script/lib/agency_sees_no_draft.py).
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "forms/app.h"
#include "forms/form_context.h"
#include "forms/posted.h"
#include "forms/reading.h"
#include "instances/instance.h"

namespace alting::instances {

// A row of a form that was taken away a moment ago, and can be had back.
struct RemovedRow {
  forms::Path group;
  std::size_t index = 0;  // where it stood
  base::Json row;
  std::vector<forms::Later> later;
  forms::TypedTexts rejected;
  base::Instant at;
};

struct Draft {
  Location at;
  std::shared_ptr<const forms::App> app;  // its form, as it was when the draft was opened
  std::int64_t stored_version = 0;
  // Grows with every save, with every file that comes or goes, and with every addition that is sent to the same matter:
  // what was shown under one version is what is sent under it.
  std::int64_t version = 0;
  base::Json data = base::Json::object();
  std::vector<forms::Later> later;
  std::map<std::string, std::string> sources;  // path -> "ER", "DSF", "UserProfile"
  forms::TypedTexts rejected;                  // typed text that does not fit its field yet
  std::optional<RemovedRow> removed;
  base::Json base = base::Json::object();  // supplement: the effective data it started from
  std::vector<forms::Later> base_later;
  base::Instant saved_at;
  std::string saved_by;
  bool saved_by_me = true;
  std::vector<Attachment> attachments;
  std::optional<base::Instant> deadline_at;  // the target of its first clock, when its answers say; not of an addition
};
// What a post made of the draft's answers stands in it from now on; what was changed was prefilled no longer.
void take(Draft& draft, forms::Applied&& applied);

// A field that two people have changed, or that this person may change no longer.
struct Conflict {
  forms::Path path;
  std::string mine;  // as text
  // As it was posted, named by the rows as they are now; empty when there is no field any more to put it in.
  std::vector<forms::PostedField> fields;
  std::string seen, stored;  // fingerprints: of what the page showed, and of what is there now
  bool mine_later = false;   // "comes later", instead of a text
  bool row_gone = false;     // the row it was typed in: `path` is its place of then, where another row may be now
};

struct SaveOutcome {
  Draft draft;
  std::vector<forms::Path> changed;  // by this save
  std::vector<forms::Path> theirs;   // changed by someone else since this page was made
  std::vector<Conflict> conflicts;
  std::vector<forms::Issue> issues;  // of what was typed
  bool stopped = false;              // a stop of the form holds: nothing was stored
};

}  // namespace alting::instances
