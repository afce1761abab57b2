#include "crypto/ed25519.h"

#include <openssl/pem.h>

#include "crypto/openssl.h"

namespace alting::crypto {

using base::Bytes;
using base::ByteView;
using base::Result;

struct Ed25519Key::State {
  PkeyPtr key;
  Bytes public_key;
};

namespace {

base::Error not_a_key() {
  return base::make_error(base::ErrorKind::invalid, "error.key.malformed", "not an Ed25519 private key");
}

Bytes public_octets(const EVP_PKEY* key) {
  Bytes out(ed25519_key_size, '\0');
  std::size_t size = out.size();
  must(EVP_PKEY_get_raw_public_key(key, octets(out), &size) == 1 && size == out.size(), "reading a public key");
  return out;
}

}  // namespace

Ed25519Key::Ed25519Key(std::unique_ptr<State> state) : state_(std::move(state)) {}
Ed25519Key::Ed25519Key(Ed25519Key&&) noexcept = default;
Ed25519Key& Ed25519Key::operator=(Ed25519Key&&) noexcept = default;
Ed25519Key::~Ed25519Key() = default;

Ed25519Key Ed25519Key::generate(base::Random& random) {
  return std::move(*from_seed(SecretBytes::random(random, ed25519_key_size)));
}

Result<Ed25519Key> Ed25519Key::from_seed(const SecretBytes& seed) {
  if (seed.size() != ed25519_key_size) return not_a_key();
  PkeyPtr key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, octets(seed.reveal()), seed.size()));
  must(key != nullptr, "making an Ed25519 key");
  Bytes public_key = public_octets(key.get());
  return Ed25519Key(std::make_unique<State>(std::move(key), std::move(public_key)));
}

Result<Ed25519Key> Ed25519Key::from_pem(const SecretBytes& pem) {
  const BioPtr bio = read_bio(pem.reveal());
  PkeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  if (!key || EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519) return not_a_key();
  Bytes public_key = public_octets(key.get());
  return Ed25519Key(std::make_unique<State>(std::move(key), std::move(public_key)));
}

Bytes Ed25519Key::sign(ByteView message) const {
  const MdCtxPtr context(EVP_MD_CTX_new());
  Bytes signature(ed25519_signature_size, '\0');
  std::size_t size = signature.size();
  must(context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, state_->key.get()) == 1,
       "starting a signature");
  must(EVP_DigestSign(context.get(), octets(signature), &size, octets(message), message.size()) == 1, "signing");
  return signature;
}

const Bytes& Ed25519Key::public_key() const { return state_->public_key; }

SecretBytes Ed25519Key::seed() const {
  Bytes out(ed25519_key_size, '\0');
  std::size_t size = out.size();
  must(EVP_PKEY_get_raw_private_key(state_->key.get(), octets(out), &size) == 1, "reading a private key");
  return SecretBytes(std::move(out));
}

SecretBytes Ed25519Key::pem() const {
  const BioPtr bio(BIO_new(BIO_s_secmem()));
  must(bio && PEM_write_bio_PKCS8PrivateKey(bio.get(), state_->key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
       "writing a key");
  return SecretBytes(contents(bio.get()));
}

bool ed25519_verify(ByteView public_key, ByteView message, ByteView signature) {
  if (public_key.size() != ed25519_key_size || signature.size() != ed25519_signature_size) return false;
  const PkeyPtr key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(public_key), public_key.size()));
  const MdCtxPtr context(EVP_MD_CTX_new());
  const bool good =
      key && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(message), message.size()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace alting::crypto
