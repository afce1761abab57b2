// An entry of the log in a copy: its text, and the values that are disclosed of its digests. Used by this room only.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "ledger/entry.h"
#include "privacy/gather.h"

namespace alting::privacy {

struct LogCopy {
  base::Json json;          // {"entry": ..., "disclosed": {path: value}}
  bool of_agency = false;   // an act of an agency's staff
  std::string agency = {};  // its code
  base::Instant at = {};
  std::optional<std::string> confidential = {};  // the service, "dat/brev", that alone opens what it is about
};
// `is_whole`: of what was done for the subject, or concerns it; else of what it did for others, whose names are left out. An
// agency's people are not named, nor those of who runs the portal, and no identity number but the subject's own is disclosed.
[[nodiscard]] LogCopy copy_of_entry(const ledger::EntryText& text, const std::optional<ledger::ActorPart>& actor,
                                    const CopySubject& subject, bool is_whole);
// The service, "dat/brev", of what is confidential; nothing: it is not.
[[nodiscard]] std::optional<std::string> confidential_service(const ledger::EntryText& text);
// A receipt without who acted, unless it is the subject, and without who decided for who runs the portal. It proves the same: what
// is not disclosed stands as a digest. Nothing: it is no receipt.
[[nodiscard]] std::optional<std::string> receipt_without_others(std::string_view receipt, const CopySubject& subject);

}  // namespace alting::privacy
