#include "crypto/keys.h"

#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <fmt/format.h>

#include <algorithm>

#include "crypto/hash.h"
#include "crypto/openssl.h"

namespace alting::crypto {
namespace {

using base::Bytes;
using base::ByteView;
using base::Json;
using base::Result;

constexpr int min_rsa_bits = 2048, max_rsa_bits = 8192;
constexpr std::size_t p256_size = 32;
constexpr std::size_t longest_key_pem = 32 * 1024;

base::Error malformed(std::string_view why) {
  ERR_clear_error();
  return base::make_error(base::ErrorKind::invalid, "error.key.malformed", std::string(why));
}

Result<Bytes> octets_of(const Json& jwk, std::string_view member) {
  auto decoded = base::from_base64url(jwk.text(member));
  if (!decoded || decoded->empty()) return malformed(fmt::format("the JWK has no valid '{}'", member));
  return std::move(*decoded);
}

Bytes number_octets(const EVP_PKEY* key, const char* name, std::size_t size = 0) {
  BIGNUM* read = nullptr;
  must(EVP_PKEY_get_bn_param(key, name, &read) == 1, "reading a key");
  const BignumPtr number(read);
  Bytes out(std::max(size, static_cast<std::size_t>(BN_num_bytes(read))), '\0');
  must(BN_bn2binpad(read, octets(out), static_cast<int>(out.size())) >= 0, "writing a number");
  return out;
}

Result<PublicKey> build(const char* type, OSSL_PARAM_BLD* builder) {
  const ParamPtr params(OSSL_PARAM_BLD_to_param(builder));
  const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  must(params && context && EVP_PKEY_fromdata_init(context.get()) == 1, "building a key");
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
    return malformed("the numbers are not a key");
  return PublicKey::adopt(key);
}

Result<PublicKey> rsa_from_jwk(const Json& jwk) {
  ALTING_TRY(n, octets_of(jwk, "n"));
  ALTING_TRY(e, octets_of(jwk, "e"));
  if (n.size() > max_rsa_bits / 8 + 1 || e.size() > 8) return malformed("the RSA key is too large");
  const BignumPtr modulus(BN_bin2bn(octets(n), static_cast<int>(n.size()), nullptr));
  const BignumPtr exponent(BN_bin2bn(octets(e), static_cast<int>(e.size()), nullptr));
  const ParamBldPtr builder(OSSL_PARAM_BLD_new());
  must(builder && OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) == 1 &&
           OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) == 1,
       "building an RSA key");
  return build("RSA", builder.get());
}

Result<PublicKey> p256_from_jwk(const Json& jwk) {
  if (jwk.text("crv") != "P-256") return malformed("the curve is not P-256");
  ALTING_TRY(x, octets_of(jwk, "x"));
  ALTING_TRY(y, octets_of(jwk, "y"));
  if (x.size() != p256_size || y.size() != p256_size) return malformed("a coordinate is not 32 octets");
  const Bytes point = '\4' + x + y;
  const ParamBldPtr builder(OSSL_PARAM_BLD_new());
  must(builder && OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
           OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) == 1,
       "building an EC key");
  return build("EC", builder.get());
}

bool is_p256(const EVP_PKEY* key) {
  char group[64] = "";
  return EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, nullptr) == 1 &&
         std::string_view(group) == "prime256v1";
}

// Whether OpenSSL's own checks and ours find the public key sound.
base::Status check(EVP_PKEY* key) {
  const int id = EVP_PKEY_get_base_id(key);
  if (id != EVP_PKEY_RSA && !(id == EVP_PKEY_EC && is_p256(key))) return malformed("neither RSA nor EC on P-256");
  const int bits = EVP_PKEY_get_bits(key);
  if (id == EVP_PKEY_RSA && (bits < min_rsa_bits || bits > max_rsa_bits))
    return malformed("RSA needs 2048 to 8192 bits");
  if (id == EVP_PKEY_RSA) {
    const Bytes e = number_octets(key, OSSL_PKEY_PARAM_RSA_E);
    if (e.size() > 8 || (e.size() == 1 && e[0] < 3)) return malformed("an RSA exponent that nobody uses");
  }
  const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  if (!context || EVP_PKEY_public_check(context.get()) != 1) return malformed("the numbers are not a key");
  return {};
}

}  // namespace

Result<PublicKey> PublicKey::adopt(EVP_PKEY* key) {
  PublicKey out(std::shared_ptr<EVP_PKEY>(key, EVP_PKEY_free));
  ALTING_CHECK(check(key));
  return out;
}

Result<PublicKey> PublicKey::from_jwk(const Json& jwk) {
  if (jwk.text("kty") == "RSA") return rsa_from_jwk(jwk);
  if (jwk.text("kty") == "EC") return p256_from_jwk(jwk);
  return malformed("the JWK is neither RSA nor EC");
}

Result<PublicKey> PublicKey::from_pem(ByteView pem) {
  if (pem.size() > longest_key_pem) return malformed("the PEM is too long");
  const BioPtr bio = read_bio(pem);
  EVP_PKEY* key = PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr);
  return key ? adopt(key) : malformed("not a public key in PEM");
}

KeyType PublicKey::type() const {
  return EVP_PKEY_get_base_id(native()) == EVP_PKEY_RSA ? KeyType::rsa : KeyType::p256;
}

Json PublicKey::jwk() const {
  const auto member = [&](const char* name, std::size_t size = 0) {
    return Json(base::to_base64url(number_octets(native(), name, size)));
  };
  if (type() == KeyType::rsa)
    return Json::object({{"kty", "RSA"}, {"n", member(OSSL_PKEY_PARAM_RSA_N)}, {"e", member(OSSL_PKEY_PARAM_RSA_E)}});
  return Json::object({{"kty", "EC"},
                       {"crv", "P-256"},
                       {"x", member(OSSL_PKEY_PARAM_EC_PUB_X, p256_size)},
                       {"y", member(OSSL_PKEY_PARAM_EC_PUB_Y, p256_size)}});
}

std::string PublicKey::thumbprint() const { return base::to_base64url(sha256(base::canonical_json(jwk()).value())); }

std::string PublicKey::pem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  must(bio && PEM_write_bio_PUBKEY(bio.get(), native()) == 1, "writing a public key");
  return contents(bio.get());
}

PrivateKey PrivateKey::generate(KeyType type) {
  EVP_PKEY* key = type == KeyType::rsa ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{min_rsa_bits})
                                       : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
  must(key != nullptr, "generating a key");
  return PrivateKey(PublicKey::adopt(key).value());
}

Result<PrivateKey> PrivateKey::from_pem(const SecretBytes& pem) {
  if (pem.size() > longest_key_pem) return malformed("the PEM is too long");
  const BioPtr bio = read_bio(pem.reveal());
  // The empty password keeps OpenSSL from asking for one on the terminal.
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, const_cast<char*>(""));
  if (!key) return malformed("not a private key in PEM");
  return PublicKey::adopt(key).transform([](PublicKey both) { return PrivateKey(std::move(both)); });
}

SecretBytes PrivateKey::pem() const {
  const BioPtr bio(BIO_new(BIO_s_secmem()));
  must(bio && PEM_write_bio_PKCS8PrivateKey(bio.get(), native(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
       "writing a key");
  return SecretBytes(contents(bio.get()));
}

}  // namespace alting::crypto
