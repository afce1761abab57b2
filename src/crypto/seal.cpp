#include "crypto/seal.h"

#include "crypto/gcm.h"

namespace alting::crypto {

using base::Bytes;
using base::ByteView;
using base::Result;

Bytes seal(const SecretBytes& key, ByteView plain, ByteView associated, base::Random& random) {
  const Bytes nonce = random.bytes(gcm_nonce_size);
  return nonce + gcm_encrypt(key.reveal(), nonce, plain, associated);
}

Result<Bytes> open(const SecretBytes& key, ByteView sealed, ByteView associated) {
  if (sealed.size() >= seal_overhead)
    if (auto plain =
            gcm_decrypt(key.reveal(), sealed.substr(0, gcm_nonce_size), sealed.substr(gcm_nonce_size), associated))
      return std::move(*plain);
  return base::make_error(base::ErrorKind::invalid, "error.seal.broken",
                          "the key, the data or what it belongs to is another");
}

Result<SecretBytes> open_secret(const SecretBytes& key, ByteView sealed, ByteView associated) {
  return open(key, sealed, associated).transform([](Bytes plain) { return SecretBytes(std::move(plain)); });
}

}  // namespace alting::crypto
