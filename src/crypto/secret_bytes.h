// Octets that must not leak: keys, seeds, private PEM. Wiped when they go; not copied unless asked; nothing prints
// them.
#pragma once
#include <iosfwd>
#include <utility>

#include "base/bytes.h"
#include "base/random.h"

namespace alting::crypto {

class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(base::Bytes bytes)
      : bytes_(std::move(bytes)) {}  // pass with std::move: the caller's copy is not wiped
  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes() { wipe(); }

  [[nodiscard]] static SecretBytes random(base::Random& random, std::size_t size) {
    return SecretBytes(random.bytes(size));
  }
  [[nodiscard]] SecretBytes duplicate() const { return SecretBytes(base::Bytes(bytes_)); }
  [[nodiscard]] base::ByteView reveal() const { return bytes_; }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  bool operator==(const SecretBytes& other) const;  // in a time that does not depend on where they differ

 private:
  void wipe();
  base::Bytes bytes_;
};

std::ostream& operator<<(std::ostream&, const SecretBytes&) = delete;

}  // namespace alting::crypto
