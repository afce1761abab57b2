// An entry's text and its commitment.
//
// The entry is canonical JSON (RFC 8785) of strings and integers below 2^53. Whatever names or identifies a person or a
// business stands in it as SHA-256(salt || value) with a salt of its own, so that it can be disclosed, or forgotten,
// one by one. The log's leaf is SHA-256(salt || entry), so the tree says nothing about an entry that is not disclosed.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "ledger/ledger.h"
#include "ledger/merkle.h"

namespace alting::ledger {

inline constexpr std::size_t entry_salt_size = 32;
inline constexpr std::size_t disclosure_salt_size = 16;
inline constexpr std::size_t max_entry_size = 48 * 1024;  // octets of canonical JSON

// A value whose salted digest stands in the entry at `path`: "actor.name", "documents.0.file", "personal.national_id".
struct Disclosure {
  std::string path;
  base::Bytes salt;  // 16 octets
  std::string value;
  [[nodiscard]] std::string digest() const;  // base64 of SHA-256(salt || value), as it stands in the entry
};

struct EntryText {
  std::string canonical;
  base::Bytes salt;                  // 32 octets
  std::vector<Disclosure> of_party;  // everything but the actor's, by path
  std::vector<Disclosure> of_actor;  // "actor.id", "actor.name"
  std::int64_t party = 0;            // the numbers of party and actor, for the activity log; not part of the entry
  std::int64_t actor = 0;
  [[nodiscard]] Hash commitment() const;
};
[[nodiscard]] Hash commitment_of(base::ByteView salt, std::string_view canonical);

// `logged` is when the entry was made ready for its commit, `address` where the log can be followed. Throws std::length_error when the entry would be over the
// limit.
[[nodiscard]] EntryText write_entry(const NewEntry& entry, const base::Uuid& id, base::Instant logged,
                                    std::string_view origin, base::Random& random, std::string_view address = {});

// As it stands in an entry's text.
[[nodiscard]] terms::ActorKind actor_kind_from(std::string_view text);
// What is sealed: the entry, its salt and some disclosures; and what is of the actor, when that has a key of its own.
[[nodiscard]] base::Bytes pack_entry(const EntryText& text, bool with_actor);
[[nodiscard]] base::Bytes pack_actor(const EntryText& text);
[[nodiscard]] std::optional<EntryText> unpack_entry(base::ByteView packed);
struct ActorPart {
  std::int64_t actor = 0;  // 0: packed by an earlier release, which left the number with the entry
  std::vector<Disclosure> disclosures;
};
[[nodiscard]] std::optional<ActorPart> unpack_actor(base::ByteView packed);

}  // namespace alting::ledger
