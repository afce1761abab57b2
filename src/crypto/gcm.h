// AES-256-GCM with the nonce given: what seal and the sealed stream have in common. A nonce must never serve one key
// twice.
#pragma once
#include <optional>

#include "base/bytes.h"

namespace alting::crypto {

inline constexpr std::size_t gcm_nonce_size = 12;
inline constexpr std::size_t gcm_tag_size = 16;

// The ciphertext with its tag behind it.
[[nodiscard]] base::Bytes gcm_encrypt(base::ByteView key, base::ByteView nonce, base::ByteView plain,
                                      base::ByteView associated);
[[nodiscard]] std::optional<base::Bytes> gcm_decrypt(base::ByteView key, base::ByteView nonce, base::ByteView sealed,
                                                     base::ByteView associated);

}  // namespace alting::crypto
