// What a handler sees: a request that has been read whole within its limits, and a response for the one who asked. What
// is the same for everyone is another type (web/public.h).
//
// Handlers are plain synchronous functions on a worker pool; the input-output threads never block. A handler runs
// domain functions and turns their answers into pages or JSON; nothing important happens here.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/json.h"
#include "base/language.h"
#include "base/result.h"
#include "base/time.h"
#include "web/html.h"

namespace alting::web {

// How a client's certificate came (ServerOptions::ask_client_certificate, certificate_proxies).
enum class ChainFrom : std::uint8_t {
  none,        // there is none
  tls,         // the client itself, which proved its key in the TLS handshake
  proxy,       // one of certificate_proxies, by RFC 9440: the proxy has seen the key proved
  not_a_proxy  // somebody else sent the header of RFC 9440: client_chain is empty, whatever TLS said
};

enum class Method : std::uint8_t { get, head, post, put, patch, del };

// One part of a multipart form that carried a file: streamed to a private temporary file, removed when the Upload goes.
class Upload {
 public:
  Upload(std::string field, std::string file_name, std::string media_type, std::filesystem::path path,
         std::int64_t size, base::Bytes sha256);
  ~Upload();
  Upload(Upload&&) noexcept;
  Upload& operator=(Upload&&) noexcept;
  std::string field;
  std::string file_name;   // last component only, NFC, no control characters, at most 200 code points; may be "" when
                           // none was given
  std::string media_type;  // as the browser said; not to be trusted
  std::filesystem::path path;  // "" when the route wants nothing but the digest
  std::int64_t size = 0;
  base::Bytes sha256;
  bool too_large = false;  // there is nothing of it (RouteLimits::tell_large)
};

using Fields = std::vector<std::pair<std::string, std::string>>;  // in their order; names may repeat

struct Request {
  Method method = Method::get;
  std::string path;  // decoded, begins with '/', no '.', '..', empty or NUL segments
  std::string raw_target;
  Fields query;    // decoded, UTF-8, NFC
  Fields headers;  // names in lower case
  Fields form;     // of application/x-www-form-urlencoded or multipart/form-data
  std::vector<Upload> uploads;
  std::string body;                                             // any other content, within the route's limit
  std::map<std::string, std::string, std::less<>> path_values;  // of the route's {name} places
  base::Instant received;                                       // when the complete request was here: what "sent" means
  std::string request_id;                                       // ours
  std::string trace_id;                                         // of W3C traceparent, or ours
  std::string remote_network;                                   // client address with its last part removed
  std::string neighbourhood;  // what limits count by: the client's IPv4 /24 or IPv6 /64; in memory only
  bool of_system = false;     // the route is for machines (Audience::system)
  // The client's certificate and those it sent along, DER, its own first. Nobody has checked where they lead, what they
  // are for or when they hold.
  std::vector<base::Bytes> client_chain;
  ChainFrom client_chain_from = ChainFrom::none;
  base::Language language = base::Language::nb;  // persistent context cookie, else Accept-Language
  // False once whoever asked has closed the connection, or the server has given it up: work that takes long asks from
  // time to time. Empty (in tests, in requests of the program's own): somebody always waits.
  std::function<bool()> still_wanted;

  [[nodiscard]] std::string_view header(std::string_view lower_case_name) const;  // "" when missing
  [[nodiscard]] bool has_header(std::string_view lower_case_name) const;          // however empty
  [[nodiscard]] std::string_view value(std::string_view path_name) const;         // path place, "" when missing
  [[nodiscard]] std::string_view query_value(std::string_view name) const;
  [[nodiscard]] std::string_view form_value(std::string_view name) const;  // first of that name, "" when missing
  [[nodiscard]] std::vector<std::string_view> form_values(std::string_view name) const;
  [[nodiscard]] bool has_form(std::string_view name) const;
  [[nodiscard]] std::string_view cookie(std::string_view name) const;  // raw; use web::Cookies to read ours
  [[nodiscard]] bool wants_json() const;      // Accept prefers application/json or problem+json
  [[nodiscard]] bool wants_fragment() const;  // our script asked (header Alting-Fragment: 1)
};

// A body that is produced piece by piece on the worker, such as a download from the vault.
using BodySource = std::function<void(const std::function<void(std::string_view)>& write)>;

// A response for the one who asked, and for nobody else: it says no-store, and nothing in it can say otherwise.
struct Response {
  int status = 200;
  std::string content_type = "text/html; charset=utf-8";
  Fields headers;                        // those of caching, cookies and framing are left out
  std::vector<std::string> set_cookies;  // made by web::Cookies only
  std::string body;
  BodySource source;  // instead of body
  std::optional<std::int64_t> source_size;
  std::vector<std::string> frame_ancestors;  // origins that may frame this page (front-channel logout); none: nobody
  std::vector<std::string>
      frame_sources;  // origins this page may frame (the test issuer's logout page); none: no frames
  std::vector<std::string> form_targets;  // origins this page's form may be posted to (logging out at the issuer)
  std::string refused_for;  // a text id when something was refused that operators should hear of: it goes into the
                            // program's log and is counted (docs/operator.md), and is not sent
};

[[nodiscard]] Response page(html::Html html, int status = 200);
[[nodiscard]] Response json(const base::Json& value, int status = 200);
[[nodiscard]] Response text(std::string body, int status = 200);
// 303 to a path of this site ("/a/..."), or, with redirect_away, to an absolute address of the login issuer (only ever
// in answer to a GET).
[[nodiscard]] Response redirect(std::string path);
[[nodiscard]] Response redirect_away(std::string absolute_url);
// A file to save: Content-Disposition with a safe ASCII name and the UTF-8 one (RFC 6266), nosniff, sandboxed.
[[nodiscard]] Response download(const std::string& file_name, std::string media_type, std::string body);
[[nodiscard]] Response download(const std::string& file_name, std::string media_type, std::int64_t size,
                                BodySource source);
// RFC 9457 problem document.
[[nodiscard]] Response problem(const base::Error& error, std::string_view title);
[[nodiscard]] int status_of(base::ErrorKind kind);
[[nodiscard]] int status_of(const base::Error& error);  // its kind's, but for the few whose status says more

using Handler = std::function<Response(const Request&)>;

struct RouteLimits {
  std::size_t body = 256 * 1024;  // octets of a form or other content
  std::size_t upload = 0;         // octets of one file; 0: no files are taken
  std::size_t uploads = 0;        // files in one request
  std::size_t upload_total = 0;   // octets of all its files together; 0: as many as one file may have
  std::vector<std::string> upload_types =
      {};  // ".pdf" (the name's ending) or "image/png" (as the browser says); none: any
  std::vector<std::string> digest_only = {};  // fields whose files are hashed as they come and written nowhere
  bool anti_forgery = true;                   // POSTs must carry the token (machine interfaces turn it off)
  // A file of a form that is larger than `upload`, or the one with which they are more than `upload_total`, is read past, and
  // the handler told of it: it shows the page again with what was typed. Else the request is refused.
  bool tell_large = false;
};

}  // namespace alting::web
