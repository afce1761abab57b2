#include "store/key_cache.h"

namespace alting::store {
namespace {
std::string name_of(const base::Uuid& key_id, const std::string& holder) { return base::Bytes(key_id.view()) + holder; }
}  // namespace

std::optional<crypto::SecretBytes> KeyCache::find(const base::Uuid& key_id, const std::string& holder) {
  const auto name = name_of(key_id, holder);
  const std::lock_guard lock(mutex_);
  if (const auto found = young_.find(name); found != young_.end()) return found->second.duplicate();
  const auto found = old_.find(name);
  if (found == old_.end()) return std::nullopt;
  auto key = found->second.duplicate();
  old_.erase(found);
  put(name, key.duplicate());
  return key;
}

std::uint64_t KeyCache::epoch() {
  const std::lock_guard lock(mutex_);
  return epoch_;
}

void KeyCache::keep(const base::Uuid& key_id, const std::string& holder, const crypto::SecretBytes& key,
                    std::uint64_t epoch) {
  const std::lock_guard lock(mutex_);
  if (epoch == epoch_) put(name_of(key_id, holder), key.duplicate());
}

void KeyCache::put(std::string name, crypto::SecretBytes key) {
  if (young_.size() >= half_) {
    old_ = std::move(young_);
    young_.clear();
  }
  young_.insert_or_assign(std::move(name), std::move(key));
}

void KeyCache::forget(const base::Uuid& key_id, const std::string& holder) {
  const auto name = name_of(key_id, holder);
  const std::lock_guard lock(mutex_);
  ++epoch_;
  young_.erase(name);
  old_.erase(name);
}

}  // namespace alting::store
