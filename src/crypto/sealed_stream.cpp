#include "crypto/sealed_stream.h"

#include "crypto/gcm.h"
#include "crypto/hash.h"

namespace alting::crypto {
namespace {

using base::Bytes;
using base::ByteView;
using base::Result;

constexpr std::size_t salt_size = 32;
constexpr std::size_t sealed_chunk_size = stream_chunk_size + gcm_tag_size;

SecretBytes stream_key(const SecretBytes& key, ByteView salt, ByteView associated) {
  return hkdf_sha256(key.reveal(), salt, Bytes("alting sealed stream 1\n") + Bytes(associated), 32);
}

Bytes nonce_of(std::uint64_t index, bool last) {
  Bytes nonce(gcm_nonce_size, '\0');
  for (std::size_t i = 0; i < 8; ++i) nonce[10 - i] = static_cast<char>(index >> (8 * i));
  nonce[11] = last ? 1 : 0;
  return nonce;
}

base::Error broken(std::string_view why) {
  return base::make_error(base::ErrorKind::invalid, "error.seal.broken", std::string(why));
}

}  // namespace

StreamSealer::StreamSealer(const SecretBytes& key, ByteView associated, base::Random& random)
    : waiting_out_(random.bytes(salt_size)), key_(stream_key(key, waiting_out_, associated)) {}

// A full chunk waits until more comes: it could be the last.
Bytes StreamSealer::add(ByteView plain) {
  Bytes out = std::exchange(waiting_out_, {});
  while (!plain.empty()) {
    if (waiting_in_.size() == stream_chunk_size) {
      out += gcm_encrypt(key_.reveal(), nonce_of(index_++, false), waiting_in_, "");
      waiting_in_.clear();
    }
    const ByteView part = plain.substr(0, stream_chunk_size - waiting_in_.size());
    waiting_in_ += part;
    plain.remove_prefix(part.size());
  }
  return out;
}

Bytes StreamSealer::finish() {
  Bytes out = std::exchange(waiting_out_, {});
  out += gcm_encrypt(key_.reveal(), nonce_of(index_, true), waiting_in_, "");
  waiting_in_.clear();
  return out;
}

StreamOpener::StreamOpener(const SecretBytes& key, ByteView associated)
    : key_(key.duplicate()), associated_(associated) {}

Result<Bytes> StreamOpener::open_chunk(ByteView sealed, bool last) {
  auto plain = gcm_decrypt(stream_key_->reveal(), nonce_of(index_, last), sealed, "");
  if (!plain || (last && index_ > 0 && plain->empty())) {
    broken_ = true;
    return broken("a part of the sealed stream was changed, moved or cut off");
  }
  ++index_;
  return std::move(*plain);
}

Result<Bytes> StreamOpener::add(ByteView sealed) {
  if (broken_) return broken("the sealed stream was found broken before");
  Bytes out;
  while (!sealed.empty()) {
    const std::size_t wanted = stream_key_ ? sealed_chunk_size : salt_size;
    if (waiting_.size() == wanted) {  // and more has come: not the last chunk
      ALTING_TRY(plain, open_chunk(waiting_, false));
      out += plain;
      waiting_.clear();
    }
    const ByteView part = sealed.substr(0, wanted - waiting_.size());
    waiting_ += part;
    sealed.remove_prefix(part.size());
    if (!stream_key_ && waiting_.size() == salt_size) {
      stream_key_ = stream_key(key_, waiting_, associated_);
      waiting_.clear();
    }
  }
  return out;
}

Result<Bytes> StreamOpener::finish() {
  if (broken_ || !stream_key_) return broken("the sealed stream is not whole");
  auto plain = open_chunk(waiting_, true);
  broken_ = true;  // nothing may follow
  return plain;
}

}  // namespace alting::crypto
