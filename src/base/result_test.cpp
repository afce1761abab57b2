#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace alting::base {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return make_error(ErrorKind::invalid, "error.odd", "odd");
  return n / 2;
}

Result<int> quarter(int n) {
  ALTING_TRY(first, half(n));
  ALTING_TRY(second, half(first));
  return second;
}

Status check_even(int n) {
  ALTING_CHECK(half(n));
  return {};
}

TEST(Result, StepsAreChained) {
  EXPECT_EQ(half(8).and_then(half).transform([](int n) { return n + 1; }).value(), 3);
  EXPECT_EQ(half(6).and_then(half).error().code, "error.odd");
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(6).error().kind, ErrorKind::invalid);
}

TEST(Result, NothingIsAValueToo) {
  EXPECT_TRUE(check_even(2));
  EXPECT_FALSE(check_even(3));
  EXPECT_EQ(check_even(2).and_then([] { return half(4); }).value(), 2);
  EXPECT_TRUE(half(2).transform([](int) {}).has_value());
}

TEST(Result, MoveOnlyValuesPass) {
  const auto made =
      Result<std::unique_ptr<int>>(std::make_unique<int>(4)).transform([](std::unique_ptr<int> p) { return *p; });
  EXPECT_EQ(made.value(), 4);
}

}  // namespace
}  // namespace alting::base
