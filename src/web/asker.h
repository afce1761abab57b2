// Whether whoever sent a request still waits for its answer.
#pragma once
#include <poll.h>

#include <atomic>
#include <functional>
#include <memory>

namespace alting::web {

// Of one connection. What it hands out is asked by a handler on its own thread, while the connection waits for it and
// nothing else reads the socket; it may outlive the connection.
class Asker {
 public:
  void give_up() { *given_up_ = true; }  // before the connection's socket is closed
  [[nodiscard]] std::function<bool()> still_waits(int socket) const {
    return [given_up = given_up_, socket] {
      pollfd state{socket, POLLRDHUP, 0};
      return !*given_up && ::poll(&state, 1, 0) <= 0;
    };
  }

 private:
  std::shared_ptr<std::atomic<bool>> given_up_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace alting::web
