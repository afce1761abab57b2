// Listening, starting and stopping. Threads: `io_threads` loops that never wait for anything but sockets, each with
// connections of its own (connection.cpp); `workers` for handlers; a few for writing uploads and for looking up whose a
// session is.
#include "web/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <span>

#include "web/connection.h"
#include "web/edge.h"

namespace alting::web {
namespace {

constexpr auto tick_interval = std::chrono::milliseconds(250);
constexpr unsigned tls_look_every = 20;  // ticks
constexpr unsigned spool_threads = 4, door_threads = 2;
constexpr std::size_t door_waiting = 2'000;  // of one network: looking up a session takes a tenth of a millisecond

Turns turns_of(const Shares& shares) { return {.running = shares.workers, .waiting = shares.waiting}; }

// Pieces of uploads: each asker has few, for uploads are counted before, and one of them waits at a time.
FairQueue spool_queue(const ServerOptions& options) {
  return {{1, options.of_person.uploads}, {2, options.of_network.uploads}, 4 * options.max_queue};
}

unsigned loops_for(unsigned wanted) {
  return wanted != 0 ? wanted : std::clamp(std::thread::hardware_concurrency(), 2u, 8u);
}

}  // namespace

SharedByConnections::SharedByConnections(ServerOptions given, Router given_router, const base::Clock& clock,
                                         base::Random& random, base::Metrics& given_metrics)
    : options(std::move(given)),
      router(std::move(given_router)),
      assets(options.assets.empty() ? Assets() : Assets::load(options.assets)),
      metrics(given_metrics),
      exchanges(options, router, assets, clock, random, metrics),
      connections(options.max_connections, options.max_connections_per_address, options.trusted_proxies),
      handshakes({.all = options.max_handshakes,
                  .network = options.max_handshakes_per_network,
                  .per_second = options.handshakes_per_second}),
      workers(options.workers, {turns_of(options.of_person), turns_of(options.of_network), options.max_queue}),
      spool(spool_threads, spool_queue(options)),
      door(door_threads, {{1, door_waiting}, {1, door_waiting}, 4 * door_waiting}) {
  if (!options.upload_folder.empty()) prepare_upload_folder(options.upload_folder);
  metrics.gauge_function("alting_http_queue", "Requests waiting for a worker.",
                         [this] { return static_cast<double>(workers.queued()); });
  metrics.gauge_function("alting_http_connections", "Open connections.",
                         [this] { return static_cast<double>(connections.count()); });
  metrics.gauge_function("alting_tls_handshakes", "TLS handshakes in progress.",
                         [this] { return static_cast<double>(handshakes.in_progress()); });
  metrics.gauge_function("alting_http_contents", "Requests whose content is being read.",
                         [this] { return static_cast<double>(exchanges.budgets().contents.held()); });
  metrics.gauge_function("alting_http_memory_octets", "Contents and answers that are held.",
                         [this] { return static_cast<double>(exchanges.budgets().memory.held()); });
  metrics.gauge_function("alting_http_upload_octets", "Uploads that are held on the disk.",
                         [this] { return static_cast<double>(exchanges.budgets().disk.held()); });
  metrics.gauge_function("alting_disk_free_ratio", "How much of the disk that takes uploads is free, 0 to 1.",
                         [this] { return exchanges.disk_room().free_part(); });
}

void SharedByConnections::reject(std::string_view reason) {
  metrics
      .counter("alting_http_rejected_total", "Connections and requests refused by a limit.",
               {{"reason", std::string(reason)}})
      .add();
}

struct Server::Impl : SharedByConnections {
  using SharedByConnections::SharedByConnections;

