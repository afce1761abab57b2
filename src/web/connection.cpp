// One client: a coroutine that reads a head, then the content, waits for a worker's answer and sends it.
//
// Everything that waits has an end. A loop looks at all its connections four times a second and cancels what is over
// its deadline:
//   TLS        the handshake, with its wait for a turn                header_timeout, then closed
//   idle       between two requests                                   idle_timeout, then closed silently
//   head       from the first octet of a request to its empty line    header_timeout, then 408
//   content    all of it within body_timeout, and after 10 s at least 1 kB/s since it began, then 408
//   writing    each 256 kB within write_timeout, and after 10 s the whole answer at 4 kB/s, then cut off
// What it holds while it waits (a worker, a stream, octets, the reading of its content) it holds in its asker's share.
// And whenever it is the client that is waited for, the connection can be made to give way to a new one: it stands in
// one of its loop's lists.
#include "web/connection.h"

#include <poll.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.h"
#include "web/chunked.h"
#include "web/edge.h"
#include "web/pipe.h"

namespace alting::web {
namespace {

constexpr std::size_t write_piece = 256 * 1024;
constexpr auto linger_timeout = std::chrono::seconds(10);
constexpr std::size_t pipe_limit = 1024 * 1024;

// Whether the other side has closed, at least for sending. Takes nothing from the socket.
bool has_closed(int descriptor) {
  pollfd ask{descriptor, POLLRDHUP, 0};
  return ::poll(&ask, 1, 0) > 0 && (ask.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

template <class Stream>
class Connection final : public Watched {
 public:
  Connection(SharedByConnections& shared, Loop& loop, Stream stream, std::string peer, Exchanges::Door to)
      : shared_(shared), loop_(loop), stream_(std::move(stream)), peer_(std::move(peer)), door_(to) {
    loop_.connections.insert(this);
    loop_.awaiting.enter(*this);
  }
  ~Connection() override {
    *self_ = nullptr;
    loop_.connections.erase(this);
    loop_.awaiting.leave(*this);
    loop_.transfers.leave(*this);
    if (pipe_) pipe_->close();
    end_handshake();
    leave_place();
  }
  void cancel() override {
    error_code ignored;
    socket().cancel(ignored);
    if (turn_) {
      end_handshake();  // who ends does not take a turn with it
      turn_->cancel();
    }
  }
  void abort() override {
    if (gone_) gone_->store(true);
    end_handshake();  // before the descriptor is another's
    error_code ignored;
    socket().close(ignored);
    if (turn_) turn_->cancel();
  }

  void give_way() override {
    timed_out = gave_way_ = true;
    cancel();
    end_handshake();
    leave_place();
  }
  // While a task for it waits or runs, or it waits for its turn, nothing is read: only this tells that the client has
  // closed. (One that has closed its sending half alone looks the same; then it is told to come again, should its request
  // still have to wait. There is no handshake with such a one.)
  void look() override {
    if (gone_ && !gone_->load() && has_closed(socket().native_handle())) gone_->store(true);
    if (turn_ && !timed_out && has_closed(socket().native_handle())) {
      timed_out = true;
      cancel();
    }
  }

  // Keeps the connection alive for as long as its coroutine runs.
  static asio::awaitable<void> run(std::unique_ptr<Connection> self) {
    bool open = co_await self->handshake();
    while (open) open = co_await self->serve_one();
    co_await self->close();
  }

 private:
  enum class Got : std::uint8_t { head, fault, closed };

  void leave_place() {
    if (std::exchange(has_place_, false)) shared_.connections.leave(connection_key(peer_));
  }

  void end_handshake() {
    if (const auto ended = std::exchange(shaking_, nullptr)) shared_.handshakes.end(ended);
  }

  // Its place among the handshakes is another's already.
  void give_handshake_up() {
    if (!shaking_ || timed_out) return;
    shared_.reject("handshake_for_another");
    give_way();
  }

  // What is called from other threads: it posts, and by then the connection may be gone.
  void ask_for_turn() {
    auto executor = loop_.context.get_executor();
    const auto post = [executor, self = self_](void (Connection::*what)()) {
      return [executor, self, what] {
        asio::post(executor, [self, what] {
          if (*self != nullptr) (**self.*what)();
        });
      };
    };
    shaking_ = std::make_shared<Handshakes::One>();
    shaking_->from = {neighbourhood_of(peer_), wide_neighbourhood_of(peer_), connection_key(peer_)};
    shaking_->is_gone = [descriptor = socket().native_handle()] { return has_closed(descriptor); };
    shaking_->called = post(&Connection::wake);
    shaking_->gives_way = post(&Connection::give_handshake_up);
  }

  void wake() {
    if (turn_) turn_->cancel();
  }

  // In the list of those that may have to give way while they read or write.
  class Transfer {
   public:
    explicit Transfer(Connection& of) : of_(of) {
      if (!of_.gave_way_) of_.loop_.transfers.enter(of_, of_.of_person_);
    }
    ~Transfer() { of_.loop_.transfers.leave(of_); }
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

   private:
    Connection& of_;
  };

  tcp::socket& socket() {
    if constexpr (std::is_same_v<Stream, tcp::socket>)
      return stream_;
    else
      return stream_.next_layer();
  }

  asio::awaitable<bool> handshake() {
    if constexpr (!std::is_same_v<Stream, tcp::socket>) {
      expire_in(to_chrono(shared_.options.header_timeout));
      if (has_closed(socket().native_handle())) co_return false;
      ask_for_turn();
      if (!shared_.handshakes.begin(shaking_, Steady::now())) co_await wait_for_turn();
      if (timed_out || shared_.stopping || !socket().is_open()) co_return false;
      if (!shaking_ || !shared_.handshakes.has_turn(shaking_)) co_return false;
      error_code error;
      co_await stream_.async_handshake(asio::ssl::stream_base::server,
                                       asio::redirect_error(asio::use_awaitable, error));
      const std::string network = neighbourhood_of(peer_);
      end_handshake();
      shared_.handshakes.call(network, Steady::now());
      shaken_ = !error;
      if (shaken_ && shared_.options.ask_client_certificate) proved_ = certificates_of(stream_.native_handle());
      co_return !error && !timed_out;
    }
    co_return true;
  }

  // Sleeps until it is called, which has begun the handshake for it, or cancelled.
  asio::awaitable<void> wait_for_turn() {
    shared_.reject("handshake_waits");
    turn_.emplace(loop_.context, asio::steady_timer::time_point::max());
    error_code ignored;
    co_await turn_->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    turn_.reset();
  }

  // Appends what comes to in_; false at the end or on an error (a timeout among them).
  asio::awaitable<bool> read_more(std::size_t size) {
    if (timed_out) co_return false;
    std::size_t old = in_.size();
    in_.resize(old + size);
    error_code error;
    std::size_t count = co_await stream_.async_read_some(asio::buffer(in_.data() + old, size),
                                                         asio::redirect_error(asio::use_awaitable, error));
    in_.resize(old + count);
    co_return !error && !timed_out;
  }

  // Each 256 kB within write_timeout, and all of the answer at the least rate.
  asio::awaitable<bool> write(std::string_view head, std::string_view body = {}) {
    const Transfer transfer(*this);
    while (!head.empty() || !body.empty()) {
      std::string_view piece = body.substr(0, write_piece);
      body.remove_prefix(piece.size());
      expire_in(to_chrono(shared_.options.write_timeout));
      answer_pace.go_on(Steady::now());
      while (!head.empty() || !piece.empty()) {
        std::array<asio::const_buffer, 2> buffers{asio::buffer(head.data(), head.size()),
                                                  asio::buffer(piece.data(), piece.size())};
        error_code error;
        std::size_t count =
            co_await stream_.async_write_some(buffers, asio::redirect_error(asio::use_awaitable, error));
        if (error || timed_out) co_return false;
        answer_pace.add(count);
        const std::size_t of_head = std::min(count, head.size());
        head.remove_prefix(of_head);
        piece.remove_prefix(count - of_head);
      }
      answer_pace.pause(Steady::now());
    }
    never_expire();
    co_return true;
  }

  // A job is handed resume(), which it must call once.
  using Job = std::function<void(const std::function<void()>& resume)>;

  // Runs `job` on a pool, in its asker's turn, and goes on when it calls resume(). Otherwise than `none`, it was not run:
  // there is no room, or it was dropped while it waited. (Closures are named variables here and below: GCC 12 destroys
  // temporary ones of a co_await expression twice.)
  asio::awaitable<Over> run_on(WorkerPool& pool, const Asker& asker, const Job& job) {
    gone_ = std::make_shared<std::atomic<bool>>(false);
    auto initiate = [this, &pool, &asker, &job](auto handler) {
      auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
      auto executor = loop_.context.get_executor();
      auto resume = [waiting, executor](Over over) {
        asio::post(executor, [waiting, over] { std::move (*waiting)(over); });
      };
      Task task{.asker = asker,
                .run = [resume, job] { job([&resume] { resume(Over::none); }); },
                .drop = [resume] { resume(Over::all); },
                .gone = gone_};
      if (Over over = pool.submit(std::move(task)); over != Over::none) resume(over);
    };
    Over over = co_await asio::async_initiate<decltype(asio::use_awaitable), void(Over)>(initiate, asio::use_awaitable);
    gone_.reset();
    co_return over;
  }

  asio::awaitable<Got> read_head() {
    timed_out = false;
    idle = in_.empty();
    if (shared_.stopping && idle) co_return Got::closed;
    loop_.awaiting.enter(*this);
    expire_in(to_chrono(idle && !first_ ? shared_.options.idle_timeout : shared_.options.header_timeout));
    HeadSearch search(shared_.options.max_header);
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
        expire_in(to_chrono(shared_.options.header_timeout));
      }
    }
  }

  // Plain text, and the end of the connection.
  asio::awaitable<bool> refuse(HeadFault fault, std::string_view more_headers = {}) {
    shared_.reject(reason_phrase(fault.status));
    linger_ = true;
    timed_out = false;
    const auto words = fault.status == 503 ? shared_.exchanges.unserved(fault.reason) : std::string(fault.reason);
    std::string answer = plain_answer(fault.status, words, shared_.exchanges.now(), more_headers);
    co_await write(answer);
    co_return false;
  }

  asio::awaitable<bool> serve_one() {
    Got got = co_await read_head();
    loop_.awaiting.leave(*this);
    first_ = false;
    answer_pace.begin();
    if (got == Got::closed) co_return false;
    if (got == Got::fault) co_return co_await refuse(fault_);
    auto begun = shared_.exchanges.begin(std::move(head_), peer_, door_, proved_);
    if (!begun) {
      bool allow = begun.error().status == 405;
      co_return co_await refuse(begun.error(), allow ? "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n" : "");
    }
    std::shared_ptr<Exchanges::Exchange> exchange(std::move(*begun));
    never_expire();
    if (!exchange->ready) co_await admit(exchange);
    of_person_ = exchange->asker.person;
    if (exchange->reader) {
      HeadFault fault{0, ""};
      bool whole = co_await read_content(*exchange, fault);
      exchange->content.release();
      if (gave_way_) fault = {503, "too many connections; try again"};
      if (fault.status != 0) co_return co_await refuse(fault, gave_way_ ? "Retry-After: 5\r\n" : "");
      if (!whole) co_return false;
    } else if (exchange->head.has_body()) {
      exchange->keep_alive = false;  // its content was not read
      linger_ = true;
    }
    exchange->request.received = shared_.exchanges.now();

    pipe_.reset();
    Wire wire;
    if (exchange->ready)
      wire = shared_.exchanges.finish(*exchange, std::move(*exchange->ready));
    else if (exchange->over)
      wire = shared_.exchanges.refusal(*exchange, Over::holder);
    else
      co_await work(exchange, wire);
    bool sent = co_await write(wire.head, wire.body);
    if (sent && pipe_) sent = co_await send_stream(wire);
    co_return sent&& wire.keep_alive;
  }

  // Finds out whose request it is, which may have to be looked up, and puts it into that one's share.
  asio::awaitable<void> admit(const std::shared_ptr<Exchanges::Exchange>& exchange) {
    Askers& askers = shared_.exchanges.askers();
    auto asker = askers.known(exchange->request, Steady::now());
    if (!asker) {
      Asker network = Askers::network(exchange->request);
      Job job = [&askers, &asker, exchange](const std::function<void()>& resume) {
        asker = askers.look_up(exchange->request, Steady::now());
        resume();
      };
      Over over = co_await run_on(shared_.door, network, job);
      // Too many that nobody knows come from this network: then it stands for them.
      if (over != Over::none) asker = network;
    }
    shared_.exchanges.admit(*exchange, std::move(*asker));
  }

  // The handler's answer, or a refusal. When it has a source, the worker goes on producing it into pipe_ after the
  // answer's head is here.
  asio::awaitable<void> work(const std::shared_ptr<Exchanges::Exchange>& exchange, Wire& wire) {
    Job job = [this, exchange, &wire](const std::function<void()>& resume) {
      exchange->request.still_wanted = [gone = gone_] { return !gone->load(); };
      wire = shared_.exchanges.answer(*exchange);
      if (!wire.source) return resume();
      // What the pipe takes whole is no stream: however slowly it is read, no worker waits for that. It is held as any
      // other answer is, so that three small files at once are not two too many.
      const bool whole = wire.source_size && static_cast<std::uint64_t>(*wire.source_size) <= pipe_limit;
      auto stream = shared_.exchanges.budgets().streams.share(exchange->asker);
      if (whole ? !exchange->memory.grow(static_cast<std::uint64_t>(*wire.source_size)) : !stream.grow(1)) {
        wire = shared_.exchanges.refusal(*exchange, Over::holder);
        return resume();
      }
      auto pipe = std::make_shared<Pipe>(pipe_limit);
      BodySource source = std::move(wire.source);
      auto announced = wire.source_size;
      pipe_ = pipe;
      resume();  // from here on the connection may be gone: only `exchange`, `pipe`, `source`, `stream` are touched
      produce(*pipe, source, announced);
      source = nullptr;
    };
    Over over = co_await run_on(shared_.workers, exchange->asker, job);
    if (over == Over::none) co_return;
    shared_.exchanges.budgets().workers.count(over, exchange->asker);
    wire = shared_.exchanges.refusal(*exchange, over);
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
    const Transfer transfer(*this);
    content_pace.begin();
    content_pace.go_on(Steady::now());
    expire_in(to_chrono(shared_.options.body_timeout));
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
      content_pace.add(content.size());
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
        content_pace.begin();
        co_return false;
      }
    }
    content_pace.begin();
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
    if (exchange.reader->writes_files()) {
      Job job = [&feed_now](const std::function<void()>& resume) {
        feed_now();
        resume();
      };
      at_work = true;
      content_pace.pause(Steady::now());
      Over over = co_await run_on(shared_.spool, exchange.asker, job);
      content_pace.go_on(Steady::now());
      at_work = false;
      if (over != Over::none) Exchanges::set_over(exchange, over);
    } else {
      feed_now();
    }
    if (exchange.error && exchange.error->code == "error.over_share") exchange.over = true;
  }

