// The connections: one coroutine each, which reads a head, then the content, waits for a worker's answer and sends it.
//
// Everything that waits has an end. A loop looks at all its connections four times a second and cancels what is over
// its deadline:
//   idle       between two requests                                   idle_timeout, then closed silently
//   head       from the first octet of a request to its empty line    header_timeout, then 408
//   content    all of it within body_timeout, and after 10 s at least 1 kB/s since it began, then 408
//   writing    each 256 kB within write_timeout, then cut off
// Threads: `io_threads` loops that never wait for anything but sockets; `workers` for handlers; a few for writing
// uploads.
#include "web/server.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "web/asker.h"
#include "web/chunked.h"
#include "web/connections.h"
#include "web/exchange.h"
#include "web/pipe.h"
#include "web/worker_pool.h"

namespace alting::web {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr auto tick_interval = std::chrono::milliseconds(250);
constexpr std::size_t write_piece = 256 * 1024;
constexpr auto linger_timeout = std::chrono::seconds(10);
constexpr std::size_t pipe_limit = 1024 * 1024;
constexpr unsigned spool_threads = 4;

std::chrono::microseconds to_chrono(base::Duration duration) { return std::chrono::microseconds(duration.micros); }

struct Loop {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(context);
  asio::steady_timer tick{context};
  std::set<Watched*> connections;  // touched by the loop's thread only
};

}  // namespace

struct Server::Impl {
  Impl(ServerOptions given, Router given_router, const base::Clock& clock, base::Random& random, Metrics& given_metrics)
      : options(std::move(given)),
        router(std::move(given_router)),
        assets(options.assets.empty() ? Assets() : Assets::load(options.assets)),
        metrics(given_metrics),
        exchanges(options, router, assets, clock, random, metrics),
        connections(options.max_connections, options.max_connections_per_address, options.trusted_proxies),
        workers(options.workers, options.max_queue),
        spool(spool_threads, 4 * options.max_queue) {
    if (!options.upload_folder.empty()) prepare_upload_folder(options.upload_folder);
    metrics.gauge_function("alting_http_queue", "Requests waiting for a worker.",
                           [this] { return static_cast<double>(workers.queued()); });
    metrics.gauge_function("alting_http_connections", "Open connections.",
                           [this] { return static_cast<double>(connections.count()); });
  }

  ServerOptions options;
  Router router;
  Assets assets;
  Metrics& metrics;
  Exchanges exchanges;
  ConnectionCount connections;
  std::vector<std::unique_ptr<Loop>> loops;
  WorkerPool workers, spool;
  std::optional<asio::ssl::context> tls;
  std::optional<tcp::acceptor> acceptor;
  std::vector<std::thread> threads;
  std::uint16_t port = 0;
  bool running = false;

  std::atomic<bool> stopping{false};
  std::atomic<std::size_t> streams{0};

  void start();
  void stop();
  asio::awaitable<void> accept();
  void watch(Loop& loop);
  void take(Loop& loop, tcp::socket socket);
  void reject(std::string_view reason) {
    metrics
        .counter("alting_http_rejected_total", "Connections and requests refused by a limit.",
                 {{"reason", std::string(reason)}})
        .add();
  }
};

namespace {

using Impl = Server::Impl;

template <class Stream>
class Connection final : public Watched {
 public:
  Connection(Impl& server, Loop& loop, Stream stream, std::string peer)
      : server_(server), loop_(loop), stream_(std::move(stream)), peer_(std::move(peer)) {
    loop_.connections.insert(this);
  }
  ~Connection() override {
    loop_.connections.erase(this);
    if (pipe_) pipe_->close();
    server_.connections.leave(peer_);
  }
  void cancel() override {
    error_code ignored;
    socket().cancel(ignored);
  }
  void abort() override {
    asker_.give_up();
    error_code ignored;
    socket().close(ignored);
  }

  // Keeps the connection alive for as long as its coroutine runs.
  static asio::awaitable<void> run(std::unique_ptr<Connection> self) {
    bool open = co_await self->handshake();
    while (open) open = co_await self->serve_one();
    co_await self->close();
  }

 private:
  enum class Got : std::uint8_t { head, fault, closed };

