#include "store/sql.h"

#include <gtest/gtest.h>

namespace alting::store {

TEST(Sql, fills_in_the_words_in_braces) {
  EXPECT_EQ(translate("a {blob}", Engine::sqlite), "a BLOB");
  EXPECT_EQ(translate("a {blob}", Engine::postgresql), "a BYTEA");
  EXPECT_EQ(translate("SELECT 1 {lock}", Engine::sqlite), "SELECT 1 ");
  EXPECT_EQ(translate("SELECT 1 {lock}", Engine::postgresql), "SELECT 1 FOR UPDATE");
  EXPECT_EQ(translate("SELECT 1 {skip_locked}", Engine::postgresql), "SELECT 1 FOR UPDATE SKIP LOCKED");
}

TEST(Sql, refuses_other_words_in_braces) {
  EXPECT_THROW((void)translate("{now}", Engine::sqlite), DatabaseError);
  EXPECT_THROW((void)translate("{blob", Engine::sqlite), DatabaseError);
}

TEST(Sql, numbers_the_places_for_postgresql_only) {
  EXPECT_EQ(translate("a = ? AND b = ?", Engine::postgresql), "a = $1 AND b = $2");
  EXPECT_EQ(translate("a = ? AND b = ?", Engine::sqlite), "a = ? AND b = ?");
}

TEST(Sql, leaves_quoted_text_and_comments_alone) {
  EXPECT_EQ(translate("SELECT '?{x}''?' , \"?\" -- ?{y}\n, ?", Engine::postgresql),
            "SELECT '?{x}''?' , \"?\" -- ?{y}\n, $1");
}

TEST(Sql, splits_at_semicolons_that_end_a_line) {
  const auto statements =
      split_statements("-- why\nCREATE TABLE a (\n  b TEXT -- c; d\n);\n\nINSERT INTO a VALUES ('x;y'); \nSELECT 1");
  ASSERT_EQ(statements.size(), 3u);
  EXPECT_EQ(statements[0], "CREATE TABLE a (\n  b TEXT -- c; d\n)");
  EXPECT_EQ(statements[1], "INSERT INTO a VALUES ('x;y')");
  EXPECT_EQ(statements[2], "SELECT 1\n");
}

TEST(Sql, messages_are_one_line_and_short) {
  EXPECT_EQ(for_message("SELECT\n   1\t2"), "SELECT 1 2");
  EXPECT_LE(for_message(std::string(1'000, 'x')).size(), 170u);
}

}  // namespace alting::store