  // Ends so that the client can read the answer though it was still sending: what comes is thrown away for a while.
  asio::awaitable<void> close() {
    error_code error;
    end_handshake();
    answer_pace.begin();
    if (!gave_way_) loop_.awaiting.enter(*this);
    if constexpr (!std::is_same_v<Stream, tcp::socket>) {
      timed_out = false;
      expire_in(std::chrono::seconds(2));
      if (shaken_ && !gave_way_) co_await stream_.async_shutdown(asio::redirect_error(asio::use_awaitable, error));
    }
    socket().shutdown(tcp::socket::shutdown_send, error);
    if (linger_ && !error && !shared_.stopping && !gave_way_) {
      timed_out = false;
      expire_in(linger_timeout);
      in_.resize(64 * 1024);
      while (!error && !timed_out)
        co_await socket().async_read_some(asio::buffer(in_), asio::redirect_error(asio::use_awaitable, error));
    }
    socket().close(error);
  }

  SharedByConnections& shared_;
  Loop& loop_;
  Stream stream_;
  std::string peer_;
  Exchanges::Door door_;
  std::vector<base::Bytes> proved_;  // the client's certificates, by its TLS handshake
  std::string in_;                   // what was read and not yet used
  RequestHead head_;
  HeadFault fault_;
  std::shared_ptr<Pipe> pipe_;
  std::shared_ptr<std::atomic<bool>> gone_;  // while a task of ours waits or runs
  Handshakes::Ref shaking_;                  // while a handshake of it waits or is in progress
  std::optional<asio::steady_timer> turn_;   // while it waits for one
  // For what comes from other threads; nothing in it when the connection is gone. The loop's thread's alone.
  std::shared_ptr<Connection*> self_ = std::make_shared<Connection*>(this);
  bool has_place_ = true;   // among the connections that are counted
  bool gave_way_ = false;   // to another: it ends
  bool of_person_ = false;  // the request it is about
  bool first_ = true;
  bool shaken_ = false;  // TLS is spoken
  bool linger_ = false;
};

template <class Stream>
void spawn(SharedByConnections& shared, Loop& loop, Stream stream, std::string peer, Exchanges::Door to) {
  auto connection = std::make_unique<Connection<Stream>>(shared, loop, std::move(stream), std::move(peer), to);
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

void serve_connection(SharedByConnections& shared, Loop& loop, tcp::socket socket, std::string peer,
                      Exchanges::Door to) {
  if (shared.tls && to == Exchanges::Door::portal) {
    const auto context = shared.tls->current();
    spawn(shared, loop, asio::ssl::stream<tcp::socket>(std::move(socket), *context), std::move(peer), to);
  } else {
    spawn(shared, loop, std::move(socket), std::move(peer), to);
  }
}

}  // namespace alting::web
