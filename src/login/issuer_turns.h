// Who may speak to the issuer just now. A login waits on the issuer twice, for up to some seconds, with a worker of ours
// and one of the few connections there are to it: one network holds at most a part of those, and what is begun leaves
// some for what is to be finished, of all there are and of each network's part. Who gets no turn is told at once and
// presses a button; nobody waits for one here.
#pragma once
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace alting::login {

class IssuerTurns {
 public:
  struct Limits {
    std::size_t all = 16;     // as many connections as there are (net::HttpOptions::max_at_once_per_host)
    std::size_t starts = 12;  // of those, logins being begun
    std::size_t network = 4;  // of one network (IPv4 /24, IPv6 /64)
    std::size_t wide = 8;     // of one IPv6 /48
    // Of those, logins being begun: who begins many keeps no neighbour from finishing.
    std::size_t network_starts = 3;
    std::size_t wide_starts = 6;
  };
  explicit IssuerTurns(Limits limits) : limits_(limits) {}
  enum class Use : std::uint8_t { start, finish };

  // Gives it back when it goes.
  class Turn {
   public:
    Turn(IssuerTurns& of, Use use, std::string network, std::string wide)
        : of_(&of), use_(use), network_(std::move(network)), wide_(std::move(wide)) {}
    Turn(Turn&& other) noexcept
        : of_(std::exchange(other.of_, nullptr)),
          use_(other.use_),
          network_(std::move(other.network_)),
          wide_(std::move(other.wide_)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (of_ != nullptr) of_->give_back(*this);
    }

   private:
    friend class IssuerTurns;
    IssuerTurns* of_;
    Use use_;
    std::string network_, wide_;
  };
  // `network` and the one around it (web::Request::neighbourhood, remote_network; the same for IPv4). Does not wait.
  [[nodiscard]] std::optional<Turn> take(Use use, const std::string& network, const std::string& wide);

 private:
  void give_back(const Turn& turn);
  struct Held {
    std::size_t all = 0, starts = 0;
  };
  [[nodiscard]] Held held_by(const std::string& name) const;
  Limits limits_;
  std::mutex mutex_;
  std::size_t all_ = 0, starts_ = 0;
  std::unordered_map<std::string, Held> by_network_;  // "n" and the network, "w" and the one around it
};

}  // namespace alting::login
