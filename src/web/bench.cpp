#include "web/bench.h"

#include <sys/epoll.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "web/metrics.h"
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
    asio::co_spawn(context_, accept(), [](std::exception_ptr) {});
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
      asio::co_spawn(context_, serve(std::move(socket)), [](std::exception_ptr) {});
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

// One thread asks over all connections; the answers are small enough to come in one piece, and a piece that ends
// elsewhere is waited for by its length.
double ask(std::uint16_t port, double seconds, int connections) {
  struct Peer {
    std::unique_ptr<RawClient> client;
    std::size_t expected = 0, got = 0;
  };
  int poller = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<Peer> peers(static_cast<std::size_t>(connections));
  for (std::size_t i = 0; i < peers.size(); ++i) {
    peers[i].client = std::make_unique<RawClient>(port);
    peers[i].client->send(request);
    peers[i].expected = peers[i].client->response().size();
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    ::epoll_ctl(poller, EPOLL_CTL_ADD, peers[i].client->descriptor(), &event);
    peers[i].client->send(request);
  }
  std::uint64_t answers = 0;
  std::array<char, 4096> octets{};
  std::array<epoll_event, 128> events{};
  auto started = Steady::now();
  auto end = started + std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(seconds));
  while (Steady::now() < end) {
    int ready = ::epoll_wait(poller, events.data(), static_cast<int>(events.size()), 100);
    for (int i = 0; i < ready; ++i) {
      Peer& peer = peers[events[static_cast<std::size_t>(i)].data.u64];
      ssize_t count = ::recv(peer.client->descriptor(), octets.data(), octets.size(), 0);
      if (count <= 0) continue;
      peer.got += static_cast<std::size_t>(count);
      if (peer.got < peer.expected) continue;
      peer.got = 0;
      ++answers;
      peer.client->send(request);
    }
  }
  ::close(poller);
  return static_cast<double>(answers) / std::chrono::duration<double>(Steady::now() - started).count();
}

}  // namespace

RequestBench bench_requests(double seconds, int connections) {
  base::SystemClock clock;
  base::SystemRandom random;
  Metrics metrics;
  Router router;
  router.add(Method::get, "/hello", [](const Request&) { return text("hello"); });
  ServerOptions options;
  options.port = 0;
  options.access_log = false;
  Server server(options, router, clock, random, metrics);
  server.start();
  BareServer bare;
  RequestBench result;
  constexpr int turns = 4;  // one after the other, so that what slows the machine slows both
  for (int turn = 0; turn < turns; ++turn) {
    result.bare_per_second += ask(bare.port(), seconds / turns, connections) / turns;
    result.ours_per_second += ask(server.port(), seconds / turns, connections) / turns;
  }
  return result;
}

}  // namespace alting::web
