// What a server is told: where it listens, and the limits of all that comes in.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

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
  // Over TLS, ask the client for a certificate, and take any whose key it proves, or none: Request::client_chain. Whether it
  // is to be believed is for the handler. No session is resumed then: each connection proves its key.
  bool ask_client_certificate = false;
  // Addresses whose Client-Cert and Client-Cert-Chain (RFC 9440) count, in any spelling. They must take these headers out
  // of what clients send. From anybody else the header is told of (ChainFrom::not_a_proxy) and never believed.
  std::vector<std::string> certificate_proxies = {};
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
  std::string when_down = {};  // plain text after the words of a 503 that has no page: how to do it another way
  std::function<bool()> is_fit =
      {};  // asked for /readyz besides set_ready(), on the input-output thread: answers at once
};

}  // namespace alting::web
