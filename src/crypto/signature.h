// The signatures of RFC 7518 section 3 over octets. An ES256 signature is r and s side by side, 64 octets
// (section 3.4).
#pragma once
#include "base/bytes.h"
#include "crypto/jose.h"
#include "crypto/keys.h"

namespace alting::crypto {

[[nodiscard]] KeyType key_type_of(JoseAlgorithm algorithm);
// The key must be of the algorithm's type; another throws std::logic_error.
[[nodiscard]] base::Bytes sign(const PrivateKey& key, JoseAlgorithm algorithm, base::ByteView message);
[[nodiscard]] bool verify(const PublicKey& key, JoseAlgorithm algorithm, base::ByteView message,
                          base::ByteView signature);

}  // namespace alting::crypto
