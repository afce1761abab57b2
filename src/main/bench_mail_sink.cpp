#include "main/bench_mail_sink.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <string_view>

namespace alting::main {

MailSink::MailSink() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (socket_ < 0 || ::bind(socket_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::listen(socket_, 64) != 0 || ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("the bench's mail server cannot listen");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

MailSink::~MailSink() {
  ::shutdown(socket_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::scoped_lock lock(mutex_);
    for (const int open : connections_) ::shutdown(open, SHUT_RDWR);
  }
  for (auto& thread : threads_) thread.join();
  for (const int open : connections_) ::close(open);
  ::close(socket_);
}

std::unordered_map<std::string, MailSink::Moment> MailSink::taken() const {
  const std::scoped_lock lock(mutex_);
  return taken_;
}

std::size_t MailSink::count() const {
  const std::scoped_lock lock(mutex_);
  return taken_.size();
}

void MailSink::forget() {
  const std::scoped_lock lock(mutex_);
  taken_.clear();
}

void MailSink::accept_all() {
  for (;;) {
    const int connection = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) return;
    const int on = 1;
    ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const std::scoped_lock lock(mutex_);
    connections_.push_back(connection);
    threads_.emplace_back([this, connection] { serve(connection); });
  }
}

void MailSink::serve(int connection) {
  const auto say = [&](std::string_view words) {
    while (!words.empty()) {
      const auto written = ::send(connection, words.data(), words.size(), MSG_NOSIGNAL);
      if (written <= 0) return;
      words.remove_prefix(static_cast<std::size_t>(written));
    }
  };
  std::string pending, recipient;
  bool in_mail = false;
  const auto heard = [&](std::string_view line) {
    if (in_mail) {
      if (line != ".") return;
      in_mail = false;
      say("250 2.0.0 taken\r\n");
      const std::scoped_lock lock(mutex_);
      taken_.emplace(recipient, std::chrono::steady_clock::now());
    } else if (line.starts_with("EHLO")) {
      say("250-sink\r\n250-8BITMIME\r\n250 DSN\r\n");
    } else if (line.starts_with("RCPT TO:<")) {
      recipient = line.substr(9, line.find('>') - 9);
      say("250 ok\r\n");
    } else if (line == "DATA") {
      in_mail = true;
      say("354 go on\r\n");
    } else {
      say(line == "QUIT" ? "221 bye\r\n" : "250 ok\r\n");
    }
  };
  say("220 sink\r\n");
  std::vector<char> buffer(64 * 1024);
  for (;;) {
    const auto got = ::recv(connection, buffer.data(), buffer.size(), 0);
    if (got <= 0) return;
    pending.append(buffer.data(), static_cast<std::size_t>(got));
    std::size_t from = 0;
    for (auto end = pending.find("\r\n"); end != std::string::npos; end = pending.find("\r\n", from)) {
      heard(std::string_view(pending).substr(from, end - from));
      from = end + 2;
    }
    pending.erase(0, from);
  }
}

}  // namespace alting::main
