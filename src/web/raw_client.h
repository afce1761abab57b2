// For tests: a TCP client that sends exactly the octets it is given.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace alting::web {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port, int receive_buffer = 0) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer > 0) ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("cannot connect");
    int one = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  }
  ~RawClient() { close(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  // False when the server has closed its side.
  bool send(std::string_view octets) {
    while (!octets.empty()) {
      ssize_t sent = ::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      octets.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  [[nodiscard]] int descriptor() const { return socket_; }
  void finish_sending() { ::shutdown(socket_, SHUT_WR); }
  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  // What comes within the time, up to `max` octets; "" at the end or when nothing came.
  std::string receive(int timeout_ms = 5'000, std::size_t max = 65'536) {
    pollfd poll_for{socket_, POLLIN, 0};
    if (::poll(&poll_for, 1, timeout_ms) <= 0) return {};
    std::string octets(max, '\0');
    ssize_t count = ::recv(socket_, octets.data(), octets.size(), 0);
    octets.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return octets;
  }
  std::string receive_all(int timeout_ms = 5'000) {
    std::string all;
    while (true) {
      std::string part = receive(timeout_ms);
      if (part.empty()) return all;
      all += part;
    }
  }
  // One response with a Content-Length (or without content).
  std::string response(int timeout_ms = 5'000) {
    std::size_t end = std::string::npos;
    while ((end = pending_.find("\r\n\r\n")) == std::string::npos) {
      std::string part = receive(timeout_ms);
      if (part.empty()) return std::exchange(pending_, {});
      pending_ += part;
    }
    std::size_t size = end + 4;
    if (std::size_t at = pending_.find("Content-Length: "); at != std::string::npos && at < end)
      size += std::stoul(pending_.substr(at + 16));
    while (pending_.size() < size) {
      std::string part = receive(timeout_ms);
      if (part.empty()) break;
      pending_ += part;
    }
    std::string one = pending_.substr(0, size);
    pending_.erase(0, one.size());
    return one;
  }
  // True when the server closes within the time.
  bool is_closed(int timeout_ms = 5'000) {
    pollfd poll_for{socket_, POLLIN, 0};
    if (::poll(&poll_for, 1, timeout_ms) <= 0) return false;
    char octet;
    return ::recv(socket_, &octet, 1, MSG_PEEK) <= 0;
  }

 private:
  int socket_ = -1;
  std::string pending_;
};

inline int status_of_text(std::string_view response) {
  if (response.size() < 12 || !response.starts_with("HTTP/1.1 ")) return 0;
  return (response[9] - '0') * 100 + (response[10] - '0') * 10 + (response[11] - '0');
}

}  // namespace alting::web
