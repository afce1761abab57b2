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
  gmtime_r(&seconds, &t);
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

std::string content_security_policy(const Response& response) {
  std::string ancestors = joined(response.frame_ancestors);
  if (ancestors.empty()) ancestors = " 'none'";
  if (!response.content_type.starts_with("text/html")) return "default-src 'none'; frame-ancestors" + ancestors;
  std::string policy =
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src "
      "'self'; "
      "form-action 'self'; base-uri 'none'; frame-ancestors" +
      ancestors;
  std::string frames = joined(response.frame_sources);
  if (!frames.empty()) policy += "; frame-src" + frames;
  return policy;
}

bool has_header(const Response& response, std::string_view name) {
  return std::ranges::any_of(response.headers, [&](const auto& header) { return header.first == name; });
}

void add_security_headers(std::string& head, const Response& response, const WireContext& context) {
  if (!has_header(response, "Content-Security-Policy"))
    add(head, "Content-Security-Policy", content_security_policy(response));
  if (response.frame_ancestors.empty()) head += "X-Frame-Options: DENY\r\n";
  head +=
      "X-Content-Type-Options: nosniff\r\n"
      "Referrer-Policy: same-origin\r\n"
      "Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\r\n"
      "Cross-Origin-Opener-Policy: same-origin\r\n"
      "Cross-Origin-Resource-Policy: same-origin\r\n";
  if (context.secure) head += "Strict-Transport-Security: max-age=63072000; includeSubDomains\r\n";
}

bool has_no_body(int status) { return status == 204 || status == 304 || status < 200; }

constexpr std::size_t worth_compressing = 1'400;  // less fits into one packet anyway

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
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
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
  Wire wire;
  wire.status = response.status;
  wire.keep_alive = context.keep_alive;
  bool bodyless = has_no_body(response.status);
  if (bodyless) {
    response.body.clear();
    response.source = nullptr;
  }
  bool personal = !response.shareable || !response.set_cookies.empty();  // a cookie makes any response one person's
  bool vary = has_header(response, "Vary");
  if (!bodyless && !response.source && response.body.size() >= worth_compressing &&
      is_compressible(response.content_type) && !has_header(response, "Content-Encoding")) {
    if (Encoding encoding = choose_encoding(context.accept_encoding); encoding != Encoding::identity) {
      response.body = compress(response.body, encoding);
      response.headers.emplace_back("Content-Encoding", std::string(to_text(encoding)));
    }
    if (!vary) response.headers.emplace_back("Vary", "Accept-Encoding");
  }

  std::string& head = wire.head;
  head.reserve(1024);
  head += fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
  add(head, "Date", http_date(context.now));
  if (!bodyless && !response.content_type.empty()) add(head, "Content-Type", response.content_type);
  add(head, "Cache-Control",
      personal || response.cache_control.empty() ? std::string_view("no-store")
                                                 : std::string_view(response.cache_control));
  for (const auto& [name, value] : response.headers) add(head, name, value);
  for (const std::string& cookie : response.set_cookies) add(head, "Set-Cookie", cookie);
  add_security_headers(head, response, context);
  if (!context.request_id.empty()) add(head, "Alting-Request", context.request_id);
  if (!context.trace_id.empty())
    add(head, "Traceresponse", fmt::format("00-{}-{}-00", context.trace_id, context.span_id));

  if (response.source) {
    wire.source_size = response.source_size;
    wire.chunked = !response.source_size && context.version_1_1;
    if (response.source_size)
      add(head, "Content-Length", std::to_string(*response.source_size));
    else if (wire.chunked)
      head += "Transfer-Encoding: chunked\r\n";
    else
      wire.keep_alive = false;
  } else if (!bodyless) {
    add(head, "Content-Length", std::to_string(response.body.size()));
  }
  if (!wire.keep_alive)
    head += "Connection: close\r\n";
  else if (!context.version_1_1)
    head += "Connection: keep-alive\r\n";
  head += "\r\n";
  if (!context.head_only) {
    wire.body = std::move(response.body);
    wire.source = std::move(response.source);
  }
  return wire;
}

}  // namespace alting::web
