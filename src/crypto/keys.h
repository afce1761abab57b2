// RSA and NIST P-256 keys: for JWTs (RFC 7515, 7517, 7518) and certificates. Ed25519 is in ed25519.h.
//
// Taken are RSA of 2048 to 8192 bits and EC on P-256. Keys may be used by several threads at once.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "crypto/secret_bytes.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace alting::crypto {

enum class KeyType : std::uint8_t { rsa, p256 };

class PublicKey {
 public:
  [[nodiscard]] static base::Result<PublicKey> from_jwk(
      const base::Json& jwk);  // members other than the key's own are not looked at
  [[nodiscard]] static base::Result<PublicKey> from_pem(base::ByteView pem);  // SubjectPublicKeyInfo
  [[nodiscard]] KeyType type() const;
  [[nodiscard]] base::Json jwk() const;          // kty and the key's own members only
  [[nodiscard]] std::string thumbprint() const;  // RFC 7638, SHA-256, base64url: used as kid
  [[nodiscard]] std::string pem() const;
  [[nodiscard]] evp_pkey_st* native() const { return key_.get(); }
  // Takes over one reference. For this room only.
  [[nodiscard]] static base::Result<PublicKey> adopt(evp_pkey_st* key);

 private:
  explicit PublicKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}
  std::shared_ptr<evp_pkey_st> key_;  // OpenSSL counts references itself; copies of a key share it
};

class PrivateKey {
 public:
  // From OpenSSL's own source of randomness: it takes no other. RSA takes some 100 ms.
  [[nodiscard]] static PrivateKey generate(KeyType type);
  [[nodiscard]] static base::Result<PrivateKey> from_pem(
      const SecretBytes& pem);  // PKCS #8 or the older forms, unencrypted
  [[nodiscard]] KeyType type() const { return public_key_.type(); }
  [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
  [[nodiscard]] SecretBytes pem() const;  // PKCS #8
  [[nodiscard]] evp_pkey_st* native() const { return public_key_.native(); }

 private:
  explicit PrivateKey(PublicKey both) : public_key_(std::move(both)) {}
  PublicKey public_key_;  // its native key holds the private part too
};

}  // namespace alting::crypto