  tcp::socket& socket() {
    if constexpr (std::is_same_v<Stream, tcp::socket>)
      return stream_;
    else
      return stream_.next_layer();
  }

  asio::awaitable<bool> handshake() {
    if constexpr (!std::is_same_v<Stream, tcp::socket>) {
      expire_in(to_chrono(server_.options.header_timeout));
      error_code error;
      co_await stream_.async_handshake(asio::ssl::stream_base::server,
                                       asio::redirect_error(asio::use_awaitable, error));
      co_return !error;
    }
    co_return true;
  }

  // Appends what comes to in_; false at the end or on an error (a timeout among them).
  asio::awaitable<bool> read_more(std::size_t size) {
    std::size_t old = in_.size();
    in_.resize(old + size);
    error_code error;
    std::size_t count = co_await stream_.async_read_some(asio::buffer(in_.data() + old, size),
                                                         asio::redirect_error(asio::use_awaitable, error));
    in_.resize(old + count);
    co_return !error && !timed_out;
  }

  asio::awaitable<bool> write(std::string_view head, std::string_view body = {}) {
    error_code error;
    bool first = true;
    while (first || !body.empty()) {
      std::string_view piece = body.substr(0, write_piece);
      body.remove_prefix(piece.size());
      std::array<asio::const_buffer, 2> buffers{asio::buffer(head.data(), first ? head.size() : 0),
                                                asio::buffer(piece.data(), piece.size())};
      expire_in(to_chrono(server_.options.write_timeout));
      co_await asio::async_write(stream_, buffers, asio::redirect_error(asio::use_awaitable, error));
      if (error) co_return false;
      first = false;
    }
    never_expire();
    co_return true;
  }

  // A job is handed resume(), which it must call once.
  using Job = std::function<void(const std::function<void()>& resume)>;

  // Runs `job` on a pool and goes on when it calls resume(). False when the pool's queue is full. (Closures are named
  // variables here and below: GCC 12 destroys temporary ones of a co_await expression twice.)
  asio::awaitable<bool> run_on(WorkerPool& pool, const Job& job) {
    auto initiate = [this, &pool, &job](auto handler) {
      auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
      auto executor = loop_.context.get_executor();
      auto resume = [waiting, executor](bool ran) {
        asio::post(executor, [waiting, ran] { std::move (*waiting)(ran); });
      };
      if (!pool.submit([resume, job] { job([&resume] { resume(true); }); })) resume(false);
    };
    bool taken =
        co_await asio::async_initiate<decltype(asio::use_awaitable), void(bool)>(initiate, asio::use_awaitable);
    co_return taken;
  }

  asio::awaitable<Got> read_head() {
    timed_out = false;
    idle = in_.empty();
    if (server_.stopping && idle) co_return Got::closed;
    expire_in(to_chrono(idle && !first_ ? server_.options.idle_timeout : server_.options.header_timeout));
    HeadSearch search(server_.options.max_header);
    while (true) {
      auto found = search.look(in_);
      if (!found) {
        fault_ = found.error();
        co_return Got::fault;
      }
      if (*found) {
        head_ = std::move(**found);
        co_return Got::head;
      }
      bool more = co_await read_more(4096);
      if (timed_out) {
        if (idle) co_return Got::closed;
        fault_ = {408, "the request did not come in time"};
        co_return Got::fault;
      }
      if (!more) co_return Got::closed;
      if (idle) {
        idle = false;
        expire_in(to_chrono(server_.options.header_timeout));
      }
    }
  }

  // Plain text, and the end of the connection.
  asio::awaitable<bool> refuse(HeadFault fault, std::string_view more_headers = {}) {
    server_.reject(reason_phrase(fault.status));
    linger_ = true;
    std::string answer = plain_answer(fault.status, fault.reason, server_.exchanges.now(), more_headers);
    co_await write(answer);
    co_return false;
  }

