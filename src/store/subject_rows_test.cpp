// The rows of a subject: each once, by whichever column, whether an index begins with it or not, and in whatever pieces.
#include "store/subject_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <set>

#include "store/testing/temp_database.h"

namespace alting::store {
namespace {

using terms::Column, terms::ColumnType, terms::Subject, terms::SubjectForm, terms::SubjectKind;

constexpr std::array note_columns{Column{"id", ColumnType::number}, Column{"party", ColumnType::number, true, true},
                                  Column{"written_by", ColumnType::number, true, true}};
constexpr std::array<std::string_view, 1> note_key{"id"};
constexpr std::array sought{Subject{"party", SubjectKind::party, SubjectForm::party_id, "", "", true},
                            Subject{"written_by", SubjectKind::actor, SubjectForm::party_id, "", "", true}};
constexpr std::array walked{Subject{"party", SubjectKind::party, SubjectForm::party_id, "", ""},
                            Subject{"written_by", SubjectKind::actor, SubjectForm::party_id, "", ""}};
constexpr std::array behind{Subject{"party", SubjectKind::party, SubjectForm::party_id, "", "", false, "written_by"}};
constexpr std::array visit_columns{Column{"who", ColumnType::number, false, true}, Column{"at", ColumnType::number}};
constexpr std::array visitor{Subject{"who", SubjectKind::actor, SubjectForm::party_id, "", ""}};
constexpr std::array copy_columns{Column{"place", ColumnType::number}, Column{"id", ColumnType::number}};
constexpr std::array<std::string_view, 1> copy_key{"place"};
constexpr std::array joined{Subject{"party", SubjectKind::party, SubjectForm::party_id, "subject_note", "id"}};

terms::Table note_table(std::span<const Subject> subjects) {
  return {"subject_note", "", false, note_columns, note_key, subjects, "", {}, {}, {}};
}

class SubjectRowsTest : public ::testing::TestWithParam<Engine> {
 protected:
  SubjectRowsTest() {
    const auto made = temp.database().write([](Tx& tx) -> base::Status {
      tx.run("CREATE TABLE subject_note (id BIGINT NOT NULL PRIMARY KEY, party BIGINT, written_by BIGINT)");
      tx.run("CREATE TABLE subject_copy (place BIGINT NOT NULL PRIMARY KEY, id BIGINT NOT NULL)");
      tx.run("CREATE TABLE subject_visit (who BIGINT NOT NULL, at BIGINT NOT NULL)");
      // Of 12,500: each fifth mine, each fifth written by me, each 25th both; of others and nobody the rest.
      tx.run(
          "INSERT INTO subject_note (id, party, written_by) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
          "FROM n "
          "WHERE i < 12500) SELECT i, CASE WHEN i % 5 = 0 THEN 7 WHEN i % 5 = 1 THEN NULL ELSE 8 END, "
          "CASE WHEN (i / 5) % 5 = 0 THEN 7 WHEN (i / 5) % 5 = 1 THEN NULL ELSE 8 END FROM n");
      tx.run("INSERT INTO subject_copy (place, id) SELECT 100000 - id, id FROM subject_note WHERE id <= 20");
      tx.run("INSERT INTO subject_visit (who, at) SELECT CASE WHEN id % 5 = 0 THEN 7 ELSE 8 END, id FROM subject_note");
      return {};
    });
    if (!made) throw std::runtime_error("no tables");
  }
  struct Seen {
    std::set<std::int64_t> ids;
    std::size_t rows = 0, mine = 0, written = 0;
  };
  Seen all(const terms::Table& table, std::size_t at_once) {
    Seen seen;
    SubjectRows rows(table, me, 2'000);  // less than there are
    for (auto found = rows.next(temp.database(), at_once); !found.empty();
         found = rows.next(temp.database(), at_once)) {
      EXPECT_LE(found.size(), at_once);
      for (const auto& one : found) {
        ++seen.rows;
        seen.ids.insert(std::get<std::int64_t>(one.cells[0]));
        seen.mine += one.matched[0] ? 1U : 0U;
        if (one.matched.size() > 1) seen.written += one.matched[1] ? 1U : 0U;
      }
    }
    return seen;
  }
  testing::TempDatabase temp{GetParam()};
  const SubjectValues me{.parties = {7}};
};
INSTANTIATE_TEST_SUITE_P(Engines, SubjectRowsTest, testing::engines(), testing::engine_name);

TEST_P(SubjectRowsTest, come_once_each_by_an_index_or_without) {
  for (const auto& subjects : {std::span<const Subject>(sought), std::span<const Subject>(walked)}) {
    const auto seen = all(note_table(subjects), 700);
    EXPECT_EQ(seen.rows, 4'500U) << "a fifth and a fifth, less those that are both";
    EXPECT_EQ(seen.ids.size(), seen.rows);
    EXPECT_EQ(seen.mine, 2'500U);
    EXPECT_EQ(seen.written, 2'500U);
  }
}

TEST_P(SubjectRowsTest, are_found_behind_a_column_of_few_values) {
  const auto seen = all(note_table(behind), 700);
  EXPECT_EQ(seen.rows, 2'000U) << "of my fifth, those of whom it is known who wrote them";
  EXPECT_EQ(seen.mine, 2'000U);
}

TEST_P(SubjectRowsTest, are_found_by_another_table_that_says_whose_they_are) {
  const terms::Table table{"subject_copy", "", false, copy_columns, copy_key, joined, "", {}, {}, {}};
  const auto seen = all(table, 3);
  EXPECT_THAT(seen.ids, ::testing::ElementsAre(99'980, 99'985, 99'990, 99'995));
  EXPECT_EQ(seen.mine, 4U);
}

TEST_P(SubjectRowsTest, are_none_of_who_is_not_there_and_none_where_nothing_is_known) {
  const auto table = note_table(sought);
  const SubjectValues stranger{.parties = {99}}, nobody;
  SubjectRows strangers(table, stranger), nobodys(table, nobody);
  EXPECT_TRUE(strangers.next(temp.database(), 10).empty());
  EXPECT_TRUE(nobodys.next(temp.database(), 10).empty());
}

TEST_P(SubjectRowsTest, of_a_table_without_a_key_are_known_by_all_they_hold) {
  const terms::Table table{"subject_visit", "", false, visit_columns, {}, visitor, "", {}, {}, {}};
  EXPECT_EQ(all(table, 100).rows, 2'500U);
}

TEST(SubjectValuesTest, are_compared_in_the_form_of_the_column) {
  const SubjectValues me{.parties = {7}, .user_ids = {20}, .holders = {"party:7"}};
  EXPECT_TRUE(me.has(SubjectForm::party_id, std::int64_t{7}));
  EXPECT_FALSE(me.has(SubjectForm::user_id, std::int64_t{7}));
  EXPECT_TRUE(me.has(SubjectForm::user_id, std::int64_t{20}));
  EXPECT_TRUE(me.has(SubjectForm::holder, std::string("party:7")));
  EXPECT_FALSE(me.has(SubjectForm::number_hash, std::string("party:7")));
  EXPECT_FALSE(me.has(SubjectForm::party_id, nullptr));
}

}  // namespace
}  // namespace alting::store
