// Signed notes and their keys: C2SP signed-note, with Ed25519 signatures (type 0x01) and witnesses' timestamped
// cosignatures (type 0x04, C2SP tlog-cosignature).
//
// Stricter than the specification in one thing, so that two verifiers cannot differ: key names are printable ASCII
// without '+'.
#pragma once
#include <cstdint>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "crypto/ed25519.h"
#include "crypto/secret_bytes.h"

namespace alting::ledger {

inline constexpr std::size_t max_signatures = 16;     // on one note
inline constexpr std::size_t max_own_signatures = 8;  // of a log's own keys; the other places are for witnesses
inline constexpr std::size_t max_key_name = 200;

[[nodiscard]] bool is_key_name(std::string_view name);

enum class KeyType : std::uint8_t { ed25519 = 0x01, cosignature = 0x04 };

// "<name>+<8 hex digits of the key id>+<base64 of type and public key>"
struct VerifierKey {
  std::string name;
  KeyType type = KeyType::ed25519;
  base::Bytes public_key;                  // 32 octets
  [[nodiscard]] std::uint32_t id() const;  // SHA-256(name || 0x0A || type || public key)[:4]
  [[nodiscard]] std::string text() const;
  [[nodiscard]] static std::optional<VerifierKey> parse(std::string_view text);  // the id must fit
  bool operator==(const VerifierKey&) const = default;
};

// A key of a type that is not checked here, such as a witness's ML-DSA-44 (0x06): it can be named, and counts for
// nothing.
struct UncheckedKey {
  std::string name;
  std::uint32_t id = 0;
  std::uint8_t type = 0;
  [[nodiscard]] static std::optional<UncheckedKey> parse(std::string_view text);  // any type but those of KeyType
};

struct NoteSignature {
  std::string name;
  std::uint32_t key_id = 0;
  base::Bytes signature;  // without the key id
};

struct SignedNote {
  std::string text;  // with its final newline
  std::vector<NoteSignature> signatures;
  [[nodiscard]] std::string format() const;
  [[nodiscard]] static std::optional<SignedNote> parse(std::string_view note, std::size_t max_count = max_signatures);
};

// Ed25519 signatures that were found good before, so that what many receipts have in common (a checkpoint, the
// announcements of keys) is worked out once. Only good ones are remembered, each by the digest of key, message and
// signature: the `most` / 2 asked for last at the least, `most` at the most. May be used by several threads at once:
// one works out what is new, and those that ask for the same meanwhile wait for its answer, good or bad; others go on.
class GoodSignatures {
 public:
  explicit GoodSignatures(std::size_t max_count = 8192)
      : half_(max_count / 2) {}  // 32 octets and their place in a set each
  [[nodiscard]] bool verify(base::ByteView public_key, base::ByteView message, base::ByteView signature);
  [[nodiscard]] std::int64_t worked_out() const;  // how many were not known when they were asked for

 private:
  [[nodiscard]] bool is_known(const base::Bytes& name);
  void remember(const base::Bytes& name);
  const std::size_t half_;
  mutable std::mutex mutex_;
  // Two generations: what is asked for moves to the young one; when that is full the old one is dropped, and the young
  // becomes the old.
  std::unordered_set<base::Bytes> young_, old_;
  std::unordered_map<base::Bytes, std::shared_future<bool>> under_way_;
  std::int64_t worked_out_ = 0;
};

enum class SignatureCheck : std::uint8_t { absent, good, bad };
struct CheckedSignature {
  SignatureCheck outcome = SignatureCheck::absent;
  std::int64_t witnessed_at = 0;  // seconds since 1970, of a cosignature
};
// Whether `key` signed the note. A signature with this key's name and id that does not verify is `bad`, whatever else
// is there.
[[nodiscard]] CheckedSignature check_signature(const SignedNote& note, const VerifierKey& key,
                                               GoodSignatures* good = nullptr);

// The note with the line of one key only; nothing when there is none. Notes of before carried more lines than may be.
[[nodiscard]] std::optional<std::string> only_line_of(std::string_view note, const VerifierKey& key);

// Signs with Ed25519 (RFC 8032: the same text always gets the same signature). Copies share the key.
class NoteSigner {
 public:
  [[nodiscard]] static NoteSigner make(std::string name, base::Random& random);
  // "PRIVATE+KEY+<name>+<hex id>+<base64 of type and seed>", the form Go's note package writes.
  [[nodiscard]] static std::optional<NoteSigner> parse(const crypto::SecretBytes& secret);
  [[nodiscard]] crypto::SecretBytes secret_text() const;
  [[nodiscard]] const VerifierKey& verifier() const { return verifier_; }
  [[nodiscard]] NoteSignature sign(std::string_view text) const;

 private:
  NoteSigner(std::string name, crypto::Ed25519Key key);
  std::shared_ptr<const crypto::Ed25519Key> key_;
  VerifierKey verifier_;
};

}  // namespace alting::ledger
