#include "ledger/sealer.h"

namespace alting::ledger {

namespace {

constexpr std::size_t most_in_stock = 8192;
constexpr std::size_t most_made_on_the_spot = 512;
constexpr std::size_t most_remembered = 200'000;  // parties; a forgotten one just gets another key

std::int64_t day_of(base::Instant at) { return at.micros / base::Duration::days(1).micros; }

}  // namespace

base::Uuid Sealer::take_new() {
  if (stock_.empty()) {
    wanted_ = std::min(2 * wanted_, most_in_stock);
    stock_ = vault_.make_keys(std::min(wanted_ / 2, most_made_on_the_spot), log_holder);
  }
  const auto key = stock_.back();
  stock_.pop_back();
  return key;
}

SealedPart Sealer::seal_under(const base::Uuid& key, base::ByteView plaintext) {
  auto sealed = vault_.reseal(key, plaintext, log_holder);
  if (!sealed) throw store::DatabaseError("a key of the log is missing in the keystore");
  return {key, std::move(sealed->ciphertext)};
}

SealedPart Sealer::seal(base::ByteView plaintext) {
  base::Uuid key;
  {
    const std::lock_guard lock(mutex_);
    key = take_new();
  }
  return seal_under(key, plaintext);
}

SealedPart Sealer::seal_shared(std::int64_t party, base::Instant day, base::ByteView plaintext) {
  base::Uuid key;
  {
    const std::lock_guard lock(mutex_);
    if (day_of(day) != day_ || shared_.size() >= most_remembered) {
      shared_.clear();
      day_ = day_of(day);
    }
    const auto found = shared_.find(party);
    key = found != shared_.end() ? found->second : (shared_[party] = take_new());
  }
  return seal_under(key, plaintext);
}

base::Instant Sealer::settled_after(base::Instant committed_at) {
  return base::Instant{(day_of(committed_at) + 1) * base::Duration::days(1).micros} + base::Duration::hours(1);
}

base::Result<base::Bytes> Sealer::open(const SealedPart& part) {
  return vault_.open(part.key, part.ciphertext, log_holder);
}

void Sealer::restock() {
  std::size_t missing = 0;
  {
    const std::lock_guard lock(mutex_);
    if (stock_.size() < wanted_ / 2) missing = wanted_ - stock_.size();
  }
  if (missing == 0) return;
  const auto fresh = vault_.make_keys(missing, log_holder);  // outside the lock: entries go on being sealed
  const std::lock_guard lock(mutex_);
  stock_.insert(stock_.end(), fresh.begin(), fresh.end());
}

}  // namespace alting::ledger
