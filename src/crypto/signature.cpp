#include "crypto/signature.h"

#include <openssl/rsa.h>

#include <stdexcept>

#include "crypto/openssl.h"

namespace alting::crypto {
namespace {

using base::Bytes;
using base::ByteView;

constexpr int p256_half = 32;

const char* digest_of(JoseAlgorithm algorithm) {
  return algorithm == JoseAlgorithm::RS384 ? "SHA384" : algorithm == JoseAlgorithm::RS512 ? "SHA512" : "SHA256";
}

bool choose_padding(EVP_PKEY_CTX* context, JoseAlgorithm algorithm) {
  if (algorithm != JoseAlgorithm::PS256) return true;  // PKCS #1 v1.5 is what RSA does unasked; EC has none
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

Bytes der_to_halves(ByteView der) {
  const unsigned char* at = octets(der);
  const EcdsaSigPtr pair(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  Bytes out(2 * p256_half, '\0');
  must(pair && BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), octets(out), p256_half) == p256_half &&
           BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), octets(out) + p256_half, p256_half) == p256_half,
       "writing an EC signature");
  return out;
}

Bytes halves_to_der(ByteView halves) {
  const EcdsaSigPtr pair(ECDSA_SIG_new());
  BignumPtr r(BN_bin2bn(octets(halves), p256_half, nullptr)),
      s(BN_bin2bn(octets(halves) + p256_half, p256_half, nullptr));
  must(pair && r && s && ECDSA_SIG_set0(pair.get(), r.get(), s.get()) == 1, "reading an EC signature");
  (void)r.release();  // the pair owns them now
  (void)s.release();
  Bytes der(static_cast<std::size_t>(i2d_ECDSA_SIG(pair.get(), nullptr)), '\0');
  unsigned char* at = octets(der);
  i2d_ECDSA_SIG(pair.get(), &at);
  return der;
}

}  // namespace

KeyType key_type_of(JoseAlgorithm algorithm) {
  return algorithm == JoseAlgorithm::ES256 ? KeyType::p256 : KeyType::rsa;
}

Bytes sign(const PrivateKey& key, JoseAlgorithm algorithm, ByteView message) {
  if (key.type() != key_type_of(algorithm)) throw std::logic_error("the key is of another type than the algorithm's");
  const MdCtxPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;
  must(context &&
           EVP_DigestSignInit_ex(context.get(), &options, digest_of(algorithm), nullptr, nullptr, key.native(),
                                 nullptr) == 1 &&
           choose_padding(options, algorithm),
       "starting a signature");
  std::size_t size = 0;
  must(EVP_DigestSign(context.get(), nullptr, &size, octets(message), message.size()) == 1, "signing");
  Bytes out(size, '\0');
  must(EVP_DigestSign(context.get(), octets(out), &size, octets(message), message.size()) == 1, "signing");
  out.resize(size);
  return key.type() == KeyType::p256 ? der_to_halves(out) : out;
}

bool verify(const PublicKey& key, JoseAlgorithm algorithm, ByteView message, ByteView signature) {
  if (key.type() != key_type_of(algorithm)) return false;
  if (key.type() == KeyType::p256 && signature.size() != 2 * p256_half) return false;
  const Bytes form = key.type() == KeyType::p256 ? halves_to_der(signature) : Bytes(signature);
  const MdCtxPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;
  must(context &&
           EVP_DigestVerifyInit_ex(context.get(), &options, digest_of(algorithm), nullptr, nullptr, key.native(),
                                   nullptr) == 1 &&
           choose_padding(options, algorithm),
       "starting a check");
  const bool good = EVP_DigestVerify(context.get(), octets(form), form.size(), octets(message), message.size()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace alting::crypto
