// Outgoing HTTP. Everything the program sends to other machines goes through one HttpClient: it knows which hosts may
// be spoken to, limits what comes back, verifies TLS (RFC 9110 section 4.3.4), and tells an observer of each request
// before it leaves, so that a test can show what never leaves (a draft).
//
// Nothing is followed, sent or trusted that was not asked for: no redirects unless allowed (and then only to listed
// hosts), no cookies, no proxy of the environment, plain http only to this machine itself
// (unless HttpOptions::plain_http). Where anyone may name the address, use public_http_client.h.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

namespace alting::net {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method = "GET";
  std::string url;  // absolute, http or https
  Headers headers;
  std::string body;
  base::Duration timeout = base::Duration::seconds(3);  // from the first packet to the last octet of the answer
  std::size_t max_answer = 1024 * 1024;                 // octets of content
  int redirects = 0;                                    // how many may be followed (GET only)
};

struct HttpAnswer {
  int status = 0;
  Headers headers;  // names in lower case
  std::string body;
  [[nodiscard]] std::string_view header(std::string_view lower_case_name) const;  // "" when missing
};

// A large file, fetched to disk. A download that was cut off goes on where it stopped, if the server still has the same
// file (RFC 9110 section 13.1.5, If-Range); what is there so far lies in "<target>.part", with "<target>.part.tag"
// beside it.
struct Download {
  std::string url;
  std::filesystem::path target;  // appears, durable and whole, when download() returns a value
  Headers headers;
  std::int64_t max_size = 16LL * 1024 * 1024 * 1024;
  base::Duration stall_timeout = base::Duration::seconds(30);  // given up after this long below 1 kB/s
  int redirects = 3;
  std::function<void(std::int64_t received, std::int64_t total)> progress;  // total -1 when unknown
};

struct Downloaded {
  std::int64_t size = 0;
};

// A request as it leaves, for the observer. Borrowed for the length of the call.
struct Outgoing {
  std::string_view method, url, body;
  const Headers& headers;
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // Any status is an answer. Errors: `forbidden` (net.host_not_listed, net.not_encrypted), `invalid` (net.bad_address),
  // `too_large`, `too_many` (so many requests to this host are under way), `unavailable` (no answer in time, or TLS
  // failed).
  [[nodiscard]] virtual base::Result<HttpAnswer> send(const HttpRequest& request) = 0;
  // Also `unavailable` when it was cut off (calling again resumes) and when the status was not 200 or 206.
  [[nodiscard]] virtual base::Result<Downloaded> download(const Download& download) = 0;
};

struct HttpOptions {
  std::vector<std::string> hosts;  // "idporten.no", "localhost:9000" (with its port only); nothing else is spoken to
  std::string user_agent = "Alting";
  std::string proxy;              // "http://proxy.example:3128"; "": none
  std::filesystem::path ca_file;  // "": the system's certificates
  // To the listed hosts http without TLS too: for what is signed itself, and no secret (lists of revoked certificates).
  bool plain_http = false;
  int max_at_once_per_host = 16;  // a quarter of the default pool of workers
  std::function<void(const Outgoing&)> observer;
};

[[nodiscard]] std::unique_ptr<HttpClient> make_http_client(HttpOptions options);

}  // namespace alting::net
