// What is known of a connection without its socket: how long it may take, and how many there are.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace alting::web {

using Steady = std::chrono::steady_clock;

// What the loop's tick sees of a connection. Used by the loop's thread only.
class Watched {
 public:
  virtual ~Watched() = default;
  virtual void cancel() = 0;  // what is being waited for ends with an error
  virtual void abort() = 0;   // the socket closes

  void expire_in(Steady::duration time) { deadline = Steady::now() + time; }
  void never_expire() { deadline = Steady::time_point::max(); }
  [[nodiscard]] bool is_over(Steady::time_point now) const { return now >= deadline || too_slow(now); }
  // Content that comes at less than 1 kB/s, measured from its beginning, once that is 10 s ago.
  [[nodiscard]] bool too_slow(Steady::time_point now) const;

  Steady::time_point deadline = Steady::time_point::max();
  std::optional<Steady::time_point> content_since;
  std::uint64_t content_octets = 0;
  bool idle = false;  // nothing of a next request has come
  bool timed_out = false;
};

// Counts connections, in all and by address, and says when there is room for one more.
class ConnectionCount {
 public:
  // `free_peers` (our own proxies) are held to the total only.
  ConnectionCount(std::size_t most, std::size_t most_per_address, std::vector<std::string> free_peers);
  [[nodiscard]] bool admit(const std::string& peer);
  void leave(const std::string& peer);
  [[nodiscard]] std::size_t count() const;
  bool wait_for_none(std::chrono::microseconds time);  // false when some are left

 private:
  std::size_t most_, most_per_address_;
  std::vector<std::string> free_peers_;
  mutable std::mutex mutex_;
  std::condition_variable none_;
  std::size_t count_ = 0;
  std::map<std::string, std::size_t> by_address_;
};

}  // namespace alting::web