  asio::awaitable<bool> serve_one() {
    Got got = co_await read_head();
    first_ = false;
    if (got == Got::closed) co_return false;
    if (got == Got::fault) co_return co_await refuse(fault_);
    auto begun = server_.exchanges.begin(std::move(head_), peer_);
    if (!begun) {
      bool allow = begun.error().status == 405;
      co_return co_await refuse(begun.error(), allow ? "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n" : "");
    }
    std::shared_ptr<Exchanges::Exchange> exchange(std::move(*begun));
    never_expire();
    if (exchange->reader) {
      HeadFault fault{0, ""};
      bool whole = co_await read_content(*exchange, fault);
      if (fault.status != 0) co_return co_await refuse(fault);
      if (!whole) co_return false;
    } else if (exchange->head.has_body()) {
      exchange->keep_alive = false;  // its content was not read
      linger_ = true;
    }
    exchange->request.received = server_.exchanges.now();
    exchange->request.still_wanted = asker_.still_waits(socket().native_handle());

    Wire wire;
    if (exchange->ready) {
      wire = server_.exchanges.finish(*exchange, std::move(*exchange->ready));
    } else {
      bool ran = co_await work(exchange, wire);
      if (!ran) co_return co_await refuse({503, "too many requests are waiting; try again"}, "Retry-After: 1\r\n");
    }
    bool sent = co_await write(wire.head, wire.body);
    if (sent && pipe_) sent = co_await send_stream(wire);
    co_return sent&& wire.keep_alive;
  }

  // The handler's answer. When it has a source, the worker goes on producing it into pipe_ after the answer's head is
  // here.
  asio::awaitable<bool> work(const std::shared_ptr<Exchanges::Exchange>& exchange, Wire& wire) {
    pipe_.reset();
    Job job = [this, exchange, &wire](const std::function<void()>& resume) {
      wire = server_.exchanges.answer(*exchange);
      if (!wire.source) return resume();
      Impl& server = server_;
      if (server.streams.fetch_add(1) >= std::max(1u, server.options.workers * 3 / 4)) {
        server.streams.fetch_sub(1);
        wire = Wire{};
        wire.status = 503;
        wire.keep_alive = false;
        wire.head =
            plain_answer(503, "too many downloads at once; try again", server.exchanges.now(), "Retry-After: 5\r\n");
        return resume();
      }
      auto pipe = std::make_shared<Pipe>(pipe_limit);
      BodySource source = std::move(wire.source);
      auto announced = wire.source_size;
      pipe_ = pipe;
      resume();  // from here on the connection may be gone: only `server`, `exchange`, `pipe` and `source` are touched
      produce(*pipe, source, announced);
      source = nullptr;
      server.streams.fetch_sub(1);
    };
    bool ran = co_await run_on(server_.workers, job);
    co_return ran;
  }

  asio::awaitable<bool> send_stream(const Wire& wire) {
    while (true) {
      Pipe::Piece piece;
      auto initiate = [this, &piece](auto handler) {
        auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
        auto executor = loop_.context.get_executor();
        auto resume = [waiting, executor] { asio::post(executor, [waiting] { std::move (*waiting)(); }); };
        piece = pipe_->take(resume);
        if (!piece.octets.empty() || piece.end) resume();
      };
      co_await asio::async_initiate<decltype(asio::use_awaitable), void()>(initiate, asio::use_awaitable);
      if (piece.failed) {
        abort();  // the reader must see that it is not the whole
        co_return false;
      }
      bool sent = true;
      if (!piece.octets.empty()) {
        if (wire.chunked) piece.octets = fmt::format("{:x}\r\n", piece.octets.size()) + piece.octets + "\r\n";
        sent = co_await write({}, piece.octets);
      }
      if (piece.end && wire.chunked) sent = co_await write("0\r\n\r\n");
      if (!sent) pipe_->close();
      if (!sent || piece.end) co_return sent;
    }
  }

