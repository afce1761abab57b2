// How many TLS handshakes a network may have: a handshake costs a signature before anything is known of who asks. Who
// is over waits for its turn, in its own network's row alone.
#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>

#include "web/budget.h"
#include "web/connections.h"

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
  };
  explicit Handshakes(Limits limits) : limits_(limits) {}
  using Now = std::chrono::steady_clock::time_point;
  // `none`: it has begun. `all`: as many are in progress as may, and its network has room: one of them may give way.
  [[nodiscard]] Over begin(const From& from, Now now);
  void end(const From& from);
  [[nodiscard]] std::size_t in_progress() const;
  [[nodiscard]] std::size_t networks() const;  // that are remembered

 private:
  struct Network {
    std::size_t in_progress = 0;
    double left = 0;  // that may begin now
    Now at;
  };
  [[nodiscard]] Network& renewed(const std::string& name, std::size_t shares, Now now);
  void forget_rested(Now now);
  Limits limits_;
  mutable std::mutex mutex_;
  std::size_t in_progress_ = 0;
  std::size_t look_again_at_ = 1'000;  // networks
  std::unordered_map<std::string, Network> networks_;
};

// Those of one loop that wait for their turn, in a row for each network. Used by the loop's thread only.
class HandshakeRows {
 public:
  void enter(Watched& connection, const Handshakes::From& from);
  void leave(Watched& connection, const Handshakes::From& from);
  // Asks `begin` for the first of each row, and for the next when that has begun.
  void call(const std::function<bool(const Handshakes::From&)>& begin);
  void call(const std::string& network, const std::function<bool(const Handshakes::From&)>& begin);  // one row
  [[nodiscard]] bool has(const std::string& network) const { return rows_.contains(network); }

 private:
  struct Row {
    Handshakes::From from;
    InOrder waiting;
  };
  static void call(Row& row, const std::function<bool(const Handshakes::From&)>& begin);
  std::unordered_map<std::string, Row> rows_;  // by network; none is empty
};

}  // namespace alting::web
