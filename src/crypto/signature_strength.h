// Which signatures on lists and answers count: for this room's .cpp files only.
#pragma once
#include <openssl/objects.h>

namespace alting::crypto {

// RSA (PKCS #1 v1.5) and ECDSA with SHA-256 or more; `id` is OpenSSL's number of the algorithm.
[[nodiscard]] inline bool is_strong_signature(int id) {
  switch (id) {
    case NID_sha256WithRSAEncryption:
    case NID_sha384WithRSAEncryption:
    case NID_sha512WithRSAEncryption:
    case NID_ecdsa_with_SHA256:
    case NID_ecdsa_with_SHA384:
    case NID_ecdsa_with_SHA512: return true;
    default: return false;
  }
}

}  // namespace alting::crypto
