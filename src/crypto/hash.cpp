#include "crypto/hash.h"

#include <openssl/crypto.h>

#include <stdexcept>

#include "crypto/openssl.h"

namespace alting::crypto {
namespace {

using base::Bytes;
using base::ByteView;
using MdPtr = Owned<EVP_MD, EVP_MD_free>;

// Looking the algorithm up costs more than hashing a short text, so that is done once.
const EVP_MD* hash_algorithm() {
  static const MdPtr md(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  must(md != nullptr, "finding SHA-256");
  return md.get();
}

MdCtxPtr new_context() {
  MdCtxPtr context(EVP_MD_CTX_new());
  must(context != nullptr, "making a hash");
  return context;
}

void begin(EVP_MD_CTX* context) {
  must(EVP_DigestInit_ex2(context, hash_algorithm(), nullptr) == 1, "starting a hash");
}
void extend(EVP_MD_CTX* context, ByteView bytes) {
  must(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1, "hashing");
}
Bytes end(EVP_MD_CTX* context) {
  Bytes out(sha256_size, '\0');
  must(EVP_DigestFinal_ex(context, octets(out), nullptr) == 1, "ending a hash");
  return out;
}

}  // namespace

Bytes sha256(ByteView bytes) { return sha256({bytes}); }

Bytes sha256(std::initializer_list<ByteView> parts) {
  thread_local const MdCtxPtr context = new_context();
  begin(context.get());
  for (ByteView part : parts) extend(context.get(), part);
  return end(context.get());
}

struct Sha256::State {
  MdCtxPtr context = new_context();
};

Sha256::Sha256() : state_(std::make_unique<State>()) { begin(state_->context.get()); }
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::add(ByteView bytes) { extend(state_->context.get(), bytes); }

Bytes Sha256::digest() const {
  const MdCtxPtr copy = new_context();
  must(EVP_MD_CTX_copy_ex(copy.get(), state_->context.get()) == 1, "copying a hash");
  return end(copy.get());
}

// RFC 2104: H(K xor opad, H(K xor ipad, text)) with blocks of 64 octets.
Bytes hmac_sha256(ByteView key, ByteView message) {
  constexpr std::size_t block_size = 64;
  SecretBytes block([&] {
    Bytes start = key.size() > block_size ? sha256(key) : Bytes(key);
    start.resize(block_size, '\0');
    return start;
  }());
  const auto masked = [&](char mask) {
    Bytes out(block.reveal());
    for (char& c : out) c = static_cast<char>(c ^ mask);
    return SecretBytes(std::move(out));
  };
  const Bytes inner = sha256({masked(0x36).reveal(), message});
  return sha256({masked(0x5c).reveal(), inner});
}

SecretBytes hkdf_sha256(ByteView key, ByteView salt, ByteView info, std::size_t size) {
  if (size > 255 * sha256_size) throw std::logic_error("HKDF gives at most 255 blocks");
  const SecretBytes extracted(hmac_sha256(salt, key));
  Bytes out, block;
  out.reserve(size + sha256_size);
  for (int counter = 1; out.size() < size; ++counter) {
    block += info;
    block += static_cast<char>(counter);
    block = hmac_sha256(extracted.reveal(), block);
    out += block;
  }
  OPENSSL_cleanse(block.data(), block.size());
  out.resize(size);
  return SecretBytes(std::move(out));
}

bool constant_time_equal(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace alting::crypto
