// Checks a copy offline (bag_writer.h), from the file alone and the keys one trusts: `alting verify COPY.zip [DOCUMENT...]`.
//
// What is proved, one thing resting on the other: every file is as the lists say (RFC 8493 section 3), none is missing and none
// is there that no list names; the list of lists is signed; the log has an entry that vouches for that list and names the
// key it is signed by. So of a copy with a good receipt nothing can have been changed since it was made, not even by who
// runs the portal. Reads the file piece by piece; what grows with it is a line for each file.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "ledger/verify.h"

namespace alting::privacy {

struct CopyFinding {
  ledger::Verdict verdict = ledger::Verdict::not_proved;
  std::string what;  // English, in plain words
};
struct CheckedCopy {
  // broken: something was changed, is missing, or a document is not in it. signer_unknown: all fits, and no key that was given
  // signed the log.
  ledger::Verification::Overall overall = ledger::Verification::Overall::broken;
  std::vector<CopyFinding> findings;
  ledger::Verification receipt;  // of the entry in the log
  std::int64_t files = 0, octets = 0;
};

inline constexpr std::size_t max_copy_files = 20'000'000;

// Whether a file is a ZIP, by how it begins.
[[nodiscard]] bool is_zip(base::ByteView beginning);
// `trusted` as for ledger::verify_receipt(). Each of `documents` is looked for among the files that the copy is of, by its
// SHA-256; one that is none of them is refuted. Never fails: what is wrong is a finding.
[[nodiscard]] CheckedCopy check_copy(base::ByteView archive, const base::Clock& clock,
                                     const std::vector<std::string>& trusted,
                                     const std::vector<ledger::GivenDocument>& documents = {});

}  // namespace alting::privacy
