#include "ledger/sealer.h"

#include <algorithm>
#include <span>

#include "base/log.h"

namespace alting::ledger {

namespace {

constexpr std::size_t most_in_stock = 8192;
constexpr std::size_t most_made_on_the_spot = 512;
constexpr std::size_t most_made_at_once = 2048;  // by the keeper: a commit of some milliseconds
constexpr auto after_a_failure = std::chrono::seconds(1);
constexpr std::size_t most_remembered = 200'000;  // parties; a forgotten one just gets another key

std::int64_t day_of(base::Instant at) { return at.micros / base::Duration::days(1).micros; }

}  // namespace

Sealer::~Sealer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  low_.notify_all();
  if (keeper_.joinable()) keeper_.join();
  try {
    return_stock();
  } catch (const std::exception& error) {
    base::log(base::LogLevel::warning, "ledger.keys_not_returned",
              {{"keys", static_cast<std::int64_t>(stock_.size())}, {"reason", error.what()}});
  }
}

// A key is in stock or was taken, never both: taking removes it under the lock, before anything is sealed under it. So
// none of these is in use, whatever a kill between the parts leaves. Nobody else is here any more.
void Sealer::return_stock() {
  while (!stock_.empty()) {
    const auto some = std::span(stock_).last(std::min(stock_.size(), most_made_at_once));
    vault_.return_keys(some, log_holder);
    stock_.resize(stock_.size() - some.size());
  }
}

void Sealer::keep_stocked() {
  keeper_ = std::thread([this] { run_keeper(); });
}

void Sealer::run_keeper() {
  Lock lock(mutex_);
  while (true) {
    low_.wait(lock, [&] { return stopping_ || is_low(); });
    if (stopping_) return;
    const auto missing = std::min(wanted_ - stock_.size(), most_made_at_once);
    lock.unlock();
    std::vector<base::Uuid> fresh;
    try {
      fresh = vault_.make_keys(missing, log_holder);
    } catch (const std::exception& error) {  // who needs a key is told so when they try themselves
      base::log(base::LogLevel::error, "ledger.no_keys_ahead", {{"reason", error.what()}});
    }
    lock.lock();
    stock_.insert(stock_.end(), fresh.begin(), fresh.end());
    made_.notify_all();
    if (fresh.empty()) low_.wait_for(lock, after_a_failure, [&] { return stopping_; });
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
  wanted_ = std::min(2 * wanted_, most_in_stock);
  const auto count = std::min(wanted_ / 2, most_made_on_the_spot);
  making_ = true;
  const Making making{*this, lock};
  lock.unlock();
  const auto fresh = vault_.make_keys(count, log_holder);
  lock.lock();
  stock_.insert(stock_.end(), fresh.begin(), fresh.end());
}

base::Uuid Sealer::take_new(Lock& lock) {
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
      if (day_of(day) != day_ || shared_.size() >= most_remembered) {
        shared_.clear();
        day_ = day_of(day);
      }
      return shared_.find(party);
    };
    auto found = known();
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
