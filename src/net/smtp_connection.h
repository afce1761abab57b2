// One connection to a mail relay: libcurl makes it, with TLS and AUTH, and lines go both ways from there. For this room's
// .cpp files only.
#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "net/curl_handle.h"
#include "net/mail_relay.h"

namespace alting::net {

// What a server says to a command (RFC 5321 section 4.2).
struct SmtpReply {
  int code = 0;                    // 0: the connection is gone, or what came is no reply
  std::string enhanced;            // "5.1.1" (RFC 3463), or ""
  std::vector<std::string> lines;  // without codes
  [[nodiscard]] bool is(int hundreds) const { return code / 100 == hundreds; }
};

class SmtpConnection {
 public:
  // `password`: of options.user. Throws nothing: failed() says why there is no connection, "" when there is one.
  SmtpConnection(const MailOptions& options, const std::string& password);
  ~SmtpConnection();  // says goodbye when the last reply was one
  SmtpConnection(const SmtpConnection&) = delete;
  SmtpConnection& operator=(const SmtpConnection&) = delete;

  [[nodiscard]] const std::string& failed() const { return failed_; }
  [[nodiscard]] bool dsn() const { return dsn_; }
  [[nodiscard]] bool pipelining() const { return pipelining_; }
  // False when not all of it could be given to the system, or the server said more than it was asked.
  [[nodiscard]] bool send(std::string_view octets);
  [[nodiscard]] SmtpReply reply();
  // After a fault, and after 421, with which the server ends it (RFC 5321 section 3.8).
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  [[nodiscard]] bool wait(short events, std::chrono::steady_clock::time_point until) const;
  [[nodiscard]] bool read_line(std::string& line, std::chrono::steady_clock::time_point until);
  void introduce(const MailOptions& options);

  CurlHandle handle_;
  curl_socket_t socket_ = CURL_SOCKET_BAD;
  std::chrono::milliseconds timeout_;
  std::string failed_;
  std::string received_;  // not yet taken as lines
  bool dsn_ = false, pipelining_ = false, broken_ = true;
};

}  // namespace alting::net
