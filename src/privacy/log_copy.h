// An entry of the log in a copy: its text, and the values that are disclosed of its digests. Used by this room only.
#pragma once
#include <optional>
#include <string>

#include "base/json.h"
#include "ledger/entry.h"
#include "privacy/gather.h"

namespace alting::privacy {

struct LogCopy {
  base::Json json;          // {"entry": ..., "disclosed": {path: value}}
  bool of_agency = false;   // an act of an agency's staff
  std::string agency = {};  // its code
  base::Instant at = {};
};
// `is_whole`: of what was done for the subject, or concerns it; else of what it did for others, whose names are left out. An
// agency's people are not named, and no identity number but the subject's own is disclosed.
[[nodiscard]] LogCopy copy_of_entry(const ledger::EntryText& text, const std::optional<ledger::ActorPart>& actor,
                                    const CopySubject& subject, bool is_whole);

}  // namespace alting::privacy
