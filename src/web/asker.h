// Whose share a request is counted in. One client never slows another: what a client can hold (workers, streams,
// uploads, octets) is held in the name of a person with a valid session, or else of the network it comes from, and each
// of these names has a share.
//
// Only a session that is valid makes a name: with an invented cookie anyone could have as many shares as they like. A
// person's sessions share one share, for the same reason.
#pragma once
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "web/http.h"

namespace alting::web {

struct Asker {
  std::string key;      // "p" and the person's name, or "n" and the network's; in memory only
  bool person = false;  // with a valid session
  // The network around that network, when there is one: IPv6 is counted by /64, and who has a /48 has 65,536 of them.
  // All in it hold wide_share shares of a network together. "": none.
  std::string wide = {};
};
inline constexpr std::size_t wide_share = 4;

// What this room must be told of sessions, which another room keeps.
struct SessionSeam {
  // What the request brings as its session, unproved; "" for nothing. Does not wait.
  std::function<std::string(const Request&)> claimed;
  // The person whose valid session it is, by a name that is theirs alone; "" when it is not valid. May wait.
  std::function<std::string(const Request&)> person;
};

// Remembers for a while whose the sessions are. Nothing is allowed or refused by it but a share.
class Askers {
 public:
  explicit Askers(SessionSeam seam, std::size_t limit = 100'000) : seam_(std::move(seam)), limit_(limit) {}
  using Now = std::chrono::steady_clock::time_point;
  // Without waiting; nothing when look_up() must be asked.
  [[nodiscard]] std::optional<Asker> known(const Request& request, Now now) const;
  // On a thread that may wait. When sessions cannot be read the network answers for the request. Does not throw.
  [[nodiscard]] Asker look_up(const Request& request, Now now);
  [[nodiscard]] static Asker network(const Request& request);

  static constexpr auto good_for = std::chrono::seconds(30);

 private:
  struct Known {
    std::string person;
    Now until;
  };
  [[nodiscard]] std::string digest_of_claim(const Request& request) const;  // "" when it brings none
  SessionSeam seam_;
  std::size_t limit_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Known> by_claim_;  // by the SHA-256 of the claim
};

}  // namespace alting::web
