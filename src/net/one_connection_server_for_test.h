// For tests: a server on a free port of this machine that answers each connection with what a function says, then
// closes it.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

namespace alting::net {

class OneConnectionServer {
 public:
  // Gets the whole request (head and content of the announced length), answers with the raw octets to send.
  using Answer = std::function<std::string(const std::string& request)>;

  explicit OneConnectionServer(Answer answer)
      : answer_(std::move(answer)), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (socket_ < 0 || ::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(socket_, 16) != 0)
      throw std::runtime_error("the test server cannot listen");
    socklen_t length = sizeof address;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~OneConnectionServer() {
    stopping_ = true;
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  OneConnectionServer(const OneConnectionServer&) = delete;
  OneConnectionServer& operator=(const OneConnectionServer&) = delete;

  [[nodiscard]] std::string host() const { return "127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::string url(const std::string& path) const { return "http://" + host() + path; }

  [[nodiscard]] static std::string ok(const std::string& body, const std::string& more_headers = {}) {
    return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
           more_headers + "\r\n" + body;
  }

 private:
  void serve() {
    while (!stopping_) {
      const int connection = ::accept(socket_, nullptr, nullptr);
      if (connection < 0) return;
      const std::string request = receive(connection);
      const std::string answer = answer_(request);
      for (std::size_t sent = 0; sent < answer.size();) {
        const auto count = ::send(connection, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
        if (count <= 0) break;
        sent += static_cast<std::size_t>(count);
      }
      ::close(connection);
    }
  }
  static std::string receive(int connection) {
    std::string request;
    char buffer[4096];
    for (;;) {
      const auto head = request.find("\r\n\r\n");
      if (head != std::string::npos) {
        std::size_t length = 0;
        if (const auto at = request.find("Content-Length: "); at < head) length = std::stoul(request.substr(at + 16));
        if (request.size() >= head + 4 + length) return request;
      }
      const auto count = ::recv(connection, buffer, sizeof buffer, 0);
      if (count <= 0) return request;
      request.append(buffer, static_cast<std::size_t>(count));
    }
  }

  Answer answer_;
  int socket_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace alting::net
