// Checkpoints (C2SP tlog-checkpoint): a tree's origin, size and root as a signed note of exactly three lines. And the
// textual inclusion proof that carries one (C2SP tlog-proof).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/merkle.h"
#include "ledger/note.h"

namespace alting::ledger {

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Hash root;
  bool operator==(const Checkpoint&) const = default;
  [[nodiscard]] std::string text() const;                                        // the note's text
  [[nodiscard]] std::string sign(const std::vector<NoteSigner>& signers) const;  // the whole note
  [[nodiscard]] static std::optional<Checkpoint> parse(
      std::string_view text);  // of the note's text; no extension lines
};

// "c2sp.org/tlog-proof@v1", without extra data (it would not be authenticated).
struct TlogProof {
  std::uint64_t index = 0;
  std::vector<Hash> hashes;
  std::string checkpoint;  // the signed note, as it was published
  [[nodiscard]] std::string text() const;
  [[nodiscard]] static std::optional<TlogProof> parse(std::string_view text);
};

}  // namespace alting::ledger
