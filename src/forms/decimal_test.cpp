#include "forms/decimal.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace alting::forms {
namespace {

TEST(Decimal, HasOneShortestForm) {
  EXPECT_EQ(to_decimal("1.50"), "1.5");
  EXPECT_EQ(to_decimal("+5E2"), "500");
  EXPECT_EQ(to_decimal(".5e-1"), "0.05");
  EXPECT_EQ(to_decimal("-0.0"), "0");
  EXPECT_EQ(to_decimal("0010"), "10");
  EXPECT_EQ(to_decimal("1e60"), "1e60");
  for (auto text : {"", "55.", "e2", "5e", "5+E2", "1 000", "0x1", "nan", "1e101", "--1"})
    EXPECT_FALSE(to_decimal(text)) << text;
}

TEST(Decimal, ArithmeticIsExact) {
  EXPECT_EQ(add("0.1", "0.2"), "0.3");
  EXPECT_EQ(subtract("1", "0.9"), "0.1");
  EXPECT_EQ(multiply("0.1", "0.2"), "0.02");
  EXPECT_EQ(divide("1", "8"), "0.125");
  EXPECT_FALSE(divide("1", "0"));
  EXPECT_EQ(round_to("-2.999", 0), "-3");
  EXPECT_EQ(round_to("0.125", 2), "0.13");
  EXPECT_EQ(round_to("-0.001", 2), "0.00");
  EXPECT_EQ(compare("1.10", "1.1"), 0);
}

RC_GTEST_PROP(DecimalLaws, SubtractingWhatWasAddedGivesTheFirst, (int a, int b)) {
  auto x = *to_decimal(std::to_string(a) + ".25"), y = *to_decimal(std::to_string(b) + "e-3");
  RC_ASSERT(compare(subtract(add(x, y), y), x) == 0);
}

}  // namespace
}  // namespace alting::forms
