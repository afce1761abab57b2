// OpenSSL's OCSP objects as owners, for this room's .cpp files only.
#pragma once
#include <openssl/ocsp.h>

#include <algorithm>

#include "crypto/openssl_certificate.h"

namespace alting::crypto {

using OcspResponsePtr = Owned<OCSP_RESPONSE, OCSP_RESPONSE_free>;
using OcspRequestPtr = Owned<OCSP_REQUEST, OCSP_REQUEST_free>;
using OcspIdPtr = Owned<OCSP_CERTID, OCSP_CERTID_free>;
using BasicAnswerPtr = Owned<OCSP_BASICRESP, OCSP_BASICRESP_free>;

// The digest that a certificate is named with; SHA-1 and SHA-256 are taken, nothing for others.
[[nodiscard]] inline const EVP_MD* digest_in(OCSP_CERTID* id) {
  ASN1_OBJECT* digest = nullptr;
  (void)OCSP_id_get0_info(nullptr, &digest, nullptr, nullptr, id);
  switch (OBJ_obj2nid(digest)) {
    case NID_sha1: return EVP_sha1();
    case NID_sha256: return EVP_sha256();
    default: return nullptr;
  }
}

// How the certificate is named with the digest of `like`; nothing for a digest that is not taken.
[[nodiscard]] inline OcspIdPtr ocsp_id(OCSP_CERTID* like, const Certificate& leaf, const Certificate& issuer) {
  const EVP_MD* digest = digest_in(like);
  return digest == nullptr ? nullptr : OcspIdPtr(OCSP_cert_to_id(digest, leaf.native(), issuer.native()));
}

template <class T>
[[nodiscard]] base::Bytes der_of(T* object, int (*write)(const T*, unsigned char**)) {
  base::Bytes out(static_cast<std::size_t>(std::max(0, write(object, nullptr))), '\0');
  unsigned char* at = octets(out);
  must(write(object, &at) > 0, "writing DER");
  return out;
}

}  // namespace alting::crypto
