// Ed25519 signatures (RFC 8032, pure). Deterministic: the same key and message give the same signature.
#pragma once
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/secret_bytes.h"

namespace alting::crypto {

inline constexpr std::size_t ed25519_key_size = 32;
inline constexpr std::size_t ed25519_signature_size = 64;

class Ed25519Key {  // private; may be used by several threads at once
 public:
  [[nodiscard]] static Ed25519Key generate(base::Random& random);
  [[nodiscard]] static base::Result<Ed25519Key> from_seed(const SecretBytes& seed);  // the 32 octets of RFC 8032
  [[nodiscard]] static base::Result<Ed25519Key> from_pem(const SecretBytes& pem);    // PKCS #8 (RFC 8410)
  Ed25519Key(Ed25519Key&&) noexcept;
  Ed25519Key& operator=(Ed25519Key&&) noexcept;
  ~Ed25519Key();

  [[nodiscard]] base::Bytes sign(base::ByteView message) const;
  [[nodiscard]] const base::Bytes& public_key() const;  // 32 octets
  [[nodiscard]] SecretBytes seed() const;
  [[nodiscard]] SecretBytes pem() const;

 private:
  struct State;
  explicit Ed25519Key(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// False for keys and signatures of a wrong length, too.
[[nodiscard]] bool ed25519_verify(base::ByteView public_key, base::ByteView message, base::ByteView signature);

}  // namespace alting::crypto
