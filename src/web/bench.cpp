#include "web/bench.h"

#include <sys/epoll.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "base/metrics.h"
#include "web/raw_client.h"
#include "web/server.h"

namespace alting::web {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using Steady = std::chrono::steady_clock;

constexpr std::string_view request = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";

// The floor: what Beast does when nothing else is asked of it.
class BareServer {
 public:
  BareServer() : acceptor_(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    asio::co_spawn(context_, accept(), [](const std::exception_ptr&) {});
    thread_ = std::thread([this] { context_.run(); });
  }
  ~BareServer() {
    context_.stop();
    thread_.join();
  }
  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  asio::awaitable<void> accept() {
    while (true) {
      tcp::socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
      socket.set_option(tcp::no_delay(true));
      asio::co_spawn(context_, serve(std::move(socket)), [](const std::exception_ptr&) {});
    }
  }
  static asio::awaitable<void> serve(tcp::socket socket) {
    beast::flat_buffer buffer;
    boost::system::error_code error;
    while (true) {
      http::request<http::string_body> asked;
      co_await http::async_read(socket, buffer, asked, asio::redirect_error(asio::use_awaitable, error));
      if (error) co_return;
      http::response<http::string_body> answer(http::status::ok, 11);
      answer.set(http::field::content_type, "text/plain");
      answer.body() = "hello";
      answer.prepare_payload();
      co_await http::async_write(socket, answer, asio::redirect_error(asio::use_awaitable, error));
      if (error) co_return;
    }
  }
  asio::io_context context_{1};
  tcp::acceptor acceptor_;
  std::thread thread_;
};

// A client with one answer to come. Its length stands in its head, which a loopback brings in one piece.
struct Peer {
  Peer(std::uint16_t port, std::size_t connection) : client(port), number(connection) {}
  RawClient client;
  std::size_t number;
  std::size_t left = 0;  // octets of the answer that are still to come; 0: it has not begun
};

std::size_t whole_size(std::string_view octets) {
  const auto head = octets.find("\r\n\r\n"), length = octets.find("Content-Length: ");
  if (status_of_text(octets) != 200 || head == std::string_view::npos || length > head)
    throw std::runtime_error("not the answer that was asked for: " + std::string(octets.substr(0, 60)));
  return head + 4 + std::stoul(std::string(octets.substr(length + 16, 20)));
}

// True when this piece ends an answer.
bool take_piece(Peer& peer, std::span<char> buffer) {
  const ssize_t count = ::recv(peer.client.descriptor(), buffer.data(), buffer.size(), 0);
  if (count <= 0) throw std::runtime_error("the server closed a connection");
  const std::string_view octets(buffer.data(), static_cast<std::size_t>(count));
  if (peer.left == 0) peer.left = whole_size(octets);
  if (octets.size() > peer.left) throw std::runtime_error("more came than one answer");
  peer.left -= octets.size();
  return peer.left == 0;
}

double cpu_seconds(clockid_t clock) {
  timespec now{};
  (void)::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}
// All threads but this one, which asks.
double server_cpu_seconds() { return cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_seconds(CLOCK_THREAD_CPUTIME_ID); }

struct Asking {
  double answers = 0, seconds = 0, cpu_seconds = 0;
  Asking& operator+=(const Asking& more) {
    answers += more.answers;
    seconds += more.seconds;
    cpu_seconds += more.cpu_seconds;
    return *this;
  }
  [[nodiscard]] Rate rate() const { return {answers / seconds, cpu_seconds * 1e6 / answers}; }
};

void send_next(Peer& peer, const Asked& asked) {
  if (asked.next)
    peer.client.send(asked.next(peer.number));
  else
    peer.client.send(asked.request);
}

// One thread asks over all connections, the same for every server that is measured.
Asking ask(const Asked& asked, double seconds, int connections) {
  int poller = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<std::unique_ptr<Peer>> peers;
  for (int i = 0; i < connections; ++i) {
    Peer& peer = *peers.emplace_back(std::make_unique<Peer>(asked.port, peers.size()));
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &peer;
    ::epoll_ctl(poller, EPOLL_CTL_ADD, peer.client.descriptor(), &event);
    send_next(peer, asked);
  }
  Asking done;
  std::vector<char> buffer(64 * 1024);
  std::array<epoll_event, 128> events{};
  const auto cpu_before = server_cpu_seconds();
  auto started = Steady::now();
  auto end = started + std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(seconds));
  while (Steady::now() < end) {
    int ready = ::epoll_wait(poller, events.data(), static_cast<int>(events.size()), 100);
    for (int i = 0; i < ready; ++i) {
      Peer& peer = *static_cast<Peer*>(events[static_cast<std::size_t>(i)].data.ptr);
      if (!take_piece(peer, buffer)) continue;
      ++done.answers;
      send_next(peer, asked);
    }
  }
  ::close(poller);
  done.seconds = std::chrono::duration<double>(Steady::now() - started).count();
  done.cpu_seconds = server_cpu_seconds() - cpu_before;
  return done;
}

}  // namespace

RequestBench bench_requests(double seconds, int connections, const std::vector<Asked>& others) {
  base::SystemClock clock;
  base::SystemRandom random;
  base::Metrics metrics;
  Router router;
  router.add(Method::get, "/hello", [](const Request&) { return text("hello"); });
  ServerOptions options;
  options.port = 0;
  options.access_log = false;
  options.of_network.workers = options.workers;  // one network stands for many here
  options.of_network.waiting = options.max_queue;
  Server server(options, router, clock, random, metrics);
  server.start();
  BareServer bare;
  constexpr int turns = 4;  // one after the other, so that what slows the machine slows all
  Asking of_bare, of_ours;
  std::vector<Asking> of_others(others.size());
  for (int turn = 0; turn < turns; ++turn) {
    of_bare += ask({bare.port(), std::string(request)}, seconds / turns, connections);
    of_ours += ask({server.port(), std::string(request)}, seconds / turns, connections);
    for (std::size_t i = 0; i < others.size(); ++i) of_others[i] += ask(others[i], seconds / turns, connections);
  }
  RequestBench result{of_ours.rate(), of_bare.rate(), {}};
  for (const auto& one : of_others) result.others.push_back(one.rate());
  return result;
}

}  // namespace alting::web
