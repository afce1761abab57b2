#include "store/backup.h"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

#include "store/testing/holders.h"
#include "store/testing/temp_database.h"

namespace alting::store {
namespace {

using testing::agency, testing::party;

class BackupTest : public ::testing::TestWithParam<Engine> {
 protected:
  BackupTest() {
    live = open(temp.path() / "live", database_for("live"));
    std::ofstream(live->erasure_list()).flush();  // named by to(), so it must be there
    EXPECT_TRUE(live->database().write([](Tx& tx) -> base::Status {
      tx.run("CREATE TABLE item (id BIGINT NOT NULL PRIMARY KEY, name TEXT)");
      tx.run("INSERT INTO item (id, name) VALUES (1, 'æ')");
      return {};
    }));
    document = live->vault().seal("dokument", {party, agency});
    auto writer = live->vault().create_blob({party});
    writer->append("vedlegg");
    blob = writer->finish();
  }
  ~BackupTest() override {
    live.reset();
    for (const auto& name : databases) testing::PostgresCluster::of_this_process().drop_database(name);
  }
  std::string database_for(const std::string&) {
    if (GetParam() == Engine::sqlite) return "";
    databases.push_back(testing::PostgresCluster::of_this_process().create_database());
    return testing::PostgresCluster::of_this_process().where(databases.back());
  }
  std::unique_ptr<DataFolder> open(const std::filesystem::path& path, const std::string& postgresql) {
    auto folder = DataFolder::open({.path = path, .mode = terms::Mode::test, .postgresql = postgresql}, random, clock);
    if (!folder) throw std::runtime_error(folder.error().detail);
    return std::move(*folder);
  }
  BackupReport take() {
    auto report = back_up(*live, {.target = temp.path() / "backups"}, clock);
    if (!report) throw std::runtime_error(report.error().detail);
    clock.advance(base::Duration::seconds(1));
    return *report;
  }
  RestoreOptions to(const BackupReport& report, const std::string& name = "restored") {
    return {.backup = report.folder,
            .keys = temp.path() / "live/keys",
            .into = {.path = temp.path() / name, .mode = terms::Mode::test, .postgresql = database_for(name)},
            .erasure_lists = {temp.path() / "live/outside/erasures"}};
  }
  std::string text_of(DataFolder& folder, const Blob& which) {
    std::string text;
    EXPECT_TRUE(folder.vault().read_blob(which, party, [&](base::ByteView piece) { text += piece; }));
    return text;
  }
  base::SystemRandom random;
  base::ManualClock clock{{1'790'000'000'000'000}};
  testing::TempFolder temp;
  std::vector<std::string> databases;
  std::unique_ptr<DataFolder> live;
  SealedDocument document;
  Blob blob;
};
INSTANTIATE_TEST_SUITE_P(Engines, BackupTest, testing::engines(), testing::engine_name);

TEST_P(BackupTest, what_was_backed_up_is_restored) {
  const auto options = to(take());
  EXPECT_TRUE(live->database().write([](Tx& tx) -> base::Status {
    tx.run("INSERT INTO item (id, name) VALUES (2, 'later')");
    return {};
  }));
  const auto report = restore(options, random, clock);
  ASSERT_TRUE(report) << report.error().detail;
  const auto restored = open(options.into.path, options.into.postgresql);
  EXPECT_EQ(restored->database().read([](Tx& tx) { return tx.query("SELECT name FROM item"); }).size(), 1u);
  EXPECT_EQ(*restored->vault().open(document.key_id, document.ciphertext, party), "dokument");
  EXPECT_EQ(text_of(*restored, blob), "vedlegg");
}

TEST_P(BackupTest, keys_in_folders_of_their_own_come_along) {
  base::create_private_directory(temp.path() / "live/keys/log");
  base::write_file_durably(temp.path() / "live/keys/log/1-0.key", "key");
  const auto options = to(take());
  ASSERT_TRUE(restore(options, random, clock));
  EXPECT_EQ(base::read_file(options.into.path / "keys/log/1-0.key", 100).value_or(""), "key");
}

TEST_P(BackupTest, an_erasure_after_the_backup_holds_after_restoring) {
  const auto options = to(take());
  live->vault().erase({document.key_id}, party);
  const auto report = restore(options, random, clock);
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->erasures_replayed, 1);
  const auto restored = open(options.into.path, options.into.postgresql);
  EXPECT_FALSE(restored->vault().open(document.key_id, document.ciphertext, party));
  EXPECT_EQ(*restored->vault().open(document.key_id, document.ciphertext, agency), "dokument");
}

TEST_P(BackupTest, a_named_list_of_erasures_that_cannot_be_read_is_refused_before_anything_is_copied) {
  auto options = to(take());
  std::filesystem::create_directories(temp.path() / "folder");
  for (const auto* name : {"nowhere", "folder"}) {
    options.erasure_lists = {temp.path() / "live/outside/erasures", temp.path() / name};
    const auto refused = restore(options, random, clock);
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().code, "error.restore.erasures");
    EXPECT_NE(refused.error().detail.find(name), std::string::npos) << refused.error().detail;
    EXPECT_FALSE(std::filesystem::exists(options.into.path));
  }
  options.erasure_lists = {};
  options.into.outside = temp.path() / "outside";
  std::filesystem::create_directories(options.into.outside / "erasures");  // there, but not to be read
  EXPECT_EQ(restore(options, random, clock).error().code, "error.restore.erasures");
  std::filesystem::remove(options.into.outside / "erasures");
  EXPECT_TRUE(restore(options, random, clock));
}

TEST_P(BackupTest, the_logs_guard_can_refuse_and_the_folder_is_empty_again) {
  auto options = to(take());
  bool asked = false;
  options.log_guard = [&](DataFolder& restored) -> base::Status {
    asked = true;
    EXPECT_EQ(restored.database().read([](Tx& tx) { return tx.query("SELECT id FROM item"); }).size(), 1u);
    return base::make_error(base::ErrorKind::conflict, "error.log.newer_outside");
  };
  EXPECT_EQ(restore(options, random, clock).error().code, "error.log.newer_outside");
  EXPECT_TRUE(asked);
  EXPECT_FALSE(std::filesystem::exists(options.into.path / "alting.db"));
  EXPECT_TRUE(std::filesystem::exists(options.into.path / "outside"));
  if (GetParam() == Engine::postgresql) options.into.postgresql = database_for("again");
  options.log_guard = {};
  EXPECT_TRUE(restore(options, random, clock));
}

TEST_P(BackupTest, a_killed_restore_leaves_a_folder_that_does_not_open_and_can_be_restored_into_again) {
  auto options = to(take());
  live->vault().erase({document.key_id}, party);
  live.reset();  // no threads of its own when the test forks
  const auto guard = options.log_guard;
  options.log_guard = [](auto&&...) -> base::Status {
    (void)std::raise(SIGKILL);
    return {};
  };
  EXPECT_EXIT((void)restore(options, random, clock), ::testing::KilledBySignal(SIGKILL), "");
  EXPECT_EQ(DataFolder::open(options.into, random, clock).error().code, "error.data_folder.restoring");
  std::ofstream(options.into.path / "outside/checkpoint") << "x";
  std::ofstream(options.into.path / "left-over") << "x";
  if (GetParam() == Engine::postgresql) options.into.postgresql = database_for("again");
  options.log_guard = guard;
  const auto report = restore(options, random, clock);
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_FALSE(std::filesystem::exists(options.into.path / "left-over"));
  EXPECT_TRUE(std::filesystem::exists(options.into.path / "outside/checkpoint"));
  const auto restored = open(options.into.path, options.into.postgresql);
  EXPECT_FALSE(restored->vault().open(document.key_id, document.ciphertext, party));
}

TEST_P(BackupTest, two_restores_into_one_folder_do_not_meet) {
  auto options = to(take());
  bool asked = false;
  options.log_guard = [&](auto&&...) -> base::Status {
    asked = true;
    EXPECT_EQ(restore(options, random, clock).error().code, "error.restore.in_use");
    return {};
  };
  EXPECT_TRUE(restore(options, random, clock));
  EXPECT_TRUE(asked);
}

TEST_P(BackupTest, a_damaged_backup_is_refused) {
  const auto report = take();
  auto options = to(report);
  const auto file = report.folder / (GetParam() == Engine::sqlite ? "alting.db" : "database.pgdump");
  std::fstream(file, std::ios::in | std::ios::out | std::ios::binary).seekp(100) << "XX";
  EXPECT_EQ(restore(options, random, clock).error().code, "error.restore.damaged");
  std::filesystem::remove(report.folder / "manifest.json");
  EXPECT_EQ(restore(options, random, clock).error().code, "error.restore.no_manifest");
}

TEST_P(BackupTest, refuses_another_mode_and_a_folder_in_use) {
  auto options = to(take());
  options.into.mode = terms::Mode::production;
  EXPECT_EQ(restore(options, random, clock).error().code, "error.restore.other_mode");
  options.into.mode = terms::Mode::test;
  options.into.path = temp.path() / "live";
  EXPECT_EQ(restore(options, random, clock).error().code, "error.restore.not_empty");
}

TEST_P(BackupTest, old_keystores_are_deleted_after_thirty_days) {
  const auto first = take();
  clock.advance(base::Duration::days(29));
  EXPECT_EQ(take().keystores_deleted, 0);
  clock.advance(base::Duration::days(2));
  EXPECT_EQ(take().keystores_deleted, 1);
  EXPECT_EQ(restore(to(first), random, clock).error().code, "error.restore.damaged");
}

TEST_P(BackupTest, a_keystore_whose_epoch_is_past_is_refused_by_that_name) {
  const auto options = to(take());
  clock.advance(base::Duration::days(30));
  live->vault().turn_keys(1'000);
  const auto old = restore(options, random, clock);  // thirty days old: it opens still
  ASSERT_TRUE(old) << old.error().detail;
  clock.advance(base::Duration::days(30));
  live->vault().turn_keys(1'000);
  auto again = options;
  again.into.path = temp.path() / "too-late";
  const auto late = restore(again, random, clock);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, "error.restore.epoch_gone");
  EXPECT_NE(late.error().detail.find("destroyed"), std::string::npos);
}

TEST_P(BackupTest, keys_that_are_older_than_the_backup_are_refused_by_that_name) {
  std::filesystem::copy(temp.path() / "live/keys", temp.path() / "old-keys", std::filesystem::copy_options::recursive);
  for (int month = 0; month < 2; ++month) {
    clock.advance(base::Duration::days(30));
    live->vault().turn_keys(1'000);
  }
  auto options = to(take());
  options.keys = temp.path() / "old-keys";
  const auto refused = restore(options, random, clock);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "error.restore.keys_older");
  EXPECT_FALSE(std::filesystem::exists(options.into.path / "alting.db"));
  options.keys = temp.path() / "live/keys";
  EXPECT_TRUE(restore(options, random, clock));
}

TEST_P(BackupTest, no_key_is_in_the_backup) {
  const auto report = take();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(report.folder.parent_path())) {
    EXPECT_NE(entry.path().extension(), ".key");
  }
}

}  // namespace
}  // namespace alting::store
