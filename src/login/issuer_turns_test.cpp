#include "login/issuer_turns.h"

#include <gtest/gtest.h>

#include <vector>

namespace alting::login {
namespace {

using Use = IssuerTurns::Use;

TEST(IssuerTurns, no_network_holds_more_than_a_part) {
  IssuerTurns turns({});
  std::vector<IssuerTurns::Turn> held;
  const auto take = [&](Use use, const std::string& network) {
    auto turn = turns.take(use, network, network);
    if (!turn) return false;
    held.push_back(std::move(*turn));
    return true;
  };
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(take(Use::start, "203.0.113.0"));
  EXPECT_FALSE(take(Use::start, "203.0.113.0")) << "the last is for those who finish";
  EXPECT_TRUE(take(Use::finish, "203.0.113.0"));
  EXPECT_FALSE(take(Use::start, "203.0.113.0"));
  EXPECT_FALSE(take(Use::finish, "203.0.113.0"));
  EXPECT_TRUE(take(Use::start, "198.51.100.0"));
  held.clear();
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(take(Use::finish, "203.0.113.0"));
  held.clear();
  EXPECT_TRUE(take(Use::start, "203.0.113.0")) << "starts are given back with the rest";
}

TEST(IssuerTurns, beginning_leaves_some_for_finishing) {
  IssuerTurns turns({.all = 16, .starts = 12, .network = 4, .wide = 8});
  std::vector<IssuerTurns::Turn> held;
  int begun = 0;
  for (int i = 0; i < 40; ++i) {
    const std::string network = std::to_string(i / 2);
    if (auto turn = turns.take(Use::start, network, network)) {
      held.push_back(std::move(*turn));
      ++begun;
    }
  }
  EXPECT_EQ(begun, 12);
  for (int i = 0; i < 4; ++i) held.push_back(std::move(*turns.take(Use::finish, "f" + std::to_string(i), "f")));
  EXPECT_FALSE(turns.take(Use::finish, "g", "g"));
}

// Whoever has an IPv6 /48 has 65,536 networks of /64.
TEST(IssuerTurns, networks_of_one_wide_network_are_counted_together) {
  IssuerTurns turns({});
  std::vector<IssuerTurns::Turn> held;
  for (int i = 0; i < 100; ++i)
    if (auto turn = turns.take(Use::start, "2001:db8:1:" + std::to_string(i) + "::", "2001:db8:1::"))
      held.push_back(std::move(*turn));
  EXPECT_EQ(held.size(), 6u);
  for (const char* one : {"2001:db8:1:a::", "2001:db8:1:b::"}) {
    auto turn = turns.take(Use::finish, one, "2001:db8:1::");
    ASSERT_TRUE(turn) << one;
    held.push_back(std::move(*turn));
  }
  EXPECT_FALSE(turns.take(Use::finish, "2001:db8:1:c::", "2001:db8:1::"));
  EXPECT_TRUE(turns.take(Use::start, "2001:db8:2:1::", "2001:db8:2::"));
}

}  // namespace
}  // namespace alting::login
