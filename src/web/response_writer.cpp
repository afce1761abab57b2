#include "web/response_writer.h"

#include <ctime>

#include "web/compress.h"

namespace alting::web {
namespace {

// IMF-fixdate (RFC 9110 section 5.6.7).
std::string http_date(base::Instant at) {
  static constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::time_t seconds = at.micros / 1'000'000;
  std::tm t{};
  (void)gmtime_r(&seconds, &t);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[static_cast<std::size_t>(t.tm_wday)], t.tm_mday,
                     months[static_cast<std::size_t>(t.tm_mon)], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

void add(std::string& head, std::string_view name, std::string_view value) {
  head += name;
  head += ": ";
  for (char c : value) head += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;  // no value may begin a header of its own
  head += "\r\n";
}

std::string joined(const std::vector<std::string>& origins) {
  std::string text;
  for (const std::string& origin : origins) {
    if (origin.find_first_of(" ;,'\"\r\n") != std::string::npos) continue;
    text += ' ';
    text += origin;
  }
  return text;
}

std::string content_security_policy(std::string_view content_type, const std::vector<std::string>& frame_ancestors = {},
                                    const std::vector<std::string>& frame_sources = {},
                                    const std::vector<std::string>& form_targets = {}) {
  std::string ancestors = joined(frame_ancestors);
  if (ancestors.empty()) ancestors = " 'none'";
  if (!content_type.starts_with("text/html")) return "default-src 'none'; frame-ancestors" + ancestors;
  std::string policy =
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src "
      "'self'; "
      "form-action 'self'" +
      joined(form_targets) + "; base-uri 'none'; frame-ancestors" + ancestors;
  std::string frames = joined(frame_sources);
  if (!frames.empty()) policy += "; frame-src" + frames;
  return policy;
}

bool same_name(std::string_view name, std::string_view other) {
  return std::ranges::equal(name, other, [](char a, char b) { return (a | 0x20) == (b | 0x20); });
}

// Headers that say who may keep an answer, who is logged in, or how it is framed: made here and nowhere else.
bool is_ours_alone(std::string_view name) {
  static constexpr std::array<std::string_view, 9> ours{"cache-control", "expires",        "pragma",
                                                        "age",           "set-cookie",     "date",
                                                        "connection",    "content-length", "transfer-encoding"};
  return std::ranges::any_of(ours, [&](std::string_view one) { return same_name(one, name); });
}

// Both kinds of answer, ready to be written. Never leaves this file.
struct Outgoing {
  int status = 200;
  std::string content_type;
  Fields headers;
  std::vector<std::string> cookies;
  std::string cache_control;
  std::string policy;  // Content-Security-Policy; "": `headers` has one
  bool may_be_framed = false;
  bool for_other_sites = false;
  std::string body;
  BodySource source;
  std::optional<std::int64_t> source_size;
};

bool has_header(const Outgoing& outgoing, std::string_view name) {
  return std::ranges::any_of(outgoing.headers, [&](const auto& header) { return same_name(header.first, name); });
}

void add_security_headers(std::string& head, const Outgoing& outgoing, bool secure) {
  if (!outgoing.policy.empty()) add(head, "Content-Security-Policy", outgoing.policy);
  if (!outgoing.may_be_framed) head += "X-Frame-Options: DENY\r\n";
  head +=
      "X-Content-Type-Options: nosniff\r\n"
      "Referrer-Policy: same-origin\r\n"
      "Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\r\n"
      "Cross-Origin-Opener-Policy: same-origin\r\n";
  head += outgoing.for_other_sites ? "Cross-Origin-Resource-Policy: cross-origin\r\nAccess-Control-Allow-Origin: *\r\n"
                                   : "Cross-Origin-Resource-Policy: same-origin\r\n";
  if (secure) head += "Strict-Transport-Security: max-age=63072000; includeSubDomains\r\n";
}

bool has_no_body(int status) { return status == 204 || status == 304 || status < 200; }

constexpr std::size_t worth_compressing = 1'400;  // less fits into one packet anyway

void compress_body(Outgoing& outgoing, std::string_view accept_encoding) {
  if (outgoing.source || outgoing.body.size() < worth_compressing || !is_compressible(outgoing.content_type) ||
      has_header(outgoing, "Content-Encoding"))
    return;
  if (Encoding encoding = choose_encoding(accept_encoding); encoding != Encoding::identity) {
    outgoing.body = compress(outgoing.body, encoding);
    outgoing.headers.emplace_back("Content-Encoding", std::string(to_text(encoding)));
  }
  if (!has_header(outgoing, "Vary")) outgoing.headers.emplace_back("Vary", "Accept-Encoding");
}

// How the body is cut: by its length, in chunks, or by the connection's end.
void add_framing(Wire& wire, const Outgoing& outgoing, const WireContext& context, bool bodyless) {
  if (outgoing.source) {
    wire.source_size = outgoing.source_size;
    wire.chunked = !outgoing.source_size && context.version_1_1;
    if (outgoing.source_size)
      add(wire.head, "Content-Length", std::to_string(*outgoing.source_size));
    else if (wire.chunked)
      wire.head += "Transfer-Encoding: chunked\r\n";
    else
      wire.keep_alive = false;
  } else if (!bodyless) {
    add(wire.head, "Content-Length", std::to_string(outgoing.body.size()));
  }
  if (!wire.keep_alive)
    wire.head += "Connection: close\r\n";
  else if (!context.version_1_1)
    wire.head += "Connection: keep-alive\r\n";
}

Wire write(Outgoing outgoing, const WireContext& context) {
  Wire wire;
  wire.status = outgoing.status;
  wire.keep_alive = context.keep_alive;
  const bool bodyless = has_no_body(outgoing.status);
  if (bodyless) {
    outgoing.body.clear();
    outgoing.source = nullptr;
  }
  compress_body(outgoing, context.accept_encoding);

  std::string& head = wire.head;
  head.reserve(1536);
  fmt::format_to(std::back_inserter(head), "HTTP/1.1 {} {}\r\n", outgoing.status, reason_phrase(outgoing.status));
  add(head, "Date", http_date(context.now));
  if (!bodyless && !outgoing.content_type.empty()) add(head, "Content-Type", outgoing.content_type);
  add(head, "Cache-Control", outgoing.cache_control);
  for (const auto& [name, value] : outgoing.headers)
    if (!is_ours_alone(name)) add(head, name, value);
  for (const std::string& cookie : outgoing.cookies) add(head, "Set-Cookie", cookie);
  add_security_headers(head, outgoing, context.secure);
  if (!context.request_id.empty()) add(head, "Alting-Request", context.request_id);
  if (!context.trace_id.empty())
    add(head, "Traceresponse", fmt::format("00-{}-{}-00", context.trace_id, context.span_id));
  add_framing(wire, outgoing, context, bodyless);
  head += "\r\n";
  if (!context.head_only) {
    wire.body = std::move(outgoing.body);
    wire.source = std::move(outgoing.source);
  }
  return wire;
}

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 301: return "Moved Permanently";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Unknown";
  }
}

std::string plain_answer(int status, std::string_view words, base::Instant now, std::string_view more_headers) {
  return fmt::format(
      "HTTP/1.1 {} {}\r\nDate: {}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\nConnection: "
      "close\r\n"
      "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n{}\r\n{}\n",
      status, reason_phrase(status), http_date(now), words.size() + 1, more_headers, words);
}

Wire make_wire(Response response, const WireContext& context) {
  Outgoing outgoing{
      .status = response.status,
      .content_type = std::move(response.content_type),
      .headers = std::move(response.headers),
      .cookies = std::move(response.set_cookies),
      .cache_control = "no-store",
      .may_be_framed = !response.frame_ancestors.empty(),
      .body = std::move(response.body),
      .source = std::move(response.source),
      .source_size = response.source_size,
  };
  if (!has_header(outgoing, "Content-Security-Policy"))
    outgoing.policy = content_security_policy(outgoing.content_type, response.frame_ancestors, response.frame_sources,
                                              response.form_targets);
  return write(std::move(outgoing), context);
}

Wire make_wire(PublicResponse response, const WireContext& context) {
  Outgoing outgoing{
      .status = response.status_,
      .content_type = std::move(response.content_type_),
      .cache_control = response.cache_control(),
      .for_other_sites = response.for_other_sites_,
      .body = std::move(response.body_),
  };
  outgoing.policy = content_security_policy(outgoing.content_type);
  if (!response.etag_.empty()) outgoing.headers.emplace_back("ETag", std::move(response.etag_));
  if (response.encoding_) {
    outgoing.headers.emplace_back("Vary", "Accept-Encoding");
    if (*response.encoding_ != Encoding::identity && !has_no_body(outgoing.status))
      outgoing.headers.emplace_back("Content-Encoding", std::string(to_text(*response.encoding_)));
  }
  return write(std::move(outgoing), context);
}

}  // namespace alting::web
