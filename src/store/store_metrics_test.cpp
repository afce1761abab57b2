#include "store/store_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <thread>

#include "store/backup.h"
#include "store/sqlite.h"
#include "store/sqlite_connection.h"
#include "store/testing/temp_database.h"

namespace alting::store {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class StoreMetrics : public ::testing::TestWithParam<Engine> {
 protected:
  StoreMetrics() {
    std::string where;
    if (GetParam() == Engine::postgresql) {
      name = testing::PostgresCluster::of_this_process().create_database();
      where = testing::PostgresCluster::of_this_process().where(name);
    }
    auto opened =
        DataFolder::open({.path = temp.path() / "data", .mode = terms::Mode::test, .postgresql = where}, random, clock);
    if (!opened) throw std::runtime_error(opened.error().detail);
    folder = std::move(*opened);
    std::ofstream(folder->erasure_list()).flush();
  }
  ~StoreMetrics() override {
    folder.reset();
    if (!name.empty()) testing::PostgresCluster::of_this_process().drop_database(name);
  }
  std::string read() {  // anew each time: a registry asks a database only once in a while
    base::Metrics metrics;
    count_data_folder(metrics, *folder, clock);
    metrics.refresh();
    return metrics.text();
  }

  testing::TempFolder temp;
  base::SystemRandom random;
  base::ManualClock clock{{1'795'000'000'000'000}};
  std::string name;
  std::unique_ptr<DataFolder> folder;
};
INSTANTIATE_TEST_SUITE_P(Engines, StoreMetrics, testing::engines(), testing::engine_name);

TEST_P(StoreMetrics, tell_how_old_the_last_backup_is) {
  EXPECT_THAT(read(), HasSubstr("\nalting_backup_age_seconds +Inf\n")) << "so that an alert rings where none was made";
  ASSERT_TRUE(back_up(*folder, {.target = temp.path() / "backups"}, clock));
  clock.advance(base::Duration::hours(30));
  EXPECT_THAT(read(), HasSubstr("\nalting_backup_age_seconds 108000\n"));
  ASSERT_TRUE(back_up(*folder, {.target = temp.path() / "backups"}, clock));
  EXPECT_THAT(read(), HasSubstr("\nalting_backup_age_seconds 0\n"));
}

TEST_P(StoreMetrics, a_backup_that_failed_does_not_count) {
  std::filesystem::create_directories(temp.path() / "backups");
  std::ofstream(temp.path() / "backups/keystore") << "in the way";
  EXPECT_ANY_THROW((void)back_up(*folder, {.target = temp.path() / "backups"}, clock));
  EXPECT_EQ(last_backup(folder->database()), std::nullopt);
}

TEST_P(StoreMetrics, count_what_the_keystore_holds) {
  const auto before = folder->vault().counts();
  const auto document = folder->vault().seal("dokument", {"party:1", "agency:dat"});
  folder->vault().erase({document.key_id}, "party:1");
  const auto after = folder->vault().counts();
  EXPECT_EQ(after.wraps, before.wraps + 1);
  EXPECT_EQ(after.erased, before.erased + 1);
  EXPECT_THAT(read(), HasSubstr(fmt::format("\nalting_keystore_wraps {}\n", after.wraps)));
  EXPECT_THAT(read(), HasSubstr(fmt::format("\nalting_keystore_erased {}\n", after.erased)));
}

TEST_P(StoreMetrics, tell_who_waits_for_sqlites_writer) {
  if (GetParam() != Engine::sqlite) {
    EXPECT_THAT(read(), Not(HasSubstr("alting_writer_waiting")));
    return;
  }
  auto& sqlite = dynamic_cast<SqliteDatabase&>(folder->database());
  EXPECT_THAT(read(), HasSubstr("\nalting_writer_waiting 0\n"));
  const auto nothing = [](Tx&) -> base::Status { return {}; };
  std::latch held(1), go_on(1);
  std::jthread holder([&] {
    (void)sqlite.write([&](Tx&) -> base::Status {
      held.count_down();
      go_on.wait();
      return {};
    });
  });
  held.wait();
  std::jthread one([&] { (void)sqlite.write(nothing); });
  std::jthread two([&] { (void)sqlite.write(nothing); });
  while (sqlite.counters().waiting < 2) std::this_thread::yield();
  base::Metrics metrics;  // only what needs no writer
  count_data_folder(metrics, *folder, clock);
  EXPECT_THAT(metrics.text(), HasSubstr("\nalting_writer_waiting 2\n"));
  go_on.count_down();
}

TEST_P(StoreMetrics, tell_who_waits_for_the_keystore) {
  EXPECT_THAT(read(), HasSubstr("\nalting_keystore_waiting 0\n"));
  auto& vault = folder->vault();
  SqliteConnection other((folder->path() / "keystore.db").string(), {.writer = true});
  other.execute("BEGIN IMMEDIATE");
  std::vector<std::jthread> sealing;  // the first is with the writer, which waits for the other's lock
  while (vault.writes_waiting() == 0) {
    sealing.emplace_back([&] { (void)vault.seal("dokument", {"party:1"}); });
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  base::Metrics metrics;  // only what needs no writer
  count_data_folder(metrics, *folder, clock);
  EXPECT_THAT(metrics.text(), Not(HasSubstr("\nalting_keystore_waiting 0\n")));
  EXPECT_THAT(metrics.text(), HasSubstr("\nalting_keystore_waiting "));
  other.execute("ROLLBACK");
}

}  // namespace
}  // namespace alting::store
