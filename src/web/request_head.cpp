#include "web/request_head.h"

#include "base/text.h"

namespace alting::web {
namespace {

constexpr bool is_token(char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

using Fault = std::unexpected<HeadFault>;
Fault bad(std::string_view reason, int status = 400) { return Fault(HeadFault{status, reason}); }

bool is_host(std::string_view host) {
  if (host.empty() || host.size() > 255) return false;
  return std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == ':' || c == '[' || c == ']' || c == '_';
  });
}

// RFC 9112 section 3.2.2: a client that believes to speak to a proxy names scheme and host. They are taken apart into
// `head.target` and `head.authority`, which then stands in the place of Host.
bool read_absolute_form(std::string_view target, std::string_view method, RequestHead& head) {
  const std::size_t colon = target.find("://");
  if (colon == std::string_view::npos) return false;
  const std::string scheme = lower(target.substr(0, colon));
  if (scheme != "http" && scheme != "https") return false;
  target.remove_prefix(colon + 3);
  const std::size_t end = std::min(target.find_first_of("/?"), target.size());
  if (!is_host(target.substr(0, end))) return false;
  head.authority = target.substr(0, end);
  target.remove_prefix(end);
  if (target.empty())
    head.target = method == "OPTIONS" ? "*" : "/";
  else
    head.target = target.starts_with('/') ? std::string(target) : "/" + std::string(target);
  return true;
}

std::optional<HeadFault> read_request_line(std::string_view line, RequestHead& head) {
  std::size_t first = line.find(' ');
  std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == 0 || last == first) return HeadFault{400, "malformed request line"};
  std::string_view method = line.substr(0, first), target = line.substr(first + 1, last - first - 1),
                   version = line.substr(last + 1);
  if (method.size() > 20 || !std::ranges::all_of(method, is_token)) return HeadFault{400, "malformed method"};
  if (target.size() > max_target) return HeadFault{414, "request target too long"};
  for (char c : target)
    if (c <= 0x20 || c == 0x7f || c == '#' || c == '\\') return HeadFault{400, "malformed request target"};
  if (target == "*" ? method != "OPTIONS" : !target.starts_with('/') && !read_absolute_form(target, method, head))
    return HeadFault{400, "malformed request target"};
  if (version == "HTTP/1.1")
    head.version_1_1 = true;
  else if (version == "HTTP/1.0")
    head.version_1_1 = false;
  else
    return HeadFault{version.starts_with("HTTP/") && version.size() == 8 ? 505 : 400, "HTTP version not supported"};
  head.method = method;
  if (head.target.empty()) head.target = target;
  return std::nullopt;
}

// These may stand only once: two would let two readers choose differently.
constexpr std::array<std::string_view, 9> single{"host",          "content-length", "transfer-encoding",
                                                 "content-type",  "expect",         "origin",
                                                 "authorization", "user-agent",     "sec-fetch-site"};

// Adds a line. Lines of one name are one list (RFC 9110 section 5.3), which a proxy may have made longer with a line of
// its own: whoever asks for the name must see all of it. Only cookies are joined otherwise (RFC 9113 section 8.2.3).
std::optional<HeadFault> add_header(RequestHead& head, std::string name, std::string_view value) {
  auto known = std::ranges::find(head.headers, name, &std::pair<std::string, std::string>::first);
  if (known == head.headers.end()) {
    head.headers.emplace_back(std::move(name), value);
    return std::nullopt;
  }
  if (std::ranges::find(single, name) != single.end())
    return HeadFault{400, "a header that may stand once stands twice"};
  known->second += name == "cookie" ? "; " : ", ";
  known->second += value;
  return std::nullopt;
}

std::optional<HeadFault> read_header_line(std::string_view line, RequestHead& head) {
  if (line.front() == ' ' || line.front() == '\t') return HeadFault{400, "folded header line"};
  std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return HeadFault{400, "malformed header line"};
  std::string_view name = line.substr(0, colon);
  if (!std::ranges::all_of(name, is_token)) return HeadFault{400, "malformed header name"};
  std::string_view value = line.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  for (char c : value) {
    auto octet = static_cast<unsigned char>(c);
    if ((octet < 0x20 && c != '\t') || octet == 0x7f) return HeadFault{400, "control character in a header"};
  }
  return add_header(head, lower(name), value);
}

