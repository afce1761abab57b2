#include "ledger/sealer.h"

namespace alting::ledger {

namespace {
constexpr std::size_t most_in_stock = 4096;
constexpr std::size_t most_subjects = 200'000;  // remembered; a forgotten one just gets another key
}  // namespace

std::vector<base::Uuid> Sealer::make(std::size_t count) {
  const std::vector<store::SealRequest> requests(count, store::SealRequest{"", {log_holder}});
  auto sealed = vault_.seal_all(requests, {});
  if (!sealed) throw store::DatabaseError("the keystore refused new keys for the log");
  std::vector<base::Uuid> keys;
  for (const auto& one : *sealed) keys.push_back(one.key_id);
  return keys;
}

base::Uuid Sealer::take_new() {
  if (stock_.empty()) {
    wanted_ = std::min(2 * wanted_, most_in_stock);
    stock_ = make(32);
  }
  const auto key = stock_.back();
  stock_.pop_back();
  return key;
}

base::Uuid Sealer::key_for(const Subject& subject, std::int64_t day) {
  const std::lock_guard lock(mutex_);
  if (day != day_ || keys_.size() >= most_subjects) {
    keys_.clear();
    day_ = day;
  }
  const auto found = keys_.find(subject);
  if (found != keys_.end()) return found->second;
  return keys_[subject] = take_new();
}

SealedPart Sealer::seal(std::int64_t party, Retention retention, base::Instant day, base::ByteView plaintext) {
  const auto key = key_for({party, retention}, day.micros / base::Duration::days(1).micros);
  auto sealed = vault_.reseal(key, plaintext, log_holder);
  if (!sealed) throw store::DatabaseError("a key of the log is missing in the keystore");
  return {key, std::move(sealed->ciphertext)};
}

SealedPart Sealer::seal_under_new_key(base::ByteView plaintext) {
  auto sealed = vault_.seal(plaintext, {log_holder});
  return {sealed.key_id, std::move(sealed.ciphertext)};
}

base::Result<base::Bytes> Sealer::open(const SealedPart& part) {
  return vault_.open(part.key, part.ciphertext, log_holder);
}

void Sealer::retire(const std::set<base::Uuid>& keys) {
  const std::lock_guard lock(mutex_);
  std::erase_if(keys_, [&](const auto& one) { return keys.contains(one.second); });
  retirements_.fetch_add(1, std::memory_order_release);
}

void Sealer::erase(const std::set<base::Uuid>& keys) { vault_.erase({keys.begin(), keys.end()}, log_holder); }

bool Sealer::is_low() {
  const std::lock_guard lock(mutex_);
  return stock_.size() < wanted_ / 2;
}

void Sealer::restock() {
  std::size_t missing = 0;
  {
    const std::lock_guard lock(mutex_);
    if (stock_.size() < wanted_ / 2) missing = wanted_ - stock_.size();
  }
  if (missing == 0) return;
  const auto fresh = make(missing);  // outside the lock: entries go on being sealed
  const std::lock_guard lock(mutex_);
  stock_.insert(stock_.end(), fresh.begin(), fresh.end());
}

}  // namespace alting::ledger
