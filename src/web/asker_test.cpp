#include "web/asker.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace alting::web {
namespace {

class AskerTest : public ::testing::Test {
 protected:
  AskerTest() {
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_) != 0) throw std::runtime_error("no socket pair");
  }
  ~AskerTest() override {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  int ends_[2]{};
};

TEST_F(AskerTest, WaitsUntilItClosesTheConnection) {
  const auto waits = Asker().still_waits(ends_[0]);
  EXPECT_TRUE(waits());
  ASSERT_EQ(::send(ends_[1], "x", 1, MSG_NOSIGNAL), 1);  // the next request, on its way already
  EXPECT_TRUE(waits());
  ::shutdown(ends_[1], SHUT_RDWR);
  EXPECT_FALSE(waits());
}

TEST_F(AskerTest, IsGivenUpByTheServerItself) {
  Asker asker;
  const auto waits = asker.still_waits(ends_[0]);
  asker.give_up();
  EXPECT_FALSE(waits());
}

}  // namespace
}  // namespace alting::web
