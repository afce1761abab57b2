#include "forms/path.h"

#include <gtest/gtest.h>

namespace alting::forms {
namespace {

TEST(RowPath, IsThePathOfARow) {
  EXPECT_EQ(row_path("a.list[3]"), (RowPath{"a.list", 3}));
  EXPECT_EQ(row_path("ytre[1].indre[0]"), (RowPath{"ytre[1].indre", 0}));
  EXPECT_EQ((RowPath{"ytre[1].indre", 0}).text(), "ytre[1].indre[0]");
  for (const auto* text : {"", "a", "a[1].b", "[1]", "a[x]", "a[1000]"}) EXPECT_FALSE(row_path(text)) << text;
}

TEST(RowPath, RowsBesideAndBelowAreTold) {
  EXPECT_EQ(row_in("list[2].a", "list"), 2U);
  EXPECT_EQ(row_in("list[2]", "list"), 2U);
  EXPECT_EQ(row_in("ytre[1].indre[4].a", "ytre[1].indre"), 4U);
  EXPECT_FALSE(row_in("ytre[2].indre[4].a", "ytre[1].indre"));
  EXPECT_FALSE(row_in("list", "list"));
  EXPECT_FALSE(row_in("lists[2].a", "list"));
  EXPECT_EQ(in_row("ytre[1].indre[4].a", "ytre", 7), "ytre[7].indre[4].a");
  EXPECT_EQ(in_row("other", "ytre", 7), "other");
}

TEST(RowPath, ARowThatGoesOrComesRenumbersThoseBehindIt) {
  EXPECT_EQ(after_removal("list[0].a", "list", 1), "list[0].a");
  EXPECT_EQ(after_removal("list[1].a", "list", 1), std::nullopt);
  EXPECT_EQ(after_removal("list[2].a", "list", 1), "list[1].a");
  EXPECT_EQ(after_removal("list", "list", 1), "list");
  for (const auto* path : {"list[0].a", "list[1].a", "list[2].a[0]", "list", "other[3]"})
    EXPECT_EQ(after_removal(after_insertion(path, "list", 1), "list", 1), path);
  EXPECT_EQ(after_insertion("list[1].a", "list", 1), "list[2].a");
}

TEST(ValueAt, FindsWhatMayBeChanged) {
  auto data = *base::Json::parse(R"({"a":{"list":[{"b":1},{"b":2}]}})");
  auto* found = value_at(data, "a.list[1].b");
  ASSERT_NE(found, nullptr);
  *found = base::Json("x");
  EXPECT_EQ(data.dump(), R"({"a":{"list":[{"b":1},{"b":"x"}]}})");
  EXPECT_EQ(value_at(data, "a.list[2].b"), nullptr);
  EXPECT_EQ(value_at(data, "a.list.b"), nullptr);
}

}  // namespace
}  // namespace alting::forms
