#include "store/data_folder.h"

#include <gtest/gtest.h>

#include <barrier>
#include <fstream>
#include <thread>

#include "store/failpoint.h"
#include "store/testing/temp_database.h"

namespace alting::store {
namespace {

class DataFolderTest : public ::testing::Test {
 protected:
  base::Result<std::unique_ptr<DataFolder>> open(terms::Mode mode = terms::Mode::test, bool create = true) {
    return DataFolder::open({.path = path, .mode = mode, .create = create}, random, clock);
  }
  base::SystemRandom random;
  base::SystemClock clock;
  testing::TempFolder temp;
  std::filesystem::path path = temp.path() / "deep/data";
};

TEST_F(DataFolderTest, is_made_and_opened_again) {
  SealedDocument sealed;
  {
    auto folder = open();
    ASSERT_TRUE(folder);
    sealed = (*folder)->vault().seal("x", {"party:1"});
  }
  auto again = open(terms::Mode::test, false);
  ASSERT_TRUE(again);
  EXPECT_EQ(*(*again)->vault().open(sealed.key_id, sealed.ciphertext, "party:1"), "x");
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms::owner_all);
}

TEST_F(DataFolderTest, keeps_its_mode_for_life) {
  ASSERT_TRUE(open(terms::Mode::test));
  EXPECT_EQ(open(terms::Mode::production).error().code, "error.data_folder.other_mode");
  std::filesystem::remove(path / "mode");  // the database remembers too
  EXPECT_EQ(open(terms::Mode::production).error().code, "error.data_folder.other_mode");
  EXPECT_TRUE(open(terms::Mode::test));
  EXPECT_TRUE(std::filesystem::exists(path / "mode"));
}

TEST_F(DataFolderTest, serves_one_process) {
  auto folder = open();
  ASSERT_TRUE(folder);
  EXPECT_EQ(open().error().code, "error.data_folder.in_use");
}

TEST_F(DataFolderTest, has_as_many_connections_as_it_is_told) {
  constexpr int connections = 48;  // more than either engine has of itself
  const auto folder = DataFolder::open({.path = path, .connections = connections}, random, clock);
  ASSERT_TRUE(folder);
  std::barrier all_at_once(connections);  // nobody passes unless all read at the same time
  std::vector<std::jthread> readers;
  for (int i = 0; i < connections; ++i) {
    readers.emplace_back([&] {
      (void)(*folder)->database().read([&](Tx&) {
        all_at_once.arrive_and_wait();
        return 0;
      });
    });
  }
}

TEST_F(DataFolderTest, leaves_a_folder_with_something_else_alone) {
  std::filesystem::create_directories(path);
  std::ofstream(path / "letter.txt") << "x";
  EXPECT_EQ(open().error().code, "error.data_folder.not_ours");
  EXPECT_FALSE(std::filesystem::exists(path / "keys"));
}

// Each step at which a first start can be killed. None may leave a folder that the next start takes for another's.
TEST_F(DataFolderTest, is_completed_after_an_interrupted_first_start) {
  for (const auto* step : {"data_folder.made", "data_folder.locked", "data_folder.inside", "data_folder.outside",
                           "data_folder.migrated", "data_folder.remembered"}) {
    SCOPED_TRACE(step);
    std::filesystem::remove_all(path);
    failpoint::arm(step, failpoint::Action::error);
    EXPECT_THROW((void)open(), DatabaseError);
    EXPECT_TRUE(failpoint::fired());
    failpoint::disarm();
    EXPECT_TRUE(open());
    EXPECT_TRUE(open(terms::Mode::test, false));
  }
}

TEST_F(DataFolderTest, is_not_made_when_it_must_exist) {
  EXPECT_EQ(open(terms::Mode::test, false).error().code, "error.data_folder.missing");
}

TEST_F(DataFolderTest, empties_uploads_at_the_start) {
  ASSERT_TRUE(open());
  std::ofstream(path / "uploads/left-over") << "x";
  ASSERT_TRUE(open());
  EXPECT_TRUE(std::filesystem::is_empty(path / "uploads"));
}

TEST_F(DataFolderTest, keys_stay_the_same_and_are_private) {
  std::string first;
  {
    auto folder = open();
    first = (*folder)->key("cookies").reveal();
  }
  auto again = open();
  EXPECT_EQ((*again)->key("cookies").reveal(), first);
  EXPECT_NE((*again)->key("other").reveal(), first);
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(path / "keys/cookies.key").permissions(), perms::owner_read | perms::owner_write);
}

TEST_F(DataFolderTest, a_missing_master_key_is_not_replaced) {
  ASSERT_TRUE(open());
  std::filesystem::remove(path / "keys/master.key");
  EXPECT_THROW((void)open(), DatabaseError);
  EXPECT_FALSE(std::filesystem::exists(path / "keys/master.key"));
}

TEST(DataFolderPostgresql, remembers_the_mode_in_the_database_too) {
  base::SystemRandom random;
  base::SystemClock clock;
  testing::TempFolder temp;
  auto& cluster = testing::PostgresCluster::of_this_process();
  const auto name = cluster.create_database();
  ASSERT_TRUE(DataFolder::open(
      {.path = temp.path() / "a", .mode = terms::Mode::test, .postgresql = cluster.where(name)}, random, clock));
  const auto other = DataFolder::open(
      {.path = temp.path() / "b", .mode = terms::Mode::production, .postgresql = cluster.where(name)}, random, clock);
  EXPECT_EQ(other.error().code, "error.data_folder.other_mode");
  cluster.drop_database(name);
}

}  // namespace
}  // namespace alting::store
