// What ties a log to the one before it: a public statement, signed by the last key of the old log and the first of the
// new one, so that whoever trusts either key knows the other log as its heir or its origin.
//
// It is a signed note. Its second line is no number, so that it can never pass for a checkpoint:
//   alting.log-succession/1
//   old <origin> <tree size> <root>       the newest state that is known to have been signed
//   old-key <vkey>
//   new <origin>
//   new-key <vkey>
//   at <RFC 3339>
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "ledger/checkpoint.h"

namespace alting::ledger {

struct Succession {
  Checkpoint old_state;
  VerifierKey old_key;
  VerifierKey new_key;  // its name is the new log's origin
  base::Instant at;
  [[nodiscard]] std::string sign(const NoteSigner& old_signer, const NoteSigner& new_signer) const;
  // Nothing unless the note is such a statement and both keys it names have signed it.
  [[nodiscard]] static std::optional<Succession> read(std::string_view note);
};

}  // namespace alting::ledger