bool has_token(std::string_view list, std::string_view wanted) {
  for (std::string_view item : base::split(list, ','))
    if (lower(base::trim(item)) == wanted) return true;
  return false;
}

// What the headers say of the message itself.
std::optional<HeadFault> read_framing(RequestHead& head) {
  bool has_host = false;
  head.keep_alive = head.version_1_1;
  for (auto& [name, value] : head.headers) {
    if (name == "host") {
      if (!is_host(value)) return HeadFault{400, "malformed Host"};
      has_host = true;
      if (!head.authority.empty()) value = head.authority;
    } else if (name == "content-length") {
      if (value.empty() || value.size() > 15 || value.find_first_not_of("0123456789") != std::string::npos)
        return HeadFault{400, "malformed Content-Length"};
      head.content_length = std::stoull(value);
    } else if (name == "transfer-encoding") {
      if (!head.version_1_1) return HeadFault{400, "Transfer-Encoding in HTTP/1.0"};
      if (lower(value) != "chunked") return HeadFault{501, "only the transfer coding 'chunked' is taken"};
      head.chunked = true;
    } else if (name == "connection") {
      if (has_token(value, "close"))
        head.keep_alive = false;
      else if (!head.version_1_1 && has_token(value, "keep-alive"))
        head.keep_alive = true;
    } else if (name == "expect") {
      if (lower(value) != "100-continue") return HeadFault{417, "only the expectation 100-continue is met"};
      head.expect_continue = head.version_1_1;
    }
  }
  if (head.chunked && head.content_length) return HeadFault{400, "both Content-Length and Transfer-Encoding"};
  if (head.version_1_1 && !has_host) return HeadFault{400, "no Host"};
  if (!has_host && !head.authority.empty()) head.headers.emplace_back("host", head.authority);
  return std::nullopt;
}

}  // namespace

std::string_view RequestHead::header(std::string_view lower_case_name) const {
  for (const auto& [name, value] : headers)
    if (name == lower_case_name) return value;
  return {};
}

std::expected<RequestHead, HeadFault> parse_head(std::string_view block) {
  RequestHead head;
  head.headers.reserve(16);
  std::size_t lines = 0;
  while (true) {
    std::size_t end = block.find("\r\n");
    if (end == std::string_view::npos) return bad("no empty line");
    std::string_view line = block.substr(0, end);
    block.remove_prefix(end + 2);
    if (line.find_first_of("\r\n") != std::string_view::npos) return bad("a line end that is no CRLF");
    if (line.find('\0') != std::string_view::npos) return bad("U+0000 in the head");
    if (line.empty()) {
      if (lines == 0) return bad("malformed request line");
      break;
    }
    if (lines > max_header_lines) return bad("too many headers", 431);
    if (auto fault = lines == 0 ? read_request_line(line, head) : read_header_line(line, head)) return Fault(*fault);
    ++lines;
  }
  if (!block.empty()) return bad("text after the empty line");
  if (auto fault = read_framing(head)) return Fault(*fault);
  return head;
}

namespace {

bool has_bare_line_end(std::string_view text) {
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
    if (at == 0 || text[at - 1] != '\r') return true;
  return false;
}

}  // namespace

std::expected<std::optional<RequestHead>, HeadFault> HeadSearch::look(std::string& in) {
  while (in.starts_with("\r\n") && empty_lines_ < 2) {  // RFC 9112 section 2.2
    in.erase(0, 2);
    ++empty_lines_;
  }
  std::size_t end = in.find("\r\n\r\n", searched_);
  if (end == std::string::npos ? in.size() > limit_ : end + 4 > limit_) {
    bool target_too_long = std::string_view(in).substr(0, max_target + 32).find("\r\n") == std::string_view::npos;
    return target_too_long ? bad("request target too long", 414) : bad("request header fields too large", 431);
  }
  if (end == std::string::npos) {
    if (has_bare_line_end(in)) return bad("a line end that is no CRLF");
    searched_ = in.size() < 3 ? 0 : in.size() - 3;
    return std::optional<RequestHead>();
  }
  auto parsed = parse_head(std::string_view(in).substr(0, end + 4));
  in.erase(0, end + 4);
  if (!parsed) return Fault(parsed.error());
  return std::optional<RequestHead>(std::move(*parsed));
}

}  // namespace alting::web
