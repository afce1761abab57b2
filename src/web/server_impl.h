// What server.cpp (listening, starting, stopping) and connection.cpp (one client) share. Of these two alone: it brings
// Asio along.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "web/connections.h"
#include "web/exchange.h"
#include "web/handshakes.h"
#include "web/server.h"
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
  // Touched by the loop's thread only. They outlive the context, which takes along what still waits in it.
  std::set<Watched*> connections;
  InOrder awaiting;     // a request is awaited from them, or that they go
  InOrder shaking;      // in the midst of a TLS handshake
  HandshakeRows rows;   // waiting for one
  Transfers transfers;  // reading or writing
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(context);
  asio::steady_timer tick{context};
};

struct Server::Impl {
  Impl(ServerOptions given, Router given_router, const base::Clock& clock, base::Random& random,
       Metrics& given_metrics);

  ServerOptions options;
  Router router;
  Assets assets;
  Metrics& metrics;
  Exchanges exchanges;
  ConnectionCount connections;
  Handshakes handshakes;
  const LeastRates least_rates;
  std::vector<std::unique_ptr<Loop>> loops;
  WorkerPool workers, spool;  // handlers; writing uploads
  WorkerPool door;            // looks up whose sessions are
  std::optional<TlsFiles> tls;
  std::optional<tcp::acceptor> acceptor, metrics_acceptor;
  std::vector<std::thread> threads;
  std::uint16_t port = 0, metrics_port = 0;
  bool running = false;
  std::atomic<bool> stopping{false};
  unsigned ticks = 0;  // of the first loop

  void start();
  void stop();
  void listen(std::optional<tcp::acceptor>& on, const std::string& address, std::uint16_t at_port);
  asio::awaitable<void> accept(tcp::acceptor& from, Exchanges::Door to);
  void watch(Loop& loop);
  void look_after(Loop& loop);
  void take(Loop& loop, tcp::socket socket, Exchanges::Door to);
  void make_room(Loop& loop);
  // When as many are in progress as may, the one of the loop that has taken longest gives way.
  [[nodiscard]] bool begin_handshake(Loop& loop, const Handshakes::From& from);
  void call_handshakes(Loop& loop, const std::string& network);
  void reload_tls(bool always);
  void on_each_loop(const std::function<void(Loop&)>& work);
  void reject(std::string_view reason);
};

// Begins to serve a connection that was admitted, on the loop's thread.
void serve_connection(Server::Impl& server, Loop& loop, tcp::socket socket, std::string peer, Exchanges::Door to);

}  // namespace alting::web
