#include "instances/scanner.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace alting::instances {
namespace {

using base::ErrorKind;

class NoScanner final : public Scanner {
 public:
  base::Result<std::string> scan(const std::filesystem::path&) override { return std::string("unscanned"); }
};

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  [[nodiscard]] bool good() const { return fd_ >= 0; }
  [[nodiscard]] bool send_all(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  [[nodiscard]] std::string receive_all() const {
    std::string answer;
    std::array<char, 1024> buffer{};
    while (answer.size() < 4096) {
      const auto got = ::recv(fd_, buffer.data(), buffer.size(), 0);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) break;
      answer.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return answer;
  }

 private:
  int fd_;
};

int connect_to(const std::filesystem::path& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  const timeval limit{30, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto text = path.string();
  if (text.size() >= sizeof address.sun_path) {
    ::close(fd);
    return -1;
  }
  std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd);
    return -1;
  }
  return fd;
}

class ClamdScanner final : public Scanner {
 public:
  explicit ClamdScanner(std::filesystem::path socket) : socket_(std::move(socket)) {}

  base::Result<std::string> scan(const std::filesystem::path& file) override {
    const Socket socket(connect_to(socket_));
    if (!socket.good() || !socket.send_all(std::string_view("zINSTREAM\0", 10)) || !stream(socket, file))
      return down("clamd cannot be reached");
    const auto answer = socket.receive_all();
    if (answer.starts_with("stream: OK")) return std::string("clean");
    if (answer.find(" FOUND") != std::string::npos)
      return base::make_error(ErrorKind::invalid, "upload.malware", "malware was found in an upload");
    return down("clamd gave no verdict");
  }

 private:
  // Chunks of a four-octet length in network order and that many octets; a zero length ends the stream.
  static bool stream(const Socket& socket, const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::array<char, 64 * 1024> buffer{};
    while (in) {
      in.read(buffer.data(), buffer.size());
      const auto size = static_cast<std::uint32_t>(in.gcount());
      if (size == 0) break;
      const std::array<char, 4> head{static_cast<char>(size >> 24), static_cast<char>(size >> 16),
                                     static_cast<char>(size >> 8), static_cast<char>(size)};
      if (!socket.send_all({head.data(), head.size()}) || !socket.send_all({buffer.data(), size})) return false;
    }
    return in.eof() && socket.send_all(std::string_view("\0\0\0\0", 4));
  }
  static base::Error down(std::string detail) {
    return base::make_error(ErrorKind::unavailable, "upload.scanner_down", std::move(detail));
  }

  std::filesystem::path socket_;
};

}  // namespace

std::unique_ptr<Scanner> clamd_scanner(std::filesystem::path socket) {
  return std::make_unique<ClamdScanner>(std::move(socket));
}
std::unique_ptr<Scanner> no_scanner() { return std::make_unique<NoScanner>(); }

}  // namespace alting::instances
