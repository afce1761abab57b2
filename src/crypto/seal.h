// Sealing: AES-256-GCM (NIST SP 800-38D) with a random nonce in front.
//
// What is sealed can be read and changed only with the key; `associated` data is not in the result but must be the same
// when it is opened (say which row or file it belongs to, so that two sealed values cannot be exchanged). One key seals
// at most 2^32 values.
#pragma once
#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/secret_bytes.h"

namespace alting::crypto {

inline constexpr std::size_t seal_key_size = 32;
inline constexpr std::size_t seal_overhead = 12 + 16;  // nonce and tag

// Throws std::logic_error for a key that is not 32 octets.
[[nodiscard]] base::Bytes seal(const SecretBytes& key, base::ByteView plain, base::ByteView associated,
                               base::Random& random);
// error.seal.broken when anything is not as it was sealed.
[[nodiscard]] base::Result<base::Bytes> open(const SecretBytes& key, base::ByteView sealed, base::ByteView associated);
[[nodiscard]] base::Result<SecretBytes> open_secret(const SecretBytes& key, base::ByteView sealed,
                                                    base::ByteView associated);

}  // namespace alting::crypto
