// What is counted for a page is counted to a limit, however much there is.
#include "store/rows_by_column.h"

#include <gmock/gmock.h>

#include <array>
#include <map>

#include "store/testing/sample_catalogue.h"
#include "store/testing/temp_database.h"

namespace alting::store {
namespace {

class RowsByColumn : public ::testing::TestWithParam<Engine> {
 protected:
  RowsByColumn() {
    testing::make_sample_tables(temp.database());
    for (const auto* id : {"a", "b", "c"}) testing::add_letter(temp.database(), {.id = id, .key = {}, .sent_at = {1}});
    testing::add_letter(temp.database(), {.id = "d", .key = {}, .sent_at = {1}, .state = "draft"});
  }
  Counts count(std::int64_t party, std::span<const std::string_view> columns, std::int64_t most) {
    const auto& letters = testing::sample_catalogue().tables.front();
    return temp.database().read(
        [&](Tx& tx) { return counts_of(tx, letters, {"party_id", Cell(party)}, columns, most); });
  }
  testing::TempDatabase temp{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Engines, RowsByColumn, testing::engines(), testing::engine_name);

TEST_P(RowsByColumn, are_counted_by_what_other_columns_hold_and_no_further_than_to_the_limit) {
  constexpr std::array by{std::string_view("state")};
  std::map<std::string, std::int64_t> found;
  const auto all = count(7, by, 4);
  for (const auto& group : all.groups) found[std::get<std::string>(group.cells.at(0))] = group.count;
  EXPECT_EQ(found, (std::map<std::string, std::int64_t>{{"draft", 1}, {"sent", 3}}));
  EXPECT_FALSE(all.more);
  EXPECT_TRUE(count(7, by, 3).more);

  const auto plain = count(7, {}, 2);
  ASSERT_EQ(plain.groups.size(), 1U);
  EXPECT_EQ(plain.groups.front().count, 3) << "one more than the limit, which says that there are more";
  EXPECT_TRUE(plain.more);
  EXPECT_TRUE(count(8, by, 4).groups.empty());
}

}  // namespace
}  // namespace alting::store