  // False when the client has gone; `fault` when what came is malformed. A refusal of the content becomes
  // exchange.error.
  asio::awaitable<bool> read_content(Exchanges::Exchange& exchange, HeadFault& fault) {
    if (exchange.head.expect_continue && in_.empty()) {
      bool sent = co_await write("HTTP/1.1 100 Continue\r\n\r\n");
      if (!sent) co_return false;
    }
    content_since = Steady::now();
    content_octets = 0;
    expire_in(to_chrono(server_.options.body_timeout));
    ChunkedDecoder chunks;
    std::uint64_t left = exchange.head.content_length.value_or(0);
    std::string content;
    while (true) {
      bool end = false;
      content.clear();
      if (exchange.head.chunked) {
        std::string_view input = in_;
        auto state = chunks.feed(input, content);
        in_.erase(0, in_.size() - input.size());
        if (state == ChunkedDecoder::State::bad) {
          fault = {400, "malformed chunk"};
          break;
        }
        end = state == ChunkedDecoder::State::done;
      } else {
        std::size_t part = static_cast<std::size_t>(std::min<std::uint64_t>(left, in_.size()));
        content.assign(in_, 0, part);
        in_.erase(0, part);
        left -= part;
        end = left == 0;
      }
      content_octets += content.size();
      if (!content.empty()) co_await feed(exchange, content);
      if (end || exchange.error) {
        if (!end) stop_reading(exchange);
        break;
      }
      bool more = co_await read_more(exchange.reader->writes_files() ? 64 * 1024 : 16 * 1024);
      if (timed_out) {
        exchange.error =
            base::make_error(base::ErrorKind::invalid, "error.timeout", "the content did not come in time");
        stop_reading(exchange);
        break;
      }
      if (!more) {
        content_since.reset();
        co_return false;
      }
    }
    content_since.reset();
    timed_out = false;
    never_expire();
    co_return true;
  }

  void stop_reading(Exchanges::Exchange& exchange) {
    exchange.keep_alive = false;
    linger_ = true;
  }

  asio::awaitable<void> feed(Exchanges::Exchange& exchange, std::string_view content) {
    auto feed_now = [&exchange, content] {
      try {
        if (auto status = exchange.reader->feed(content); !status) exchange.error = std::move(status.error());
      } catch (const std::exception& broken) {
        base::log(base::LogLevel::error, "incident",
                  {{"incident", exchange.request.request_id}, {"error", broken.what()}});
        exchange.error =
            base::make_error(base::ErrorKind::unavailable, "error.incident", "the upload could not be kept");
      }
    };
    if (!exchange.reader->writes_files()) {
      feed_now();
      co_return;
    }
    Job job = [&feed_now](const std::function<void()>& resume) {
      feed_now();
      resume();
    };
    bool ran = co_await run_on(server_.spool, job);
    if (!ran)
      exchange.error =
          base::make_error(base::ErrorKind::unavailable, "error.kind.unavailable", "too many uploads are waiting");
  }

  // Ends so that the client can read the answer though it was still sending: what comes is thrown away for a while.
  asio::awaitable<void> close() {
    error_code error;
    if constexpr (!std::is_same_v<Stream, tcp::socket>) {
      timed_out = false;
      expire_in(std::chrono::seconds(2));
      co_await stream_.async_shutdown(asio::redirect_error(asio::use_awaitable, error));
    }
    socket().shutdown(tcp::socket::shutdown_send, error);
    if (linger_ && !error && !server_.stopping) {
      timed_out = false;
      expire_in(linger_timeout);
      in_.resize(64 * 1024);
      while (!error && !timed_out)
        co_await socket().async_read_some(asio::buffer(in_), asio::redirect_error(asio::use_awaitable, error));
    }
    socket().close(error);
  }

  Impl& server_;
  Loop& loop_;
  Stream stream_;
  std::string peer_;
  std::string in_;  // what was read and not yet used
  RequestHead head_;
  HeadFault fault_;
  std::shared_ptr<Pipe> pipe_;
  bool first_ = true, linger_ = false;
  Asker asker_;
};

template <class Stream>
void spawn(Impl& server, Loop& loop, Stream stream, std::string peer) {
  auto connection = std::make_unique<Connection<Stream>>(server, loop, std::move(stream), std::move(peer));
  asio::co_spawn(loop.context, Connection<Stream>::run(std::move(connection)), [](const std::exception_ptr& broken) {
    if (!broken) return;
    try {
      std::rethrow_exception(broken);
    } catch (const std::exception& error) {
      base::log(base::LogLevel::error, "connection_broke", {{"error", error.what()}});
    }
  });
}

}  // namespace

