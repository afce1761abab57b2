#include "net/smtp_connection.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

#include "base/text.h"

namespace alting::net {
namespace {

constexpr std::size_t max_reply_line = 2048, max_reply_lines = 100;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "5.1.1 " at the beginning (RFC 3463 section 2), with the blank; "" when there is none.
std::string_view enhanced_code(std::string_view text) {
  std::size_t i = 0;
  for (int part = 0; part < 3; ++part) {
    if (part > 0 && (i >= text.size() || text[i++] != '.')) return {};
    const auto begin = i;
    while (i < text.size() && is_digit(text[i])) ++i;
    if (i == begin || i - begin > 3) return {};
  }
  if (i < text.size() && text[i] != ' ') return {};
  return text.substr(0, i);
}

std::size_t ignore_lines(char*, std::size_t size, std::size_t count, void*) { return size * count; }

void set_smtp_options(CURL* handle, const MailOptions& options, const std::string& password) {
  const bool plain = options.plain_to_loopback;
  // The path is what we are called in EHLO.
  const std::string url = options.relay + '/' + return_domain(options);
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(handle, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
  const auto timeout_ms = static_cast<long>(options.timeout.micros / 1000);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, timeout_ms);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, timeout_ms);
  curl_easy_setopt(handle, CURLOPT_USE_SSL,
                   plain ? static_cast<long>(CURLUSESSL_NONE) : static_cast<long>(CURLUSESSL_ALL));
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options.ca_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, options.ca_file.c_str());
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, ignore_lines);
  if (!options.user.empty()) {
    curl_easy_setopt(handle, CURLOPT_USERNAME, options.user.c_str());
    curl_easy_setopt(handle, CURLOPT_PASSWORD, password.c_str());
  }
}

}  // namespace

SmtpConnection::SmtpConnection(const MailOptions& options, const std::string& password)
    : handle_(curl_easy_init()), timeout_(options.timeout.micros / 1000) {
  if (!handle_) throw std::runtime_error("libcurl gives no handle");
  set_smtp_options(handle_.get(), options, password);
  if (const CURLcode code = curl_easy_perform(handle_.get()); code != CURLE_OK) {
    failed_ = code == CURLE_USE_SSL_FAILED ? "the relay offers no STARTTLS" : curl_easy_strerror(code);
    return;
  }
  curl_easy_getinfo(handle_.get(), CURLINFO_ACTIVESOCKET, &socket_);
  broken_ = socket_ == CURL_SOCKET_BAD;
  if (!broken_) introduce(options);
  if (broken_) failed_ = "the relay does not answer";
}

SmtpConnection::~SmtpConnection() {
  if (!broken_) (void)send("QUIT\r\n");
}

// Once more after TLS and AUTH: what the server offers is what it says now (RFC 3207 section 4.2).
void SmtpConnection::introduce(const MailOptions& options) {
  if (!send("EHLO " + return_domain(options) + "\r\n")) return;
  const SmtpReply offered = reply();
  if (!offered.is(2)) {
    broken_ = true;
    return;
  }
  for (const auto& line : offered.lines) {
    const auto word = base::to_upper(line.substr(0, line.find(' ')));
    if (word == "DSN") dsn_ = true;
    if (word == "PIPELINING") pipelining_ = true;
  }
}

bool SmtpConnection::wait(short events, std::chrono::steady_clock::time_point until) const {
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    if (left <= 0) return false;
    pollfd one{.fd = socket_, .events = events, .revents = 0};
    const int ready = ::poll(&one, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

bool SmtpConnection::send(std::string_view octets) {
  const auto until = std::chrono::steady_clock::now() + timeout_;
  if (!received_.empty()) broken_ = true;  // who answers twice is not understood: the next answer would be another's
  while (!broken_ && !octets.empty()) {
    std::size_t sent = 0;
    const CURLcode code = curl_easy_send(handle_.get(), octets.data(), octets.size(), &sent);
    if (code == CURLE_OK)
      octets.remove_prefix(sent);
    else if (code != CURLE_AGAIN || !wait(POLLOUT, until))
      broken_ = true;
  }
  return !broken_;
}

bool SmtpConnection::read_line(std::string& line, std::chrono::steady_clock::time_point until) {
  for (;;) {
    if (const auto end = received_.find('\n'); end != std::string::npos) {
      line = received_.substr(0, end);
      if (line.ends_with('\r')) line.pop_back();
      received_.erase(0, end + 1);
      return true;
    }
    if (received_.size() > max_reply_line) return false;
    std::array<char, 4096> piece;
    std::size_t size = 0;
    const CURLcode code = curl_easy_recv(handle_.get(), piece.data(), piece.size(), &size);
    if (code == CURLE_OK && size > 0)
      received_.append(piece.data(), size);
    else if (code != CURLE_AGAIN || !wait(POLLIN, until))
      return false;
  }
}

SmtpReply SmtpConnection::reply() {
  const auto until = std::chrono::steady_clock::now() + timeout_;
  SmtpReply reply;
  std::string line;
  while (!broken_ && reply.lines.size() < max_reply_lines && read_line(line, until)) {
    if (line.size() < 3 || !std::all_of(line.begin(), line.begin() + 3, is_digit)) break;
    if (line.size() > 3 && line[3] != ' ' && line[3] != '-') break;
    const int code = std::stoi(line.substr(0, 3));
    if (reply.code != 0 && reply.code != code) break;
    reply.code = code;
    const auto text = std::string_view(line).substr(std::min<std::size_t>(4, line.size()));
    const auto enhanced = enhanced_code(text);
    if (!enhanced.empty()) reply.enhanced = enhanced;
    reply.lines.emplace_back(base::trim(text.substr(enhanced.size())));
    if (line.size() > 3 && line[3] == '-') continue;
    broken_ = reply.code == 421;
    return reply;
  }
  broken_ = true;
  return {};
}

}  // namespace alting::net
