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
#include "web/asker.h"
#include "web/http.h"
#include "web/public.h"

namespace alting::base {
class Metrics;
}

namespace alting::web {

// What one asker may hold (web/asker.h): a person with all their sessions, or a network without a session. More is
// refused with 503 for the one who is over.
struct Shares {
  std::size_t workers = 0;             // handlers running
  std::size_t waiting = 0;             // requests that wait for those
  std::size_t streams = 0;             // downloads being sent
  std::size_t uploads = 0;             // requests with files being read
  std::size_t contents = 0;            // requests with any content being read
  std::uint64_t memory = 0, disk = 0;  // octets of contents, answers and uploaded files
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  // 0: any free one, see Server::port()
  std::string public_url;  // "https://alting.example": the only source of absolute addresses and of the expected Origin
  std::vector<std::string> trusted_proxies;                       // addresses whose X-Forwarded-For counts
  std::optional<std::filesystem::path> tls_certificate, tls_key;  // PEM; TLS 1.2 and 1.3
  std::filesystem::path assets;         // built static files (fingerprinted, with .gz and .br beside them)
  std::filesystem::path upload_folder;  // private, on the data disk
  unsigned workers = 64;
  unsigned io_threads = 0;  // loops for the connections; 0: as many as there are processors, from two to eight
  Shares of_person{
      .workers = 4, .waiting = 32, .streams = 2, .uploads = 4, .contents = 32, .memory = 64 << 20, .disk = 256 << 20};
  Shares of_network{.workers = 8,
                    .waiting = 128,
                    .streams = 4,
                    .uploads = 8,
                    .contents = 128,
                    .memory = 128 << 20,
                    .disk = 512 << 20};
  std::uint64_t max_memory = std::uint64_t{512} << 20;  // of all contents and answers
  std::uint64_t max_disk = std::uint64_t{2} << 30;      // of all files being uploaded
  unsigned free_disk_percent = 10;                      // files are refused when less of upload_folder's disk is free
  std::size_t max_connections = 10'000;  // over 80 %, who has rested gives way to a new one; over 90 %, the slowest
  std::size_t max_connections_per_address = 4'000;  // IPv6: per /64. Of trusted proxies' clients: requests at once
  std::size_t max_handshakes = 2'000;               // TLS, in progress; over that, the longest gives way to a new one
  std::size_t max_handshakes_per_network = 500;     // in progress, and begun at once after a pause
  std::size_t handshakes_per_second = 50;           // of one network, in the long run
  std::size_t max_header = 16 * 1024;
  base::Duration header_timeout = base::Duration::seconds(10);
  base::Duration body_timeout = base::Duration::seconds(120);  // whole body; and at least 1 kB/s after the first 10 s
  base::Duration write_timeout = base::Duration::seconds(60);  // each 256 kB of an answer
  base::Duration rate_grace = base::Duration::seconds(10);
  std::uint64_t least_answer_rate = 4'000;  // octets a second, over the whole answer, after the grace
  base::Duration idle_timeout = base::Duration::seconds(60);
  base::Duration shutdown_timeout = base::Duration::seconds(12);
  std::size_t max_queue = 4'096;             // requests waiting for a worker; more get 503 with Retry-After
  std::vector<std::string> metrics_readers;  // addresses that may read /metrics, beside this machine's own
  // An address for /metrics alone, in plain HTTP; then it is nowhere else. Port 0: it has none.
  std::string metrics_address = "127.0.0.1";
  std::uint16_t metrics_port = 0;
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
  // Asked when the token of a form is not good, before the error page: nothing of what was posted is done, but it may be
  // kept for who wrote it, and they be led on. Nothing: the error page. The request has no path_values and no files.
  using StaleForm = std::function<std::optional<Response>(const Request&)>;
  void set_stale_form(StaleForm lead_on);
  [[nodiscard]] std::optional<Response> stale_form(const Request& request) const;
  [[nodiscard]] bool token_is_good(const Request& request) const { return token_check_ && token_check_(request); }
  // Decides whether a browser has seen a page of ours (Cookies::has_token): only then, or with a valid session, is more
  // than BodyReader::stranger_limit read. Does not wait. Without one, nothing is asked.
  void set_visitor_check(TokenCheck check);
  [[nodiscard]] bool is_visitor(const Request& request) const { return !visitor_check_ || visitor_check_(request); }
  // Tells whose request it is. Without one, all requests are their network's.
  void set_sessions(SessionSeam seam);
  [[nodiscard]] const SessionSeam& sessions() const { return sessions_; }

 private:
  struct Node;
  struct Route;
  void place(Method method, std::string pattern, Route route);
  std::shared_ptr<Node> root_;
  std::vector<std::pair<Method, std::string>> routes_;
  ErrorPage error_page_;
  TokenCheck token_check_, visitor_check_;
  StaleForm stale_form_;
  SessionSeam sessions_;
};

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

  struct Impl;  // of server.cpp

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace alting::web
