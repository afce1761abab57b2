// What is known of a connection without its socket: how long it may take, and how many there are.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace alting::web {

using Steady = std::chrono::steady_clock;

// How fast a content comes or an answer is taken, over the whole of it: time in which we make the other side wait is not
// counted.
class Pace {
 public:
  void begin() { *this = Pace(); }
  void go_on(Steady::time_point now) { since_ = now; }
  void pause(Steady::time_point now);
  void add(std::uint64_t octets) { octets_ += octets; }
  // Less than `least` octets a second, once `grace` is over.
  [[nodiscard]] bool too_slow(Steady::time_point now, Steady::duration grace, std::uint64_t least) const;

 private:
  std::optional<Steady::time_point> since_;
  Steady::duration before_{0};
  std::uint64_t octets_ = 0;
};

struct LeastRates {
  Steady::duration grace = std::chrono::seconds(10);
  std::uint64_t content = 1'000, answer = 4'000;  // octets a second
};

// What the loop's tick sees of a connection. Used by the loop's thread only.
class Watched {
 public:
  virtual ~Watched() = default;
  virtual void cancel() = 0;    // what is being waited for ends with an error
  virtual void abort() = 0;     // the socket closes
  virtual void give_way() = 0;  // ends, and its place is free at once
  virtual void look() = 0;      // whether the other side is still there, when something is being done for it

  void expire_in(Steady::duration time) { deadline = Steady::now() + time; }
  void never_expire() { deadline = Steady::time_point::max(); }
  [[nodiscard]] bool is_over(Steady::time_point now, const LeastRates& least) const {
    return now >= deadline || content_pace.too_slow(now, least.grace, least.content) ||
           answer_pace.too_slow(now, least.grace, least.answer);
  }

  Steady::time_point deadline = Steady::time_point::max();
  Pace content_pace, answer_pace;
  bool idle = false;  // nothing of a next request has come
  bool timed_out = false;
};

// The connections of one loop from which a request is awaited, the longest first: what is idle gives way when there are
// too many. Used by the loop's thread only.
class Awaiting {
 public:
  void enter(Watched& connection);
  void leave(Watched& connection);
  [[nodiscard]] Watched* longest() const;  // that is not ending already

 private:
  std::list<Watched*> in_order_;
  std::unordered_map<Watched*, std::list<Watched*>::iterator> places_;
};

// Counts connections, in all and by address, and says when there is room for one more.
class ConnectionCount {
 public:
  // `free_peers` (our own proxies) are held to the total only.
  ConnectionCount(std::size_t most, std::size_t most_per_address, std::vector<std::string> free_peers);
  [[nodiscard]] bool admit(const std::string& peer);
  void leave(const std::string& peer);
  [[nodiscard]] std::size_t count() const;
  [[nodiscard]] bool is_crowded() const;               // over 80 %: time for idle ones to go
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
