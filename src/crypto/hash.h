// SHA-256 (FIPS 180-4), HMAC (RFC 2104) and HKDF (RFC 5869) over it. All answers are raw octets.
#pragma once
#include <initializer_list>
#include <memory>

#include "base/bytes.h"
#include "crypto/secret_bytes.h"

namespace alting::crypto {

inline constexpr std::size_t sha256_size = 32;

[[nodiscard]] base::Bytes sha256(base::ByteView bytes);
[[nodiscard]] base::Bytes sha256(std::initializer_list<base::ByteView> parts);  // of the parts one after another

class Sha256 {  // for what comes in pieces
 public:
  Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  ~Sha256();
  void add(base::ByteView bytes);
  [[nodiscard]] base::Bytes digest() const;  // of what was added so far

 private:
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] base::Bytes hmac_sha256(base::ByteView key, base::ByteView message);
// At most 255 * 32 octets (RFC 5869 section 2.3); more throws std::logic_error.
[[nodiscard]] SecretBytes hkdf_sha256(base::ByteView key, base::ByteView salt, base::ByteView info, std::size_t size);

// Takes equally long wherever the two differ; lengths are not secret.
[[nodiscard]] bool constant_time_equal(base::ByteView a, base::ByteView b);

}  // namespace alting::crypto
