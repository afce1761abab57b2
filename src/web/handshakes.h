// How many TLS handshakes a network may have: a handshake costs a signature before anything is known of who asks. Who
// is over waits for its turn, in its own network's row alone.
#pragma once
#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

namespace alting::web {

class Handshakes {
 public:
  struct Limits {
    std::size_t all = 2'000, network = 500;  // in progress at once
    std::size_t per_second = 50;             // of one network, in the long run
    std::size_t burst = 500;                 // of one network, after a pause
  };
  explicit Handshakes(Limits limits) : limits_(limits) {}
  using Now = std::chrono::steady_clock::time_point;
  [[nodiscard]] bool begin(const std::string& network, Now now);
  void end(const std::string& network);
  [[nodiscard]] std::size_t networks() const;  // that are remembered

 private:
  struct Network {
    std::size_t in_progress = 0;
    double left = 0;  // that may begin now
    Now at;
  };
  void forget_rested(Now now);
  Limits limits_;
  mutable std::mutex mutex_;
  std::size_t in_progress_ = 0;
  std::size_t look_again_at_ = 1'000;  // networks
  std::unordered_map<std::string, Network> networks_;
};

}  // namespace alting::web
