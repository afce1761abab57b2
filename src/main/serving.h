// The servers before an installation: the portal's, and in test mode the test issuer's on its own port.
#pragma once
#include <functional>
#include <memory>

#include "main/installation.h"

namespace alting::web {
class Router;
}

namespace alting::main {

class Serving {
 public:
  explicit Serving(Installation& installation);
  ~Serving();
  [[nodiscard]] base::Status start();
  void stop();        // finishes what was begun
  void reload_tls();  // certificate and key, for connections that come from now on
  [[nodiscard]] const web::Router& router() const;
  [[nodiscard]] std::uint16_t port() const;  // of the portal
  // For `bench`, in test mode only: the Cookie header of a browser with a new session and its anti-forgery token.
  [[nodiscard]] std::string cookies_for(const terms::Actor& actor);

 private:
  struct Parts;
  Installation& installation_;
  std::unique_ptr<Parts> parts_;
};

// Returns when the process is asked to stop (SIGTERM, SIGINT). SIGHUP asks for what is read while it runs to be read
// again.
void wait_for_stop_signal(const std::function<void()>& on_hangup);
// Must be called before any thread is started: those signals are then only seen by wait_for_stop_signal().
void block_signals();

}  // namespace alting::main
