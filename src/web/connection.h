// One client's connection (connection.cpp), and what the connections of a server share. For server.cpp and connection.cpp
// alone: it brings Asio along. A connection knows nothing of the server that accepted it.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "web/connections.h"
#include "web/exchange.h"
#include "web/handshakes.h"
#include "web/tls.h"
#include "web/worker_pool.h"

namespace alting::web {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using boost::system::error_code;

inline std::chrono::microseconds to_chrono(base::Duration duration) {
  return std::chrono::microseconds(duration.micros);
}

struct Loop {
  explicit Loop(std::size_t its_number) : number(its_number) {}
  const std::size_t number;  // its place among all
  // Touched by the loop's thread only. They outlive the context, which takes along what still waits in it.
  std::set<Watched*> connections;
  InOrder awaiting;     // a request is awaited from them, or that they go
  Transfers transfers;  // reading or writing
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(context);
  asio::steady_timer tick{context};
};

// Outlives the loops.
struct SharedByConnections {
  SharedByConnections(ServerOptions given, Router given_router, const base::Clock& clock, base::Random& random,
                      base::Metrics& given_metrics);
  void reject(std::string_view reason);  // counts what a limit refused

  ServerOptions options;
  Router router;
  Assets assets;
  base::Metrics& metrics;
  Exchanges exchanges;
  ConnectionCount connections;
  Handshakes handshakes;
  WorkerPool workers, spool;    // handlers; writing uploads
  WorkerPool door;              // looks up whose sessions are
  std::optional<TlsFiles> tls;  // set before the first connection comes
  std::atomic<bool> stopping{false};
};

// Begins to serve a connection that was admitted, on the loop's thread.
void serve_connection(SharedByConnections& shared, Loop& loop, tcp::socket socket, std::string peer,
                      Exchanges::Door to);

}  // namespace alting::web
