#include "store/setting_row.h"

#include <gtest/gtest.h>

#include "store/migrate.h"
#include "store/migrations.h"
#include "store/testing/temp_database.h"

namespace alting::store {
namespace {

class SettingRow : public ::testing::TestWithParam<Engine> {
 protected:
  SettingRow() { migrate(temp.database(), clock, {migrations()}); }
  std::optional<std::string> read(std::string_view name) {
    return temp.database().read([&](Tx& tx) { return read_setting(tx, name); });
  }
  void write(std::string_view name, std::string_view value) {
    ASSERT_TRUE(temp.database().write([&](Tx& tx) -> base::Status {
      write_setting(tx, name, value);
      return {};
    }));
  }

  testing::TempDatabase temp{GetParam()};
  base::ManualClock clock{{1'795'000'000'000'000}};
};
INSTANTIATE_TEST_SUITE_P(Engines, SettingRow, testing::engines(), testing::engine_name);

TEST_P(SettingRow, is_what_was_written_last_and_no_others) {
  EXPECT_EQ(read("one"), std::nullopt);
  write("one", "1");
  write("other", "");
  EXPECT_EQ(read("one"), "1");
  EXPECT_EQ(read("other"), "") << "empty is not missing";
  write("one", "2");
  EXPECT_EQ(read("one"), "2");
  EXPECT_EQ(read("other"), "");
}

TEST(SettingInstant, is_long_ago_where_there_is_none) {
  EXPECT_EQ(instant_in("1795000000000001"), base::Instant{1'795'000'000'000'001});
  EXPECT_EQ(instant_in(std::to_string(base::Instant{-1}.micros)), base::Instant{-1});
  EXPECT_EQ(instant_in(""), base::Instant{});
}

}  // namespace
}  // namespace alting::store
