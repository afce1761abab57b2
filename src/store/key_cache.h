// Document keys that were unwrapped lately, at most so many. An erased key is never handed out again.
#pragma once
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/uuid.h"
#include "crypto/secret_bytes.h"

namespace alting::store {

// Two generations: what is used moves to the young one; when that is full the old one is dropped and the young becomes
// the old.
class KeyCache {
 public:
  explicit KeyCache(std::size_t max_keys) : half_(max_keys / 2 + 1) {}
  [[nodiscard]] std::optional<crypto::SecretBytes> find(const base::Uuid& key_id, const std::string& holder);
  // A key that was read from the keystore is kept only when nothing was erased since `epoch`, taken before the reading.
  [[nodiscard]] std::uint64_t epoch();
  void keep(const base::Uuid& key_id, const std::string& holder, const crypto::SecretBytes& key, std::uint64_t epoch);
  void forget(const base::Uuid& key_id, const std::string& holder);

 private:
  using Keys = std::unordered_map<std::string, crypto::SecretBytes>;
  void put(std::string name, crypto::SecretBytes key);
  std::size_t half_;
  std::mutex mutex_;
  std::uint64_t epoch_ = 0;
  Keys young_, old_;
};

}  // namespace alting::store
