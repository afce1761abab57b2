// The head of an HTTP/1.1 request (RFC 9112), read strictly: what another reader on the way might understand
// differently is refused, so that no second request can hide in the first (request smuggling).
//
// Refused with 400: line ends that are no CRLF, folded lines, white space before the colon, control characters, a
// target that is neither a path nor an http address, Content-Length together with Transfer-Encoding or twice, no Host
// or two. 501: a transfer
// coding that is not "chunked". 414, 431: over the limits. 505: another version. 417: an expectation that is not
// 100-continue.
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace alting::web {

struct RequestHead {
  std::string method;
  std::string target;     // "/path?query" or "*"
  std::string authority;  // of a target in absolute form: "localhost:8080", which Host says then too; else ""
  bool version_1_1 = true;
  std::vector<std::pair<std::string, std::string>>
      headers;  // names in lower case, each once: lines of one name are joined
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = true;
  bool expect_continue = false;
  [[nodiscard]] std::string_view header(std::string_view lower_case_name) const;
  [[nodiscard]] bool has_body() const { return chunked || content_length.value_or(0) > 0; }
};

struct HeadFault {
  int status = 400;
  std::string_view reason;  // static text
};

inline constexpr std::size_t max_target = 8 * 1024;
inline constexpr std::size_t max_header_lines = 100;

// `block` begins with the request line and ends with the empty line.
[[nodiscard]] std::expected<RequestHead, HeadFault> parse_head(std::string_view block);

// Finds the head in octets as they come: at the front of `in`, which grows between calls.
class HeadSearch {
 public:
  explicit HeadSearch(std::size_t limit) : limit_(limit) {}
  // Nothing yet; or the head, which is taken out of `in`; or what is wrong.
  [[nodiscard]] std::expected<std::optional<RequestHead>, HeadFault> look(std::string& in);

 private:
  std::size_t limit_;
  std::size_t searched_ = 0;
  int empty_lines_ = 0;
};

}  // namespace alting::web
