#include "net/unix_socket.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace alting::net {
namespace {

using base::Duration;

class UnixSocketTest : public ::testing::Test {
 protected:
  UnixSocketTest() { std::filesystem::create_directories(folder); }
  ~UnixSocketTest() override { std::filesystem::remove_all(folder); }
  std::optional<UnixSocket> accepted(MayWait may_wait = {}) {
    return listener.accept(Duration::seconds(10), std::move(may_wait));
  }
  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("alting-unix-socket-" + std::to_string(::getpid()));
  std::filesystem::path path = folder / "one.sock";
  UnixListener listener = made();

 private:
  UnixListener made() {
    std::filesystem::create_directories(folder);
    std::ofstream(path) << "left by a program that was killed";
    return UnixListener::listen(path, 1).value();
  }
};

// The two waits of a socket, and no more of either.
MayWait at_most(Duration in_call, Duration in_all) {
  return [=](const Waited& waited) { return waited.in_call < in_call && waited.in_all < in_all; };
}

TEST_F(UnixSocketTest, what_is_sent_arrives_both_ways) {
  auto client = UnixSocket::connect(path);
  ASSERT_TRUE(client);
  auto server = accepted();
  ASSERT_TRUE(server);
  EXPECT_TRUE(client->send("spør"));
  EXPECT_EQ(server->receive(), "spør");
  EXPECT_TRUE(server->send("svar"));
  EXPECT_EQ(client->receive(), "svar");
  server.reset();
  EXPECT_EQ(client->receive(), "");
  EXPECT_FALSE(client->send("mer"));
}

TEST_F(UnixSocketTest, more_than_its_buffers_hold_goes_through_while_somebody_reads) {
  const std::string much(4 * 1024 * 1024, 'x');
  auto client = UnixSocket::connect(path);
  ASSERT_TRUE(client);
  auto server = accepted();
  ASSERT_TRUE(server);
  std::string arrived;
  std::thread reader([&] {
    for (auto piece = server->receive(); !piece.empty(); piece = server->receive()) arrived += piece;
  });
  EXPECT_TRUE(client->send(much));
  client.reset();
  reader.join();
  EXPECT_EQ(arrived, much);
}

TEST_F(UnixSocketTest, gives_up_when_it_may_wait_no_longer) {
  auto client = UnixSocket::connect(path, at_most(Duration::milliseconds(200), Duration::milliseconds(300)));
  ASSERT_TRUE(client);
  const auto server = accepted();
  ASSERT_TRUE(server);
  EXPECT_EQ(client->receive(), "");
  EXPECT_FALSE(client->send(std::string(4 * 1024 * 1024, 'x'))) << "nobody reads, and a tenth is all that is left";
  int asked = 0;
  auto other = UnixSocket::connect(path, [&](const Waited& waited) {
    EXPECT_EQ(waited.in_call, Duration::milliseconds(100 * asked));
    EXPECT_EQ(waited.in_all, waited.in_call);
    return ++asked < 3;
  });
  ASSERT_TRUE(other);
  EXPECT_EQ(other->receive(), "");
  EXPECT_EQ(asked, 3);
}

TEST_F(UnixSocketTest, nobody_connects_to_a_place_that_nobody_keeps) {
  EXPECT_FALSE(listener.accept(Duration::milliseconds(1)));
  EXPECT_FALSE(UnixSocket::connect(folder / "other.sock"));
  {
    const auto gone = UnixListener::listen(folder / "other.sock", 1);
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "other.sock"));
  std::ofstream(folder / "file") << "no socket";
  EXPECT_FALSE(UnixSocket::connect(folder / "file"));
  EXPECT_FALSE(UnixListener::listen(folder / "none" / "one.sock", 1));
}

TEST_F(UnixSocketTest, a_full_queue_is_waited_for_and_given_up) {
  std::vector<UnixSocket> waiting;
  const auto brief = at_most(Duration::milliseconds(200), Duration::milliseconds(200));
  while (waiting.size() < 10) {
    auto one = UnixSocket::connect(path, brief);
    if (!one) break;
    waiting.push_back(std::move(*one));
  }
  EXPECT_LT(waiting.size(), 10U);
  bool asked = false;
  const auto note = [&](const Waited&) { return asked = true; };
  EXPECT_FALSE(UnixSocket::connect(path, note, IfFull::give_up));
  EXPECT_FALSE(asked) << "nothing is waited for";
  ASSERT_TRUE(accepted());
  EXPECT_TRUE(UnixSocket::connect(path, brief));
}

TEST_F(UnixSocketTest, is_for_its_owner_alone) {
  struct stat found{};
  ASSERT_EQ(::stat(path.c_str(), &found), 0);
  EXPECT_TRUE(S_ISSOCK(found.st_mode));
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
}

TEST_F(UnixSocketTest, a_path_that_is_too_long_is_none) {
  const auto long_path = folder / std::string(108, 'a');
  EXPECT_FALSE(fits_unix_socket(long_path));
  EXPECT_TRUE(fits_unix_socket(path));
  EXPECT_FALSE(UnixListener::listen(long_path, 1));
  EXPECT_FALSE(UnixSocket::connect(long_path));
}

}  // namespace
}  // namespace alting::net
