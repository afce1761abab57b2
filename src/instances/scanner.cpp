#include "instances/scanner.h"

#include <array>
#include <fstream>

#include "base/log.h"
#include "net/unix_socket.h"

namespace alting::instances {
namespace {

using base::ErrorKind;

class NoScanner final : public Scanner {
 public:
  base::Result<std::string> scan(const std::filesystem::path&, const StillWanted&) override {
    return std::string("unscanned");
  }
};

constexpr auto patience = base::Duration::seconds(30);  // of waiting for the scanner, in all
constexpr auto patience_of_asking = base::Duration::seconds(2);
constexpr std::size_t max_answer = 4096;

class ClamdScanner final : public Scanner {
 public:
  ClamdScanner(std::filesystem::path socket, std::int64_t largest) : socket_(std::move(socket)), largest_(largest) {}

  base::Result<std::string> scan(const std::filesystem::path& file, const StillWanted& still_wanted) override {
    if (static_cast<std::int64_t>(std::filesystem::file_size(file)) > largest_)
      return base::make_error(ErrorKind::too_large, "upload.scan_too_large", "larger than the scanner looks at",
                              {{"octets", std::to_string(largest_)}});
    const auto may_wait = [&](const net::Waited& waited) {
      return waited.in_all < patience && (!still_wanted || still_wanted());
    };
    // With clamd's queue full the person tries again later: waiting for a place would hold a worker.
    auto socket = net::UnixSocket::connect(socket_, may_wait, net::IfFull::give_up);
    if (!socket || !socket->send(std::string_view("zINSTREAM\0", 10))) return down("clamd cannot be reached");
    // When clamd stops taking the file it has said why: its answer is read all the same.
    const bool whole = stream(*socket, file);
    return verdict(answer_of(*socket), whole);
  }

  bool answers() const override {
    const auto may_wait = [](const net::Waited& waited) { return waited.in_all < patience_of_asking; };
    auto socket = net::UnixSocket::connect(socket_, may_wait, net::IfFull::give_up);
    return socket && socket->send(std::string_view("zPING\0", 6)) && answer_of(*socket).starts_with("PONG");
  }

 private:
  static std::string answer_of(net::UnixSocket& socket) {
    std::string answer;
    for (auto piece = socket.receive(); !piece.empty(); piece = socket.receive()) {
      answer += piece;
      if (answer.size() >= max_answer) break;
    }
    return answer;
  }
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
  static bool stream(net::UnixSocket& socket, const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::array<char, 64 * 1024> buffer{};
    while (in) {
      in.read(buffer.data(), buffer.size());
      const auto size = static_cast<std::uint32_t>(in.gcount());
      if (size == 0) break;
      const std::array<char, 4> head{static_cast<char>(size >> 24), static_cast<char>(size >> 16),
                                     static_cast<char>(size >> 8), static_cast<char>(size)};
      if (!socket.send({head.data(), head.size()}) || !socket.send({buffer.data(), size})) return false;
    }
    return in.eof() && socket.send(std::string_view("\0\0\0\0", 4));
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
