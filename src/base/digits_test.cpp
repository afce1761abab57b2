#include "base/digits.h"

#include <gtest/gtest.h>

namespace alting::base {
namespace {

TEST(Digits, stand_in_groups_of_three_from_the_right) {
  EXPECT_EQ(group_digits("", " "), "");
  EXPECT_EQ(group_digits("123", " "), "123");
  EXPECT_EQ(group_digits("1234", " "), "1 234");
  EXPECT_EQ(group_digits("123456", ","), "123,456");
  EXPECT_EQ(group_digits("1234567", "\u00a0"), "1\u00a0234\u00a0567");
  EXPECT_EQ(group_digits("1234567", ""), "1234567");
}

TEST(Digits, of_a_count_are_grouped_as_the_language_does) {
  for (const auto language : {Language::nb, Language::nn}) {
    EXPECT_EQ(count_in_digits(9'999, language), "9999");
    EXPECT_EQ(count_in_digits(10'000, language), "10\u00a0000");
  }
  EXPECT_EQ(count_in_digits(999, Language::en), "999");
  EXPECT_EQ(count_in_digits(1'000, Language::en), "1,000");
  EXPECT_EQ(count_in_digits(1'234'567, Language::en), "1,234,567");
  EXPECT_EQ(count_in_digits(-5, Language::nb), "-5");
}

}  // namespace
}  // namespace alting::base
