#include "parties/recent_parties.h"

#include <algorithm>
#include <chrono>

#include "base/log.h"
#include "store/row_reader.h"

namespace alting::parties {

namespace {

constexpr int max_kept = 20;                             // per user
constexpr auto note_again = base::Duration::minutes(5);  // the same party as last time
constexpr auto write_every = std::chrono::seconds(2);    // so long notes gather
constexpr std::size_t max_in_transaction = 200;          // about 10 ms
constexpr std::size_t max_waiting = 100'000;             // the database is away: newer notes are dropped
constexpr std::size_t max_users_remembered = 200'000;    // then the memory begins anew

}  // namespace

RecentParties::RecentParties(store::Database& database, const base::Clock& clock)
    : database_(database), clock_(clock), writer_([this] { run(); }) {}

RecentParties::~RecentParties() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  noted_.notify_all();
  writer_.join();
}

void RecentParties::note(std::int64_t user, terms::PartyId party) {
  const std::lock_guard lock(mutex_);
  const auto at = std::max(clock_.now(), last_ + base::Duration{1});
  if (latest_.size() >= max_users_remembered) latest_.clear();
  auto& latest = latest_[user];
  if (latest.party == party && at - latest.at < note_again) return;
  if (waiting_.size() >= max_waiting) return;
  last_ = at;
  latest = {party, at};
  const bool first = waiting_.empty();
  waiting_.insert_or_assign(Key{user, party.value}, at);
  if (first) noted_.notify_one();
}

std::vector<terms::PartyId> RecentParties::list(std::int64_t user, int limit) {
  std::map<std::int64_t, std::int64_t> used;  // party: when
  for (const auto& row : database_.read([&](store::Tx& tx) {
         return tx.query("SELECT party, used_at FROM recent_party WHERE user_id = ? ORDER BY used_at DESC LIMIT ?",
                         {user, max_kept});
       })) {
    const auto [party, at] = store::read_row<std::int64_t, std::int64_t>(row);
    used[party] = at;
  }
  {
    const std::lock_guard lock(mutex_);
    for (auto one = waiting_.lower_bound({user, INT64_MIN}); one != waiting_.end() && one->first.first == user; ++one)
      used[one->first.second] = std::max(used[one->first.second], one->second.micros);
  }
  std::vector<std::pair<std::int64_t, std::int64_t>> by_time;
  for (const auto& [party, at] : used) by_time.emplace_back(-at, party);
  std::ranges::sort(by_time);
  by_time.resize(std::min(by_time.size(), static_cast<std::size_t>(std::clamp(limit, 1, max_kept))));
  std::vector<terms::PartyId> parties;
  for (const auto& [at, party] : by_time) parties.push_back({party});
  return parties;
}

std::vector<std::pair<RecentParties::Key, base::Instant>> RecentParties::some_waiting() const {
  const std::lock_guard lock(mutex_);
  const auto count = std::min(waiting_.size(), max_in_transaction);
  return {waiting_.begin(), std::next(waiting_.begin(), static_cast<std::ptrdiff_t>(count))};
}

void RecentParties::write_some(const std::vector<std::pair<Key, base::Instant>>& notes) {
  const auto written = database_.write([&](store::Tx& tx) -> base::Status {
    for (const auto& [key, at] : notes) {
      tx.run(
          "INSERT INTO recent_party (user_id, party, used_at) VALUES (?, ?, ?) ON CONFLICT (user_id, party) DO UPDATE "
          "SET used_at = excluded.used_at WHERE recent_party.used_at < excluded.used_at",
          {key.first, key.second, at});
      tx.run(
          "DELETE FROM recent_party WHERE user_id = ? AND used_at < (SELECT MIN(used_at) FROM (SELECT used_at FROM "
          "recent_party WHERE user_id = ? ORDER BY used_at DESC LIMIT ?) AS kept)",
          {key.first, key.first, max_kept});
    }
    return {};
  });
  if (!written) throw store::DatabaseError("recent parties were refused");
  const std::lock_guard lock(mutex_);
  for (const auto& [key, at] : notes)
    if (const auto found = waiting_.find(key); found != waiting_.end() && found->second == at) waiting_.erase(found);
}

void RecentParties::write_waiting() {
  for (auto notes = some_waiting(); !notes.empty(); notes = some_waiting()) write_some(notes);
}

void RecentParties::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    noted_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    noted_.wait_for(lock, write_every, [this] { return stopping_; });
    const bool last = stopping_;
    lock.unlock();
    try {
      write_waiting();
    } catch (const std::exception& broken) {
      base::log(base::LogLevel::warning, "recent_parties.not_written", {{"what", broken.what()}});
    }
    lock.lock();
    if (last) return;
  }
}

}  // namespace alting::parties
