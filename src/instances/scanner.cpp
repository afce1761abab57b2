#include "instances/scanner.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"

namespace alting::instances {
namespace {

using base::ErrorKind;

class NoScanner final : public Scanner {
 public:
  base::Result<std::string> scan(const std::filesystem::path&, const StillWanted&) override {
    return std::string("unscanned");
  }
};

// A local socket that waits 30 s in all, in steps after each of which it asks whether the answer is still wanted.
class Socket {
 public:
  Socket(const std::filesystem::path& path, const StillWanted& still_wanted)
      : still_wanted_(still_wanted), fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto text = path.string();
    if (fd_ < 0 || text.size() >= sizeof address.sun_path) return;
    std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
    connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  [[nodiscard]] bool good() const { return connected_; }
  [[nodiscard]] bool send_all(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && !may_go_on(POLLOUT)) return false;
      if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  [[nodiscard]] std::string receive_all() {
    std::string answer;
    std::array<char, 1024> buffer{};
    while (answer.size() < 4096) {
      const auto got = ::recv(fd_, buffer.data(), buffer.size(), 0);
      if (got == 0 || (got < 0 && !may_go_on(POLLIN))) break;
      if (got > 0) answer.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return answer;
  }

 private:
  static constexpr int step_ms = 100, max_steps = 300;

  // After a call that failed: whether it only has to be made again, once the socket is ready.
  bool may_go_on(short what) {
    if (errno == EINTR) return true;
    if (errno != EAGAIN) return false;
    for (; steps_ < max_steps; ++steps_) {
      if (still_wanted_ && !still_wanted_()) return false;
      pollfd waits{fd_, what, 0};
      if (::poll(&waits, 1, step_ms) > 0) return true;
    }
    return false;
  }

  const StillWanted& still_wanted_;
  int fd_;
  bool connected_ = false;
  int steps_ = 0;
};

class ClamdScanner final : public Scanner {
 public:
  ClamdScanner(std::filesystem::path socket, std::int64_t largest) : socket_(std::move(socket)), largest_(largest) {}

  base::Result<std::string> scan(const std::filesystem::path& file, const StillWanted& still_wanted) override {
    if (static_cast<std::int64_t>(std::filesystem::file_size(file)) > largest_)
      return base::make_error(ErrorKind::too_large, "upload.scan_too_large", "larger than the scanner looks at",
                              {{"octets", std::to_string(largest_)}});
    Socket socket(socket_, still_wanted);
    if (!socket.good() || !socket.send_all(std::string_view("zINSTREAM\0", 10))) return down("clamd cannot be reached");
    // When clamd stops taking the file it has said why: its answer is read all the same.
    const bool whole = stream(socket, file);
    return verdict(socket.receive_all(), whole);
  }

 private:
  static base::Result<std::string> verdict(std::string_view answer, bool whole) {
    if (whole && answer.starts_with("stream: OK")) return std::string("clean");
    const auto says = [&](std::string_view words) { return answer.find(words) != std::string_view::npos; };
    // The second is what it finds in files beyond its other limits when it is told to say so (AlertExceedsMax).
    if (says("size limit exceeded") || says("Heuristics.Limits.Exceeded")) {
      base::log(base::LogLevel::error, "scanner.limit_is_lower",
                {{"advice", "clamd looks at less than scanner.max_size_mb: see StreamMaxLength in docs/operator.md"}});
      return base::make_error(ErrorKind::too_large, "upload.scan_over_limit", "larger than the scanner looks at");
    }
    if (says(" FOUND")) return base::make_error(ErrorKind::invalid, "upload.malware", "malware was found in an upload");
    return down("clamd gave no verdict");
  }
  // Chunks of a four-octet length in network order and that many octets; a zero length ends the stream.
  static bool stream(Socket& socket, const std::filesystem::path& file) {
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
  std::int64_t largest_;
};

}  // namespace

std::unique_ptr<Scanner> clamd_scanner(std::filesystem::path socket, std::int64_t largest) {
  return std::make_unique<ClamdScanner>(std::move(socket), largest);
}
std::unique_ptr<Scanner> no_scanner() { return std::make_unique<NoScanner>(); }

}  // namespace alting::instances
