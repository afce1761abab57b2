#include "ledger/proved_entry.h"

#include <fmt/format.h>

#include "ledger/entry.h"

namespace alting::ledger {

std::optional<ProvedEntry> ProvedEntry::read(const base::Json& from) {
  auto canonical = base::canonical_json(from["entry"]);
  auto salt = base::from_base64(from.text("salt"));
  auto proof = TlogProof::parse(from.text("proof"));
  if (!canonical || !salt || salt->size() != entry_salt_size || !proof) return std::nullopt;
  auto note = SignedNote::parse(proof->checkpoint);
  if (!note) return std::nullopt;
  auto checkpoint = Checkpoint::parse(note->text);
  if (!checkpoint) return std::nullopt;
  return ProvedEntry{std::move(*canonical), std::move(*salt), std::move(*proof), std::move(*note),
                     std::move(*checkpoint)};
}

bool ProvedEntry::is_included() const {
  const Hash leaf = leaf_hash(commitment_of(salt, canonical).view());
  return root_from_inclusion(leaf, proof.index, checkpoint.size, proof.hashes) == checkpoint.root;
}

std::optional<std::string> fault_of_entry(const base::Json& entry) {
  if (entry.text("format") != "alting.entry/1") return "the entry is not of a known format";
  for (const char* name : {"at", "id", "kind", "logged", "origin"})
    if (entry.text(name).empty()) return fmt::format("the entry has no '{}'", name);
  return std::nullopt;
}

bool announces(const base::Json& entry, const ProvedEntry& one, const VerifierKey& signer, std::string_view key,
               GoodSignatures* good) {
  return entry.text("kind") == "key.announced" && entry.text("origin") == signer.name &&
         one.checkpoint.origin == signer.name && entry["parameters"].text("key") == key && one.is_included() &&
         check_signature(one.note, signer, good).outcome == SignatureCheck::good;
}

bool is_announced(const base::Json& from, const VerifierKey& signer, std::string_view key) {
  const auto announced = VerifierKey::parse(key);
  if (!announced || announced->type != KeyType::ed25519 || announced->name != signer.name) return false;
  const auto one = ProvedEntry::read(from);
  return one && !fault_of_entry(from["entry"]) && announces(from["entry"], *one, signer, key);
}

}  // namespace alting::ledger
