#include "ledger/sealer.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/log.h"

namespace alting::ledger {

namespace {

constexpr std::size_t max_in_stock = 8192;
constexpr std::size_t max_made_on_the_spot = 512;
constexpr std::size_t max_made_at_once = 2048;  // by the keeper: a commit of some milliseconds
constexpr auto after_a_failure = std::chrono::seconds(1);
constexpr auto kept_in_stock = base::Duration::days(1);
constexpr std::size_t max_parties_remembered = 200'000;  // parties; a forgotten one just gets another key

std::int64_t day_of(base::Instant at) { return at.micros / base::Duration::days(1).micros; }

}  // namespace

Sealer::~Sealer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  low_.notify_all();
  if (keeper_.joinable()) keeper_.join();
  unused_.insert(unused_.end(), stock_.begin(), stock_.end());
  stock_.clear();
  try {
    return_keys(unused_);
  } catch (const std::exception& error) {
    base::log(base::LogLevel::warning, "ledger.keys_not_returned",
              {{"keys", static_cast<std::int64_t>(unused_.size())}, {"reason", error.what()}});
  }
}

// A key is in stock, or was taken, or is to be returned, never two of these: it moves under the lock, and it is taken
// before anything is sealed under it. So none that is returned is in use, whatever a kill between the parts leaves.
void Sealer::return_keys(std::vector<base::Uuid>& keys) {
  while (!keys.empty()) {
    const auto some = std::span(keys).last(std::min(keys.size(), max_made_at_once));
    vault_.return_keys(some, log_holder);
    keys.resize(keys.size() - some.size());
  }
}

// With the lock held. All of it once a day, however much was used: the oldest lie below those that are taken.
void Sealer::renew_stock() {
  if (clock_ == nullptr || stock_.empty() || now() < stocked_since_ + kept_in_stock) return;
  unused_.insert(unused_.end(), stock_.begin(), stock_.end());
  stock_.clear();
  low_.notify_one();
}

void Sealer::add(const std::vector<base::Uuid>& fresh, base::Instant made_after) {
  if (stock_.empty()) stocked_since_ = made_after;
  stock_.insert(stock_.end(), fresh.begin(), fresh.end());
}

void Sealer::keep_stocked() {
  keeper_ = std::thread([this] { run_keeper(); });
}

void Sealer::run_keeper() {
  Lock lock(mutex_);
  while (true) {
    low_.wait(lock, [&] { return stopping_ || is_low() || !unused_.empty(); });
    if (stopping_) return;
    const auto missing = is_low() ? std::min(wanted_ - stock_.size(), max_made_at_once) : 0;
    auto unused = std::exchange(unused_, {});
    lock.unlock();
    const auto began = now();
    std::vector<base::Uuid> fresh;
    bool failed = false;
    try {
      if (missing > 0) fresh = vault_.make_keys(missing, log_holder);
      return_keys(unused);
    } catch (const std::exception& error) {  // who needs a key is told so when they try themselves
      base::log(base::LogLevel::error, "ledger.no_keys_ahead", {{"reason", error.what()}});
      failed = true;
    }
    lock.lock();
    add(fresh, began);
    unused_.insert(unused_.end(), unused.begin(), unused.end());
    made_.notify_all();
    if (failed) low_.wait_for(lock, after_a_failure, [&] { return stopping_; });
  }
}

// Of an empty stock. Makes some outside the lock, or waits until another has; there may be none again when it returns.
void Sealer::make_some(Lock& lock) {
  if (making_) return made_.wait(lock);
  struct Making {
    Sealer& sealer;
    Lock& lock;
    ~Making() {
      if (!lock.owns_lock()) lock.lock();
      sealer.making_ = false;
      sealer.made_.notify_all();
    }
  };
  wanted_ = std::min(2 * wanted_, max_in_stock);
  const auto count = std::min(wanted_ / 2, max_made_on_the_spot);
  making_ = true;
  const Making making{*this, lock};
  lock.unlock();
  const auto began = now();
  const auto fresh = vault_.make_keys(count, log_holder);
  lock.lock();
  add(fresh, began);
}

base::Uuid Sealer::take_new(Lock& lock) {
  renew_stock();
  while (stock_.empty()) make_some(lock);
  const auto key = stock_.back();
  stock_.pop_back();
  if (is_low()) low_.notify_one();
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
    Lock lock(mutex_);
    key = take_new(lock);
  }
  return seal_under(key, plaintext);
}

SealedPart Sealer::seal_shared(std::int64_t party, base::Instant day, base::ByteView plaintext) {
  base::Uuid key;
  {
    Lock lock(mutex_);
    const auto known = [&] {
      if (day_of(day) != day_ || shared_.size() >= max_parties_remembered) {
        shared_.clear();
        day_ = day_of(day);
      }
      return shared_.find(party);
    };
    auto found = known();
    if (found == shared_.end()) renew_stock();
    while (found == shared_.end() && stock_.empty()) {
      make_some(lock);
      found = known();  // others went on meanwhile
    }
    key = found != shared_.end() ? found->second : (shared_[party] = take_new(lock));
  }
  return seal_under(key, plaintext);
}

base::Instant Sealer::settled_after(base::Instant committed_at) {
  return base::Instant{(day_of(committed_at) + 1) * base::Duration::days(1).micros} + base::Duration::hours(1);
}

base::Result<base::Bytes> Sealer::open(const SealedPart& part) {
  return vault_.open(part.key, part.ciphertext, log_holder);
}

}  // namespace alting::ledger
