// The HTTP/1.1 server: Asio coroutines read and write, handlers run on a worker pool, everything that comes in has a
// limit.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/random.h"
#include "base/time.h"
#include "web/http.h"
#include "web/public.h"

namespace alting::web {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  // 0: any free one, see Server::port()
  std::string public_url;  // "https://alting.example": the only source of absolute addresses and of the expected Origin
  std::vector<std::string> trusted_proxies;                       // addresses whose X-Forwarded-For counts
  std::optional<std::filesystem::path> tls_certificate, tls_key;  // PEM; TLS 1.2 and 1.3
  std::filesystem::path assets;         // built static files (fingerprinted, with .gz and .br beside them)
  std::filesystem::path upload_folder;  // private, on the data disk
  unsigned workers = 64;
  unsigned io_threads = 1;
  std::size_t max_connections = 10'000;
  std::size_t max_connections_per_address = 2'000;
  std::size_t max_header = 16 * 1024;
  base::Duration header_timeout = base::Duration::seconds(10);
  base::Duration body_timeout = base::Duration::seconds(120);  // whole body; and at least 1 kB/s after the first 10 s
  base::Duration write_timeout = base::Duration::seconds(60);  // each 256 kB of an answer
  base::Duration idle_timeout = base::Duration::seconds(60);
  base::Duration shutdown_timeout = base::Duration::seconds(20);
  std::size_t max_queue = 4'096;             // requests waiting for a worker; more get 503 with Retry-After
  std::vector<std::string> metrics_readers;  // addresses that may read /metrics, beside this machine's own
  bool access_log = true;
  std::function<bool()> is_fit =
      {};  // asked for /readyz besides set_ready(), on the input-output thread: answers at once
};

// One or the other, and only make_wire can tell them apart for a cache.
using Answer = std::variant<Response, PublicResponse>;

class Router {
 public:
  // `pattern` is "/a/{party}/innboks"; {name} matches one segment, {name*} the rest. Throws std::logic_error on a
  // duplicate.
  void add(Method method, std::string pattern, Handler handler, RouteLimits limits = {});
  // GET (and HEAD) of what is the same for everyone.
  void add_public(std::string pattern, PublicHandler handler);
  struct Match {
    const Handler* handler = nullptr;
    const PublicHandler* public_handler = nullptr;  // never both
    RouteLimits limits;
    std::string pattern;  // for metrics: never the path itself
    std::map<std::string, std::string, std::less<>> values;
    bool path_exists = false;  // another method would do: 405
    [[nodiscard]] bool found() const { return handler != nullptr || public_handler != nullptr; }
  };
  [[nodiscard]] Match find(Method method, std::string_view path) const;
  [[nodiscard]] std::vector<std::pair<Method, std::string>> routes() const;  // for tests that walk every route

  // The page for what was found wrong before or outside a handler (404, 405, 413, a forged token, an exception:
  // `incident` is set).
  using ErrorPage = std::function<Response(const Request&, const base::Error&, std::string_view incident)>;
  void set_error_page(ErrorPage page);
  // Runs the handler. An exception ends here: it is logged under the request's id, which is the
  // incident id of the 503 that is answered, to this one person also where the route is public.
  [[nodiscard]] Answer run(const Match& match, Request& request) const;
  [[nodiscard]] Response error(const Request& request, const base::Error& error, std::string_view incident = {}) const;

  // Decides whether a request that changes something carries this browser's token (Cookies::token_is_good). Without one
  // every POST to a route with anti_forgery is refused.
  using TokenCheck = std::function<bool(const Request&)>;
  void set_token_check(TokenCheck check);
  [[nodiscard]] bool token_is_good(const Request& request) const { return token_check_ && token_check_(request); }

 private:
  struct Node;
  struct Route;
  void place(Method method, std::string pattern, Route route);
  std::shared_ptr<Node> root_;
  std::vector<std::pair<Method, std::string>> routes_;
  ErrorPage error_page_;
  TokenCheck token_check_;
};

class Metrics;  // web/metrics.h
class Assets;   // web/assets.h

class Server {
 public:
  Server(ServerOptions options, Router router, const base::Clock& clock, base::Random& random, Metrics& metrics);
  ~Server();
  void start();  // throws std::system_error when the port is taken
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] const Assets& assets() const;  // for the addresses of style sheet and script
  void stop();                                 // finishes what it has begun, within shutdown_timeout
  void set_ready(bool ready);                  // /readyz

  struct Impl;  // of server.cpp

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace alting::web
