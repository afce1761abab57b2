#include "base/uuid.h"

#include <gtest/gtest.h>

namespace alting::base {
namespace {

TEST(Uuid, TextAndBack) {
  const auto id = Uuid::parse("F81D4FAE-7dec-11d0-a765-00a0c91e6bf6");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->text(), "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
  for (const char* bad : {"", "f81d4fae7dec11d0a76500a0c91e6bf6", "{f81d4fae-7dec-11d0-a765-00a0c91e6bf}",
                          "f81d4fae-7dec-11d0-a765-00a0c91e6bfg", "f81d4fae-7dec-11d0-a765-00a0c91e6bf66",
                          "f81d4fae+7dec-11d0-a765-00a0c91e6bf6"})
    EXPECT_FALSE(Uuid::parse(bad)) << bad;
}

TEST(Uuid, OctetsAndBack) {
  const auto id = Uuid::parse("f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
  ASSERT_TRUE(id);
  EXPECT_EQ(to_hex(id->view()), "f81d4fae7dec11d0a76500a0c91e6bf6");
  EXPECT_EQ(Uuid::from_octets(id->view()), id);
  EXPECT_FALSE(Uuid::from_octets(""));
  EXPECT_FALSE(Uuid::from_octets(id->view().substr(1)));
  EXPECT_FALSE(Uuid::from_octets(std::string(id->view()) + "x"));
}

TEST(Uuid, VersionAndVariantAreMarked) {
  SeededRandom random(1);
  const std::string four = Uuid::v4(random).text(), seven = Uuid::v7(random, {1'700'000'000'123'456}).text();
  EXPECT_EQ(four[14], '4');
  EXPECT_NE(std::string("89ab").find(four[19]), std::string::npos);
  EXPECT_EQ(seven[14], '7');
  EXPECT_NE(std::string("89ab").find(seven[19]), std::string::npos);
  EXPECT_EQ(seven.substr(0, 13), "018bcfe5-687b");
}

TEST(Uuid, Version7SortsByTimeToTheMicrosecond) {
  SeededRandom random(2);
  Uuid before = Uuid::v7(random, {1'700'000'000'000'000});
  for (int i = 1; i < 5000; ++i) {
    const Uuid after = Uuid::v7(random, {1'700'000'000'000'000 + i});
    ASSERT_LT(before, after);
    before = after;
  }
}

}  // namespace
}  // namespace alting::base