  const LeastRates least_rates{.grace = to_chrono(options.rate_grace), .answer = options.least_answer_rate};
  std::vector<std::unique_ptr<Loop>> loops;
  std::optional<tcp::acceptor> acceptor, metrics_acceptor;
  std::vector<std::thread> threads;
  std::uint16_t port = 0, metrics_port = 0;
  bool running = false;
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
};

void Server::Impl::take(Loop& loop, tcp::socket socket, Exchanges::Door to) {
  error_code error;
  auto remote = socket.remote_endpoint(error);
  if (error) return;
  asio::ip::address address = remote.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  std::string peer = address.to_string();
  (void)socket.set_option(tcp::no_delay(true), error);
  const std::string key = connection_key(peer);
  const bool over_its_own = connections.is_over_its_own(key);
  if (!over_its_own) make_room(loop);
  // Without a single place left, this one cannot wait for the other loops: who is idle or a stranger here goes at once.
  // Another loop may be faster to take the place.
  bool admitted = connections.admit(key);
  for (int more = 0;
       !admitted && !over_its_own && more < 8 && gives_way(loop, GivesWay::idle_or_stranger, Steady::now()); ++more)
    admitted = connections.admit(key);
  if (!admitted) {
    // Over the limit: a word if it fits into the socket's buffer (not over TLS), and no coroutine.
    reject("connections");
    if (!tls) {
      (void)socket.non_blocking(true, error);
      socket.write_some(asio::buffer(plain_answer(503, exchanges.unserved("too many connections; try again"),
                                                  exchanges.now(), "Retry-After: 5\r\n")),
                        error);
    }
    return;
  }
  serve_connection(*this, loop, std::move(socket), std::move(peer), to);
}

// Nobody fills the house by keeping silent, or by speaking slowly.
void Server::Impl::make_room(Loop& loop) {
  if (!connections.is_crowded()) return;
  if (connections.is_full())
    ask_to_give_way(loop, loop.number, 0, when_full, Steady::now());
  else
    ask_to_give_way(loop, loop.number, 0, when_crowded, Steady::now());
}

// The order is one for all loops, though each knows its own connections alone: who stands on another is asked there.
void Server::Impl::ask_to_give_way(Loop& here, std::size_t first, std::size_t asked, std::span<const GivesWay> steps,
                                   Steady::time_point since) {
  if (!connections.is_crowded()) return;  // others have gone while this one was on its way
  for (; asked < steps.size() * loops.size(); ++asked) {
    Loop& loop = *loops[(first + asked) % loops.size()];
    const GivesWay step = steps[asked / loops.size()];
    if (!may_give_way(loop.awaiting, loop.transfers, step)) continue;
    if (&loop != &here) {
      asio::post(loop.context,
                 [this, &loop, first, asked, steps, since] { ask_to_give_way(loop, first, asked, steps, since); });
      return;
    }
    if (gives_way(loop, step, since)) return;
  }
}

bool Server::Impl::gives_way(Loop& loop, GivesWay step, Steady::time_point since) {
  Watched* one = who_gives_way(loop.awaiting, loop.transfers, Steady::now(), step);
  if (one == nullptr) return false;
  if (loop.awaiting.has(*one) && one->waits_since > since) return false;
  reject(loop.awaiting.has(*one) ? "idle_for_another" : "slow_for_another");
  one->give_way();
  return true;
}

asio::awaitable<void> Server::Impl::accept(tcp::acceptor& from, Exchanges::Door to) {
  std::size_t next = 0;
  while (!stopping) {
    Loop& loop = *loops[next++ % loops.size()];
    error_code error;
    tcp::socket socket = co_await from.async_accept(loop.context, asio::redirect_error(asio::use_awaitable, error));
    if (stopping) break;
    if (error) {
      // Out of descriptors, most likely: wait until some connections have ended.
      if (error == asio::error::operation_aborted) break;
      reject("accept");
      asio::steady_timer pause(loops[0]->context, std::chrono::milliseconds(50));
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    auto shared = std::make_shared<tcp::socket>(std::move(socket));
    asio::post(loop.context, [this, &loop, shared, to] { take(loop, std::move(*shared), to); });
  }
}

void Server::Impl::look_after(Loop& loop) {
  auto now = Steady::now();
  for (Watched* connection : loop.connections) {
    connection->look();
    bool over = connection->is_over(now, least_rates) || (stopping && connection->idle);
    if (!over || connection->timed_out) continue;
    connection->timed_out = true;
    connection->cancel();
  }
  handshakes.call(now);
  if (&loop != loops.front().get()) return;
  workers.drop_gone();
  if (tls && ++ticks % tls_look_every == 0) {
    Task task{.asker = {"tls", true}, .run = [this] { tls->reload(false); }, .drop = [] {}};
    (void)spool.submit(std::move(task));
  }
}

void Server::Impl::watch(Loop& loop) {
  loop.tick.expires_after(tick_interval);
  loop.tick.async_wait([this, &loop](error_code error) {
    if (error) return;
    look_after(loop);
    watch(loop);
  });
}

void Server::Impl::reload_tls(bool always) {
  if (tls) tls->reload(always);
}

void Server::Impl::listen(std::optional<tcp::acceptor>& on, const std::string& address, std::uint16_t at_port) {
  tcp::endpoint endpoint(asio::ip::make_address(address), at_port);
  on.emplace(loops[0]->context);
  on->open(endpoint.protocol());
  on->set_option(tcp::acceptor::reuse_address(true));
  on->bind(endpoint);
  on->listen(1024);
}

void Server::Impl::start() {
  if (options.tls_certificate && options.tls_key)
    tls.emplace(*options.tls_certificate, *options.tls_key, options.ask_client_certificate);
  for (unsigned i = 0; i < loops_for(options.io_threads); ++i) loops.push_back(std::make_unique<Loop>(loops.size()));
  listen(acceptor, options.address, options.port);
  port = acceptor->local_endpoint().port();
  asio::co_spawn(loops[0]->context, accept(*acceptor, Exchanges::Door::portal), [](const std::exception_ptr&) {});
  if (options.metrics_port != 0) {
    listen(metrics_acceptor, options.metrics_address, options.metrics_port);
    metrics_port = metrics_acceptor->local_endpoint().port();
    asio::co_spawn(loops[0]->context, accept(*metrics_acceptor, Exchanges::Door::metrics),
                   [](const std::exception_ptr&) {});
  }
  for (auto& loop : loops) {
    watch(*loop);
    threads.emplace_back([&context = loop->context] { context.run(); });
  }
  running = true;
}

void Server::Impl::on_each_loop(const std::function<void(Loop&)>& work) {
  for (auto& loop : loops) asio::post(loop->context, [work, &of = *loop] { work(of); });
}

// New connections end first, then idle ones; what has begun has shutdown_timeout to finish. Then what waits for a worker
// is told to come again, and what is still being read or written is cut off. Only a handler that runs is waited for.
void Server::Impl::stop() {
  if (!running) return;
  running = false;
  stopping = true;
  exchanges.set_stopping();
  asio::post(loops[0]->context, [this] {
    error_code ignored;
    (void)acceptor->close(ignored);
    if (metrics_acceptor) (void)metrics_acceptor->close(ignored);
  });
  on_each_loop([](Loop& loop) {
    for (Watched* connection : loop.connections)
      if (connection->idle && !connection->timed_out) {
        connection->timed_out = true;
        connection->cancel();
      }
  });
  if (!connections.wait_for_none(to_chrono(options.shutdown_timeout))) {
    workers.drop_waiting();
    connections.wait_for_none(std::chrono::milliseconds(500));
  }
  on_each_loop([](Loop& loop) {
    for (Watched* connection : loop.connections) connection->abort();
  });
  workers.stop();
  spool.stop();
  door.stop();
  for (auto& loop : loops) {
    loop->work.reset();
    asio::post(loop->context, [&context = loop->context] { context.stop(); });
  }
  for (std::thread& thread : threads) thread.join();
  threads.clear();
  acceptor.reset();
  metrics_acceptor.reset();
  loops.clear();
  for (std::string_view gauge :
       {"alting_http_queue", "alting_http_connections", "alting_http_contents", "alting_tls_handshakes",
        "alting_http_memory_octets", "alting_http_upload_octets", "alting_disk_free_ratio"})
    metrics.gauge_function(gauge, "", nullptr);
}

Server::Server(ServerOptions options, Router router, const base::Clock& clock, base::Random& random,
               base::Metrics& metrics)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(router), clock, random, metrics)) {}
Server::~Server() { impl_->stop(); }
void Server::start() { impl_->start(); }
std::uint16_t Server::port() const { return impl_->port; }
const Assets& Server::assets() const { return impl_->assets; }
std::uint16_t Server::metrics_port() const { return impl_->metrics_port; }
void Server::stop() { impl_->stop(); }
void Server::reload_tls() { impl_->reload_tls(true); }
void Server::set_ready(bool ready) { impl_->exchanges.set_ready(ready); }

}  // namespace alting::web
