// What comes before its place is free: octets that wait while a copy grows. In memory while they are few, and then in a file
// without a name, sealed under a key that is nowhere but here; so nothing of it is left, whatever happens.
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/random.h"
#include "crypto/sealed_stream.h"
#include "crypto/secret_bytes.h"

namespace alting::privacy {

class Spool {
 public:
  Spool(std::filesystem::path folder, base::Random& random) : folder_(std::move(folder)), random_(random) {}
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;
  // std::system_error when the disk fails.
  void write(base::ByteView part);
  // All of it, piece by piece; then it is empty, and may be filled again.
  void take_all(const std::function<void(base::ByteView)>& take);
  [[nodiscard]] bool empty() const { return descriptor_ < 0 && waiting_.empty(); }

 private:
  void move_to_disk();
  void put(base::ByteView sealed) const;
  void close();
  std::filesystem::path folder_;
  base::Random& random_;
  base::Bytes waiting_;
  int descriptor_ = -1;
  crypto::SecretBytes key_;
  std::optional<crypto::StreamSealer> sealer_;
};

}  // namespace alting::privacy
