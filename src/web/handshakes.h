// How many TLS handshakes a network may have: a handshake costs a signature before anything is known of who asks. Who
// is over waits for its turn, in its own network's row alone, and within it the addresses take turns. All loops share
// one count and one order, so this may be used from several threads.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "web/budget.h"

namespace alting::web {

class Handshakes {
 public:
  struct Limits {
    std::size_t all = 2'000, network = 500;  // in progress at once
    std::size_t per_second = 50;             // of one network, in the long run; after a pause as many as `network`
  };
  // Where a handshake comes from: an IPv4 /24, or an IPv6 /64 and the /48 around it, which has wide_share times as much.
  struct From {
    std::string network, wide = {};
    std::string address = {};  // those of one network take turns by this
  };
  using Now = std::chrono::steady_clock::time_point;

  // One of them, from when it asks for a turn until it ends. The functions are called on any thread, one at a time, and
  // not after end(): they may look, or post to where the connection lives, but not call back.
  struct One {
    From from;
    std::function<bool()> is_gone;    // the other side has closed
    std::function<void()> called;     // its wait is over: has_turn() says how
    std::function<void()> gives_way;  // it had its turn, and another has its place now
    enum class Stands : std::uint8_t { nowhere, waiting, begun } stands = Stands::nowhere;  // Handshakes' alone
    std::uint64_t number = 0;                                                               // likewise
    Now begun_at = {};                                                                      // likewise
  };
  using Ref = std::shared_ptr<One>;

  explicit Handshakes(Limits limits) : limits_(limits) {}
  // True: it has begun. Otherwise it waits until it is called.
  //
  // When as many are in progress as may, the one that has taken longest gives way: of all, or of its own network when
  // that is full, there only once it has stalled.
  [[nodiscard]] bool begin(const Ref& one, Now now);
  [[nodiscard]] bool has_turn(const Ref& one) const;
  void end(const Ref& one);  // wherever it stands; whoever waits is called by call()
  // Calls who has a turn now, in all rows (turns come back with time) or in one. Who has gone spends none.
  void call(Now now);
  void call(const std::string& network, Now now);

  [[nodiscard]] std::size_t in_progress() const;
  [[nodiscard]] std::size_t waiting() const;
  [[nodiscard]] std::size_t networks() const;  // that are remembered

  // So long a handshake is never in progress when both sides do their part.
  static constexpr auto stalled_after = std::chrono::seconds(2);

 private:
  using InOrder = std::map<std::uint64_t, Ref>;  // by number: the longest first
  struct Network {
    InOrder begun;
    double left = 0;  // that may begin now
    Now at;
  };
  struct Row {
    std::map<std::string, InOrder> waiting;  // by address; none is empty
    std::deque<std::string> turns;           // of these addresses
  };
  [[nodiscard]] Network& renewed(const std::string& name, std::size_t shares, Now now);
  [[nodiscard]] bool start(const Ref& one, Now now);
  [[nodiscard]] bool make_place(const InOrder& of, std::size_t max, Now now, Now::duration stalled);
  void take_out_of_progress(const Ref& one);
  void enter_row(const Ref& one);
  void leave_row(const Ref& one);
  void call_row(Row& row, Now now);
  void forget_rested(Now now);

  Limits limits_;
  mutable std::mutex mutex_;
  InOrder in_progress_;
  std::uint64_t next_number_ = 0;
  std::size_t look_again_at_ = 1'000;  // networks
  std::unordered_map<std::string, Network> networks_;
  std::unordered_map<std::string, Row> rows_;  // by network; none is empty
};

}  // namespace alting::web
