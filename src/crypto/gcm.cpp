#include "crypto/gcm.h"

#include <limits>
#include <stdexcept>

#include "crypto/openssl.h"

namespace alting::crypto {
namespace {

using base::Bytes;
using base::ByteView;
using CipherPtr = Owned<EVP_CIPHER, EVP_CIPHER_free>;

const EVP_CIPHER* cipher_algorithm() {
  static const CipherPtr cipher(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
  must(cipher != nullptr, "finding AES-256-GCM");
  return cipher.get();
}

CipherCtxPtr start(ByteView key, ByteView nonce, bool encrypt) {
  if (key.size() != 32 || nonce.size() != gcm_nonce_size)
    throw std::logic_error("AES-256-GCM needs a key of 32 and a nonce of 12 octets");
  CipherCtxPtr context(EVP_CIPHER_CTX_new());
  must(context != nullptr, "making a cipher");
  must(EVP_CipherInit_ex2(context.get(), cipher_algorithm(), octets(key), octets(nonce), encrypt ? 1 : 0, nullptr) == 1,
       "starting a cipher");
  return context;
}

int length(ByteView bytes) {
  if (bytes.size() > std::numeric_limits<int>::max() / 2) throw std::logic_error("too long to seal in one piece");
  return static_cast<int>(bytes.size());
}

void add_associated(EVP_CIPHER_CTX* context, ByteView associated) {
  int done = 0;
  if (!associated.empty())
    must(EVP_CipherUpdate(context, nullptr, &done, octets(associated), length(associated)) == 1, "authenticating");
}

}  // namespace

Bytes gcm_encrypt(ByteView key, ByteView nonce, ByteView plain, ByteView associated) {
  const CipherCtxPtr context = start(key, nonce, true);
  add_associated(context.get(), associated);
  Bytes out(plain.size() + gcm_tag_size, '\0');
  int done = 0, rest = 0;
  must(EVP_CipherUpdate(context.get(), octets(out), &done, octets(plain), length(plain)) == 1, "encrypting");
  must(EVP_CipherFinal_ex(context.get(), octets(out) + done, &rest) == 1, "encrypting");
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, gcm_tag_size, octets(out) + plain.size()) == 1,
       "reading the tag");
  return out;
}

std::optional<Bytes> gcm_decrypt(ByteView key, ByteView nonce, ByteView sealed, ByteView associated) {
  if (sealed.size() < gcm_tag_size) return std::nullopt;
  const ByteView coded = sealed.substr(0, sealed.size() - gcm_tag_size);
  Bytes tag(sealed.substr(coded.size()));
  const CipherCtxPtr context = start(key, nonce, false);
  add_associated(context.get(), associated);
  Bytes out(coded.size(), '\0');
  int done = 0, rest = 0;
  must(EVP_CipherUpdate(context.get(), octets(out), &done, octets(coded), length(coded)) == 1, "decrypting");
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, gcm_tag_size, tag.data()) == 1, "giving the tag");
  if (EVP_CipherFinal_ex(context.get(), octets(out) + done, &rest) != 1) {
    ERR_clear_error();
    OPENSSL_cleanse(out.data(), out.size());
    return std::nullopt;
  }
  return out;
}

}  // namespace alting::crypto
