// What server.cpp (listening, starting, stopping) and connection.cpp (one client) share. Of these two alone: it brings
// Asio along.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <span>

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

struct Server::Impl {
  Impl(ServerOptions given, Router given_router, const base::Clock& clock, base::Random& random,
       base::Metrics& given_metrics);

  ServerOptions options;
  Router router;
  Assets assets;
  base::Metrics& metrics;
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
  // One of this loop or of another gives way when there is little room: then that one is told, and this does not wait.
  void make_room(Loop& loop);
  // Goes on asking, on the loop `here`: all loops from the `first` on for a step, then for the next.
  void ask_to_give_way(Loop& here, std::size_t first, std::size_t asked, std::span<const GivesWay> steps,
                       Steady::time_point since);
  // Whether one of this loop did, by this step. Who came after the question was put is not meant by it.
  bool gives_way(Loop& loop, GivesWay step, Steady::time_point since);
  void reload_tls(bool always);
  void on_each_loop(const std::function<void(Loop&)>& work);
  void reject(std::string_view reason);
};

// Begins to serve a connection that was admitted, on the loop's thread.
void serve_connection(Server::Impl& server, Loop& loop, tcp::socket socket, std::string peer, Exchanges::Door to);

}  // namespace alting::web
