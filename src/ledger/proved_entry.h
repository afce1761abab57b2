// An entry with its salt and its proof: what a receipt and each announcement of a key have in common.
#pragma once
#include <optional>
#include <string>

#include "base/json.h"
#include "ledger/checkpoint.h"

namespace alting::ledger {

struct ProvedEntry {
  std::string canonical;
  base::Bytes salt;
  TlogProof proof;
  SignedNote note;
  Checkpoint checkpoint;
  // Of the members `entry`, `salt` and `proof`; nothing when one is malformed.
  [[nodiscard]] static std::optional<ProvedEntry> read(const base::Json& from);
  [[nodiscard]] bool is_included() const;  // the proof leads from the entry to the checkpoint
};

// What is wrong with an entry's form, or nothing.
[[nodiscard]] std::optional<std::string> fault_of_entry(const base::Json& entry);

// `entry`, which `one` was read from, announces `key` in the log that `signer` signs, under a checkpoint it signed.
[[nodiscard]] bool announces(const base::Json& entry, const ProvedEntry& one, const VerifierKey& signer,
                             std::string_view key, GoodSignatures* good = nullptr);
// The same of an object that nobody has read yet.
[[nodiscard]] bool is_announced(const base::Json& from, const VerifierKey& signer, std::string_view key);

}  // namespace alting::ledger
