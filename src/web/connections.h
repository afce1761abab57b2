// What is known of a connection without its socket: how long it may take, and how many there are.
#pragma once
#include <algorithm>
#include <array>
#include <atomic>
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
  // How much longer it has taken than at `rate` octets a second; less than zero when it is faster.
  [[nodiscard]] std::chrono::duration<double> behind(Steady::time_point now, std::uint64_t rate) const;

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
  virtual void look() = 0;      // whether the other side is still there, when it waits for us

  void expire_in(Steady::duration time) { deadline = Steady::now() + time; }
  void never_expire() { deadline = Steady::time_point::max(); }
  [[nodiscard]] bool is_over(Steady::time_point now, const LeastRates& least) const {
    return now >= deadline || content_pace.too_slow(now, least.grace, least.content) ||
           answer_pace.too_slow(now, least.grace, least.answer);
  }

  Steady::time_point deadline = Steady::time_point::max();
  // How far behind `rate` octets a second it is, with what it sends or with what it takes.
  [[nodiscard]] std::chrono::duration<double> behind(Steady::time_point now, std::uint64_t rate) const {
    return std::max(content_pace.behind(now, rate), answer_pace.behind(now, rate));
  }

  Steady::time_point waits_since;  // since when it stands where it stands (InOrder)
  Pace content_pace, answer_pace;
  bool idle = false;     // nothing of a next request has come
  bool at_work = false;  // what came of it is being written: it does not give way just now
  bool timed_out = false;
};

// Connections of one loop that wait for the same, the longest first. Used by the loop's thread only, but for size().
class InOrder {
 public:
  void enter(Watched& connection);  // at the end, also when it is there already
  void leave(Watched& connection);
  // Those that are not ending already and may give way, at most so many.
  [[nodiscard]] std::vector<Watched*> first(std::size_t limit) const;
  [[nodiscard]] Watched* longest() const;
  [[nodiscard]] bool has(Watched& connection) const { return places_.contains(&connection); }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::atomic<std::size_t> size_ = 0;
  std::list<Watched*> in_order_;
  std::unordered_map<Watched*, std::list<Watched*>::iterator> places_;
};

// The connections of one loop whose contents are being read or answers taken. Used by the loop's thread only, but for
// size().
class Transfers {
 public:
  void enter(Watched& connection, bool of_person);
  void leave(Watched& connection);
  // The one that is furthest behind, of those with a session or of those without.
  [[nodiscard]] Watched* slowest(Steady::time_point now, bool of_person) const;
  [[nodiscard]] std::size_t size(bool of_person) const { return (of_person ? persons_ : strangers_).size(); }

  static constexpr std::uint64_t fair_rate = 16'000;  // octets a second: who is faster is behind nobody
  static constexpr std::size_t looked_at = 64;        // of those that have been at it longest

 private:
  InOrder strangers_, persons_;
};

// Who gives way to a new connection, step by step: of all loops the one step before of any loop the next, so that a
// person loses nothing while a stranger is slow, wherever the two stand.
//
// What is idle loses nothing, so the longest idle goes first; but one that has only just come may be about to ask, and is
// left alone while a stranger's transfer is further behind. A person's transfer goes last.
enum class GivesWay : std::uint8_t {
  rested,            // idle for a while
  slow_stranger,     // further behind than anything that has just come has waited
  idle_or_stranger,  // the longest idle, even if it has just come, or a stranger that is further behind
  person,            // the slowest
};
// For when places grow few, and for when there are hardly any left: before that, nobody who has just come goes for the next.
inline constexpr std::array when_crowded{GivesWay::rested};
inline constexpr std::array when_full{GivesWay::rested, GivesWay::slow_stranger, GivesWay::idle_or_stranger,
                                      GivesWay::person};
// The one of this loop, or nobody. Used by the loop's thread only.
[[nodiscard]] Watched* who_gives_way(const InOrder& awaiting, const Transfers& transfers, Steady::time_point now,
                                     GivesWay step);
// Whether it is worth asking that loop. Used by any thread.
[[nodiscard]] bool may_give_way(const InOrder& awaiting, const Transfers& transfers, GivesWay step);

// Counts connections, in all and by address, and says when there is room for one more.
class ConnectionCount {
 public:
  // `free_peers` (our own proxies) are held to the total only.
  ConnectionCount(std::size_t max, std::size_t max_per_address, std::vector<std::string> free_peers);
  [[nodiscard]] bool admit(const std::string& peer);
  [[nodiscard]] bool is_over_its_own(const std::string& peer) const;  // nobody has to give way for this one
  void leave(const std::string& peer);
  [[nodiscard]] std::size_t count() const;
  [[nodiscard]] bool is_crowded() const;               // over 80 %: time for idle ones to go
  [[nodiscard]] bool is_full() const;                  // over 90 %: for slow ones too
  bool wait_for_none(std::chrono::microseconds time);  // false when some are left

 private:
  std::size_t max_, max_per_address_;
  [[nodiscard]] bool may_have_more(const std::string& peer, std::size_t has) const;
  std::vector<std::string> free_peers_;
  mutable std::mutex mutex_;
  std::condition_variable none_;
  std::size_t count_ = 0;
  std::map<std::string, std::size_t> by_address_;
};

}  // namespace alting::web