void Server::Impl::take(Loop& loop, tcp::socket socket) {
  error_code error;
  auto remote = socket.remote_endpoint(error);
  if (error) return;
  asio::ip::address address = remote.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  std::string peer = address.to_string();
  (void)socket.set_option(tcp::no_delay(true), error);
  if (!connections.admit(peer)) {
    // Over the limit: a word if it fits into the socket's buffer (not over TLS), and no coroutine.
    reject("connections");
    if (!tls) {
      (void)socket.non_blocking(true, error);
      socket.write_some(
          asio::buffer(plain_answer(503, "too many connections; try again", exchanges.now(), "Retry-After: 5\r\n")),
          error);
    }
    return;
  }
  if (tls)
    spawn(*this, loop, asio::ssl::stream<tcp::socket>(std::move(socket), *tls), peer);
  else
    spawn(*this, loop, std::move(socket), peer);
}

asio::awaitable<void> Server::Impl::accept() {
  std::size_t next = 0;
  while (!stopping) {
    Loop& loop = *loops[next++ % loops.size()];
    error_code error;
    tcp::socket socket =
        co_await acceptor->async_accept(loop.context, asio::redirect_error(asio::use_awaitable, error));
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
    asio::post(loop.context, [this, &loop, shared] { take(loop, std::move(*shared)); });
  }
}

void Server::Impl::watch(Loop& loop) {
  loop.tick.expires_after(tick_interval);
  loop.tick.async_wait([this, &loop](error_code error) {
    if (error) return;
    auto now = Steady::now();
    for (Watched* connection : loop.connections) {
      bool over = connection->is_over(now) || (stopping && connection->idle);
      if (!over || connection->timed_out) continue;
      connection->timed_out = true;
      connection->cancel();
    }
    watch(loop);
  });
}

void Server::Impl::start() {
  if (options.tls_certificate && options.tls_key) {
    tls.emplace(asio::ssl::context::tls_server);
    tls->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                     asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1 |
                     SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    tls->use_certificate_chain_file(options.tls_certificate->string());
    tls->use_private_key_file(options.tls_key->string(), asio::ssl::context::pem);
  }
  for (unsigned i = 0; i < std::max(1u, options.io_threads); ++i) loops.push_back(std::make_unique<Loop>());
  tcp::endpoint endpoint(asio::ip::make_address(options.address), options.port);
  acceptor.emplace(loops[0]->context);
  acceptor->open(endpoint.protocol());
  acceptor->set_option(tcp::acceptor::reuse_address(true));
  acceptor->bind(endpoint);
  acceptor->listen(1024);
  port = acceptor->local_endpoint().port();
  asio::co_spawn(loops[0]->context, accept(), [](const std::exception_ptr&) {});
  for (auto& loop : loops) {
    watch(*loop);
    threads.emplace_back([&context = loop->context] { context.run(); });
  }
  running = true;
}

// New connections end first, then idle ones; what has begun has shutdown_timeout to finish.
void Server::Impl::stop() {
  if (!running) return;
  running = false;
  stopping = true;
  exchanges.set_stopping();
  asio::post(loops[0]->context, [this] {
    error_code ignored;
    (void)acceptor->close(ignored);
  });
  for (auto& loop : loops)
    asio::post(loop->context, [&connections_of = loop->connections] {
      for (Watched* connection : connections_of)
        if (connection->idle && !connection->timed_out) {
          connection->timed_out = true;
          connection->cancel();
        }
    });
  connections.wait_for_none(to_chrono(options.shutdown_timeout));
  for (auto& loop : loops)
    asio::post(loop->context, [&connections_of = loop->connections] {
      for (Watched* connection : connections_of) connection->abort();
    });
  workers.stop();
  spool.stop();
  for (auto& loop : loops) {
    loop->work.reset();
    asio::post(loop->context, [&context = loop->context] { context.stop(); });
  }
  for (std::thread& thread : threads) thread.join();
  threads.clear();
  acceptor.reset();
  loops.clear();
  metrics.gauge_function("alting_http_queue", "Requests waiting for a worker.", nullptr);
  metrics.gauge_function("alting_http_connections", "Open connections.", nullptr);
}

Server::Server(ServerOptions options, Router router, const base::Clock& clock, base::Random& random, Metrics& metrics)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(router), clock, random, metrics)) {}
Server::~Server() { impl_->stop(); }
void Server::start() { impl_->start(); }
std::uint16_t Server::port() const { return impl_->port; }
const Assets& Server::assets() const { return impl_->assets; }
void Server::stop() { impl_->stop(); }
void Server::set_ready(bool ready) { impl_->exchanges.set_ready(ready); }

}  // namespace alting::web
