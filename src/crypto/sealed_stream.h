// Sealing what is too large to hold: chunks of 64 KiB, each sealed with its number and whether it is the last (the
// STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizar, 2015), so that cutting off, reordering, repeating and
// joining are found.
//
// Format: a salt of 32 octets, then the chunks, each with a tag of 16 octets. The key of the stream is HKDF-SHA256 of
// the given key, the salt and the associated data; nonces count from 0, their last octet is 1 for the last chunk. Only
// an empty text has an empty last chunk. What an opener has given out is authentic, but only finish() says that it is
// all.
#pragma once
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/secret_bytes.h"

namespace alting::crypto {

inline constexpr std::size_t stream_chunk_size = 64 * 1024;

class StreamSealer {
 public:
  StreamSealer(const SecretBytes& key, base::ByteView associated, base::Random& random);
  [[nodiscard]] base::Bytes add(base::ByteView plain);  // what can be written so far
  [[nodiscard]] base::Bytes finish();                   // the rest; nothing may be added after it

 private:
  base::Bytes waiting_out_;  // the salt, until the first answer
  SecretBytes key_;
  base::Bytes waiting_in_;
  std::uint64_t index_ = 0;
};

class StreamOpener {
 public:
  StreamOpener(const SecretBytes& key, base::ByteView associated);
  // After an error nothing more comes out. error.seal.broken as for open().
  [[nodiscard]] base::Result<base::Bytes> add(base::ByteView sealed);
  [[nodiscard]] base::Result<base::Bytes> finish();

 private:
  [[nodiscard]] base::Result<base::Bytes> open_chunk(base::ByteView sealed, bool last);

  SecretBytes key_;
  base::Bytes associated_;
  std::optional<SecretBytes> stream_key_;  // once the salt is there
  base::Bytes waiting_;
  std::uint64_t index_ = 0;
  bool broken_ = false;
};

}  // namespace alting::crypto
