#include "crypto/secret_bytes.h"

#include "crypto/hash.h"
#include "crypto/openssl.h"

namespace alting::crypto {

// A short std::string lives inside its object, so that moving copies it: the source is wiped too.
SecretBytes::SecretBytes(SecretBytes&& other) noexcept : bytes_(std::move(other.bytes_)) { other.wipe(); }

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this != &other) {
    wipe();
    bytes_ = std::move(other.bytes_);
    other.wipe();
  }
  return *this;
}

bool SecretBytes::operator==(const SecretBytes& other) const { return constant_time_equal(bytes_, other.bytes_); }

void SecretBytes::wipe() {
  bytes_.resize(bytes_.capacity());  // what a move left behind its end
  OPENSSL_cleanse(bytes_.data(), bytes_.size());
  bytes_.clear();
}

}  // namespace alting::crypto
