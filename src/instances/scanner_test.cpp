#include "instances/scanner.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <thread>

#include "base/size.h"
#include "net/unix_socket.h"
#include "store/testing/temp_database.h"

namespace alting::instances {
namespace {

using base::megabyte;

// Takes one INSTREAM as clamd does: reads `takes` octets, says its answer, and closes with the rest unread.
class Daemon {
 public:
  Daemon(const std::filesystem::path& socket, std::size_t takes, std::string answer) {
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, socket.c_str());
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_, 1) != 0)
      throw std::runtime_error("no socket for the test");
    thread_ = std::thread([this, takes, answer = std::move(answer)] { serve(takes, answer); });
  }
  ~Daemon() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

 private:
  void serve(std::size_t takes, const std::string& answer) const {
    const int peer = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (peer < 0) return;
    std::vector<char> octets(64 * 1024);
    for (std::size_t got = 0; got < takes;) {
      const auto part = ::recv(peer, octets.data(), std::min(octets.size(), takes - got), 0);
      if (part <= 0) break;
      got += static_cast<std::size_t>(part);
    }
    (void)!::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
    ::close(peer);
  }
  int listener_ = -1;
  std::thread thread_;
};

class ClamdTest : public ::testing::Test {
 protected:
  std::string verdict_on(std::size_t size, std::size_t takes, const std::string& answer, std::int64_t largest) {
    const auto socket = temp_.path() / "clamd", file = temp_.path() / "file";
    std::filesystem::remove(socket);
    std::ofstream(file, std::ios::binary) << std::string(size, 'x');
    const Daemon daemon(socket, takes, answer);
    const auto result = clamd_scanner(socket, largest)->scan(file, {});
    if (!result && !result.error().params.empty()) limit_ = result.error().params.front().second;
    return result ? *result : result.error().code;
  }
  store::testing::TempFolder temp_;
  std::string limit_;
};

constexpr std::size_t frame(std::size_t size) { return 10 + size + 4 * (size / 65536 + (size % 65536 ? 1 : 0)) + 4; }

TEST_F(ClamdTest, it_is_asked_whether_it_is_there) {
  const auto socket = temp_.path() / "clamd";
  const auto scanner = clamd_scanner(socket, megabyte);
  EXPECT_FALSE(scanner->answers()) << "nobody listens";
  for (const auto& [answer, good] : {std::pair(std::string("PONG\0", 5), true), std::pair(std::string("?"), false)}) {
    std::filesystem::remove(socket);
    const Daemon daemon(socket, std::string_view("zPING\0", 6).size(), answer);
    EXPECT_EQ(scanner->answers(), good) << answer;
  }
}

TEST_F(ClamdTest, its_verdict_is_told) {
  const std::string ok("stream: OK\0", 11), found("stream: Eicar FOUND\0", 20);
  EXPECT_EQ(verdict_on(1000, frame(1000), ok, megabyte), "clean");
  EXPECT_EQ(verdict_on(1000, frame(1000), found, megabyte), "upload.malware");
  EXPECT_EQ(verdict_on(1000, frame(1000), "", megabyte), "upload.scanner_down");
}

TEST_F(ClamdTest, an_ok_for_a_file_it_did_not_take_whole_is_no_verdict) {
  EXPECT_EQ(verdict_on(8 * megabyte, 100, std::string("stream: OK\0", 11), 9 * megabyte), "upload.scanner_down");
}

TEST_F(ClamdTest, its_answer_is_read_when_it_stops_taking_the_file) {
  const std::string limit("INSTREAM size limit exceeded. ERROR\0", 36);
  EXPECT_EQ(verdict_on(8 * megabyte, 3 * megabyte, limit, 9 * megabyte), "upload.scan_over_limit");
}

TEST_F(ClamdTest, a_file_beyond_its_other_limits_is_too_large_and_not_malware) {
  const std::string limit("stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0", 53);
  EXPECT_EQ(verdict_on(1000, frame(1000), limit, megabyte), "upload.scan_over_limit");
}

TEST_F(ClamdTest, a_file_over_the_limit_that_is_set_is_refused_with_it_and_without_asking) {
  EXPECT_EQ(verdict_on(2 * megabyte + 1, 0, "", 2 * megabyte), "upload.scan_too_large");
  EXPECT_EQ(limit_, std::to_string(2 * megabyte));  // octets: the reader's language writes them (base/size.h)
}

TEST_F(ClamdTest, an_answer_that_nobody_waits_for_any_more_is_not_waited_for) {
  const auto socket = temp_.path() / "clamd", file = temp_.path() / "file";
  std::ofstream(file) << "x";
  const Daemon daemon(socket, 1'000'000, "");  // waits for more for ever
  int asked = 0;
  const auto result = clamd_scanner(socket, megabyte)->scan(file, [&] { return ++asked < 3; });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, base::ErrorKind::unavailable);
  EXPECT_EQ(asked, 3);
}

TEST_F(ClamdTest, a_full_queue_is_not_waited_for) {
  const auto socket = temp_.path() / "clamd", file = temp_.path() / "file";
  std::ofstream(file) << "x";
  const auto daemon = net::UnixListener::listen(socket, 1);  // too busy to take anybody
  ASSERT_TRUE(daemon);
  std::vector<net::UnixSocket> waiting;
  while (waiting.size() < 10) {
    auto one = net::UnixSocket::connect(socket, {}, net::IfFull::give_up);
    if (!one) break;
    waiting.push_back(std::move(*one));
  }
  ASSERT_LT(waiting.size(), 10U);
  bool asked = false;
  const auto result = clamd_scanner(socket, megabyte)->scan(file, [&] { return asked = true; });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "upload.scanner_down");
  EXPECT_FALSE(asked) << "nothing is waited for";
}

}  // namespace
}  // namespace alting::instances
