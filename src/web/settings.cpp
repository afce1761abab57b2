#include "web/settings.h"

#include "base/size.h"

namespace alting::web {

using base::Setting;

namespace {

// A full laptop is to show what the portal does all the same.
constexpr unsigned free_disk_percent_in_test_mode = 1;

// What one person and one network without a session may hold: two settings in one row of the document.
template <class Number>
void add_shares(std::vector<Setting>& to, std::string_view what, Number Shares::* of, ServerOptions& into,
                const base::Bounds& bounds, std::string help) {
  to.push_back(base::whole(fmt::format("server.{}_per_person", what), into.of_person.*of, bounds, std::move(help)));
  to.push_back(base::whole(fmt::format("server.{}_per_network", what), into.of_network.*of, bounds, ""));
}

void add_limits(std::vector<Setting>& to, ServerOptions& into) {
  const base::Bounds megabytes{1, 1'000'000, base::megabyte};
  // A request with files may have 32 MB, and a little more around them.
  const base::Bounds upload{33, 1'000'000, base::megabyte}, uploads{33, 10'000'000, base::megabyte};
  add_shares(to, "workers", &Shares::workers, into, {1, 1024},
             "workers that one person's sessions, or one network without a session, may hold at once");
  add_shares(to, "waiting", &Shares::waiting, into, {0, 100'000}, "requests of theirs that may wait for those");
  add_shares(to, "downloads", &Shares::streams, into, {1, 1024},
             "attachments of more than 1 MB being sent to them at once");
  add_shares(to, "uploads", &Shares::uploads, into, {1, 1024}, "requests with files being read from them at once");
  add_shares(to, "memory_mb", &Shares::memory, into, megabytes, "forms and answers of theirs that are held in memory");
  add_shares(to, "disk_mb", &Shares::disk, into, upload, "files of theirs in `uploads/`");
  to.push_back(
      base::whole("server.memory_mb", into.max_memory, {64, 1'000'000, base::megabyte}, "the same of all together"));
  to.push_back(base::whole("server.disk_mb", into.max_disk, uploads, ""));
  add_shares(to, "contents", &Shares::contents, into, {1, 100'000},
             "requests of theirs whose content is being read at once");
  to.push_back(base::whole("server.free_disk_percent", into.free_disk_percent, {0, 99},
                           "files are refused while less of the data folder's disk is free; forms go on"));
  to.push_back(base::whole("server.connections", into.max_connections, {10, 1'000'000},
                           "connections in all, and from one IPv4 address or IPv6 /64"));
  to.push_back(base::whole("server.connections_per_address", into.max_connections_per_address, {1, 1'000'000}, ""));
  to.push_back(base::whole("server.handshakes", into.max_handshakes, {1, 1'000'000},
                           "TLS handshakes in progress at once, in all, and of one network (IPv4 /24, IPv6 /64)"));
  to.push_back(base::whole("server.handshakes_per_network", into.max_handshakes_per_network, {1, 1'000'000}, ""));
  to.push_back(base::whole("server.handshakes_per_second", into.handshakes_per_second, {1, 100'000},
                           "TLS handshakes of one network in the long run; after a pause as many at once as are "
                           "allowed in progress. More wait their turn"));
}

}  // namespace

std::vector<Setting> settings(ServerOptions& into, terms::Mode mode) {
  if (mode == terms::Mode::test) into.free_disk_percent = free_disk_percent_in_test_mode;
  std::vector<Setting> all{base::text("server.address", into.address, "address to listen on"),
                           base::port("server.port", into.port, "port to listen on")};
  all.push_back(base::text("server.public_url", into.public_url,
                           "`\"https://portal.example\"`: the only source of absolute addresses, and the origin that "
                           "forms must come from; https in production")
                    .required());
  all.push_back(base::list("server.trusted_proxies", into.trusted_proxies,
                           "addresses whose `X-Forwarded-For` counts, in any spelling"));
  all.push_back(base::path("server.tls_certificate", into.tls_certificate,
                           "PEM files; without them the server speaks plain HTTP, for a proxy on the same machine: in "
                           "production it then listens on `127.0.0.1` or `::1` only")
                    .fallback_in_words("none"));
  all.push_back(base::path("server.tls_key", into.tls_key, "").fallback_in_words(""));
  all.push_back(base::text("server.metrics_address", into.metrics_address,
                           "an address for `/metrics` alone, in plain HTTP; 0: it has none"));
  all.push_back(base::port("server.metrics_port", into.metrics_port, ""));
  all.push_back(base::list("server.metrics_readers", into.metrics_readers,
                           "addresses that may read `/metrics`, beside this machine"));
  all.push_back(base::whole("server.workers", into.workers, {1, 1024},
                            "threads that run handlers; the database gets as many connections and 22 more, and 8 where "
                            "there is a door (`certificate.port`)"));
  all.push_back(base::whole("server.io_threads", into.io_threads, {0, 64},
                            "threads that read and write connections, and do TLS; 0: as many as there are processors, "
                            "from 2 to 8"));
  add_limits(all, into);
  all.push_back(base::yes_or_no(
      "server.access_log", into.access_log,
      "a line for each request: method, route pattern, status, duration, network; no paths, no persons"));
  return all;
}

base::Status check_settings(const ServerOptions& options) {
  if (options.tls_certificate.has_value() != options.tls_key.has_value())
    return base::make_error(base::ErrorKind::invalid, "error.settings",
                            "server.tls_certificate and server.tls_key belong together");
  return {};
}

}  // namespace alting::web
