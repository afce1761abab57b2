// Sessions that were looked at lately, in memory: a page asks for its session once, and most pages ask for little else.
//
// Only where one process has the database to itself (SQLite): with several, a session that was closed by another would
// live on here. What was closed is gone from here before close() returns, and a reader that was on its way meanwhile
// puts nothing back: it says which generation it began in, and each erasure begins a new one.
#pragma once
#include <cstdint>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "login/sessions.h"

namespace alting::login {

struct StoredSession {
  Session session;
  base::Instant last_seen;  // as the database has it
  base::Instant ends_at;
};

class SessionCache {
 public:
  explicit SessionCache(bool enabled, std::size_t limit = 50'000) : enabled_(enabled), limit_(limit) {}

  struct Answer {
    std::optional<StoredSession> found;
    std::uint64_t generation = 0;
  };
  [[nodiscard]] Answer find(const std::string& id_hash) const {
    if (!enabled_) return {};
    const std::shared_lock lock(mutex_);
    const auto found = entries_.find(id_hash);
    return {found == entries_.end() ? std::nullopt : std::optional(found->second), generation_};
  }
  void put(const std::string& id_hash, const StoredSession& session, std::uint64_t generation) {
    if (!enabled_) return;
    const std::scoped_lock lock(mutex_);
    if (generation != generation_) {
      entries_.erase(id_hash);  // what is there knows less than the caller: the row is to be read again
      return;
    }
    if (entries_.size() >= limit_) entries_.clear();
    entries_.insert_or_assign(id_hash, session);
  }
  // When nobody knows which were closed: all are read again.
  void clear() {
    const std::scoped_lock lock(mutex_);
    ++generation_;
    entries_.clear();
  }
  // Call it when the closing is durable.
  void erase(const std::vector<std::string>& id_hashes) {
    if (!enabled_ || id_hashes.empty()) return;
    const std::scoped_lock lock(mutex_);
    ++generation_;
    for (const auto& id_hash : id_hashes) entries_.erase(id_hash);
  }

 private:
  const bool enabled_;
  const std::size_t limit_;
  mutable std::shared_mutex mutex_;
  std::uint64_t generation_ = 0;
  std::unordered_map<std::string, StoredSession> entries_;
};

}  // namespace alting::login
