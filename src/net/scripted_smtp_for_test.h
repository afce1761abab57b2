// For tests: a mail server on a free port of this machine that answers each command with what a function says, and keeps
// what it got.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace alting::net {

class ScriptedSmtp {
 public:
  // `connection`: 1, 2, ...; `command`: a line without its end, "" when a client has come, "." when a mail has. "" ends the
  // connection.
  using Answer = std::function<std::string(int connection, std::string_view command)>;

  explicit ScriptedSmtp(Answer answer)
      : answer_(std::move(answer)), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (socket_ < 0 || ::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(socket_, 16) != 0)
      throw std::runtime_error("the test server cannot listen");
    socklen_t length = sizeof address;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length);
    url_ = "smtp://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~ScriptedSmtp() {
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
  ScriptedSmtp(const ScriptedSmtp&) = delete;
  ScriptedSmtp& operator=(const ScriptedSmtp&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] std::vector<std::string> commands() const {
    const std::scoped_lock lock(mutex_);
    return commands_;
  }
  // With the dots that were added, without the last one.
  [[nodiscard]] std::vector<std::string> mails() const {
    const std::scoped_lock lock(mutex_);
    return mails_;
  }
  // A server that takes everything.
  [[nodiscard]] static std::string kind(std::string_view command, std::string_view offers = "250 test.example\r\n") {
    if (command.empty()) return "220 test.example ESMTP\r\n";
    if (command.starts_with("EHLO")) return std::string(offers);
    if (command == "DATA") return "354 go on\r\n";
    if (command == "QUIT") return {};
    return command == "." ? "250 2.0.0 queued as 4711\r\n" : "250 2.1.0 ok\r\n";
  }

 private:
  void accept_all() {
    for (int number = 1;; ++number) {
      const int connection = ::accept(socket_, nullptr, nullptr);
      if (connection < 0) return;
      const std::scoped_lock lock(mutex_);
      connections_.push_back(connection);
      threads_.emplace_back([this, connection, number] { serve(connection, number); });
    }
  }
  void serve(int connection, int number) {
    std::string received;
    if (!say(connection, answer_(number, ""))) return;
    for (;;) {
      std::string command;
      if (!take(connection, received, "\r\n", command)) return;
      note(commands_, command);
      const std::string answer = answer_(number, command);
      if (!say(connection, answer)) return;
      if (command != "DATA" || !answer.starts_with("354")) continue;
      std::string mail;
      received.insert(0, "\r\n");  // so that a mail without content ends too
      if (!take(connection, received, "\r\n.\r\n", mail)) return;
      note(mails_, mail.empty() ? mail : mail.substr(2) + "\r\n");
      if (!say(connection, answer_(number, "."))) return;
    }
  }
  void note(std::vector<std::string>& into, const std::string& what) {
    const std::scoped_lock lock(mutex_);
    into.push_back(what);
  }
  static bool say(int connection, const std::string& answer) {
    if (answer.empty()) ::shutdown(connection, SHUT_RDWR);
    return !answer.empty() &&
           ::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(answer.size());
  }
  static bool take(int connection, std::string& received, std::string_view end, std::string& into) {
    for (;;) {
      if (const auto at = received.find(end); at != std::string::npos) {
        into = received.substr(0, at);
        received.erase(0, at + end.size());
        return true;
      }
      char buffer[4096];
      const auto count = ::recv(connection, buffer, sizeof buffer, 0);
      if (count <= 0) return false;
      received.append(buffer, static_cast<std::size_t>(count));
    }
  }

  Answer answer_;
  int socket_;
  std::string url_;
  mutable std::mutex mutex_;
  std::vector<std::string> commands_, mails_;
  std::vector<int> connections_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace alting::net
