// The HTTP/1.1 server: Asio coroutines read and write, handlers run on a worker pool, everything that comes in has a
// limit.
#pragma once
#include <cstdint>
#include <memory>

#include "base/random.h"
#include "base/time.h"
#include "web/router.h"
#include "web/server_options.h"

namespace alting::base {
class Metrics;
}

namespace alting::web {

class Assets;  // web/assets.h

class Server {
 public:
  Server(ServerOptions options, Router router, const base::Clock& clock, base::Random& random, base::Metrics& metrics);
  ~Server();
  void start();  // throws std::system_error when the port is taken
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::uint16_t metrics_port() const;  // 0: none
  [[nodiscard]] const Assets& assets() const;        // for the addresses of style sheet and script
  void stop();                                       // finishes what it has begun, within shutdown_timeout
  void set_ready(bool ready);                        // /readyz
  // Reads certificate and key again, for connections that come from now on; what cannot be read changes nothing. Also
  // done by itself some seconds after the files have changed.
  void reload_tls();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace alting::web
