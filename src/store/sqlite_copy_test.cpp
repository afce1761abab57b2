#include "store/sqlite_copy.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fmt/format.h>

#include "store/backup.h"
#include "store/backup_files.h"
#include "store/failpoint.h"
#include "store/testing/fault_vfs.h"
#include "store/testing/temp_database.h"

namespace alting::store {
namespace {

using testing::DiskFault;
using testing::DiskStep;
using testing::FaultVfs;

class BackupFaults : public ::testing::Test {
 protected:
  BackupFaults() {
    auto folder = DataFolder::open({.path = temp.path() / "live", .mode = terms::Mode::test}, random, clock);
    if (!folder) throw std::runtime_error(folder.error().detail);
    live = std::move(*folder);
    (void)live->database().write([](Tx& tx) -> base::Status {
      tx.run("CREATE TABLE item (id BIGINT NOT NULL PRIMARY KEY, body TEXT)");
      const std::string body(3'000, 'b');
      for (int i = 0; i < 100; ++i) tx.run("INSERT INTO item (id, body) VALUES (?, ?)", {i, body});
      return {};
    });
    auto writer = live->vault().create_blob({"party:1"});
    writer->append("vedlegg");
    (void)writer->finish();
  }
  ~BackupFaults() override { failpoint::disarm(); }
  // Whether it says that it is complete. Only then there is a manifest.
  bool take() {
    clock.advance(base::Duration::seconds(1));
    bool complete = false;
    try {
      complete = back_up(*live, {.target = temp.path() / "backups"}, clock).has_value();
    } catch (const std::exception&) {  // NOLINT: which it was does not matter
    }
    EXPECT_EQ(manifests() - seen, complete ? 1 : 0);
    seen = manifests();
    return complete;
  }
  [[nodiscard]] int manifests() const {
    int count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(temp.path() / "backups"))
      count += entry.path().filename() == "manifest.json" ? 1 : 0;
    return count;
  }
  void expect_fault_fails_the_backup(DiskStep step, DiskFault fault) {
    for (int nth = 1;; nth += nth < 12 ? 1 : 9) {
      vfs.arm(step, fault, nth);
      const bool complete = take();
      const bool fired = vfs.fired();
      vfs.disarm();
      if (!fired) {
        EXPECT_TRUE(complete);
        EXPECT_GT(nth, 2);  // it was armed where the copy passes
        return;
      }
      EXPECT_FALSE(complete) << nth;
    }
  }
  FaultVfs vfs{"disk-of-backups", true};
  base::SystemRandom random;
  base::ManualClock clock{{1'790'000'000'000'000}};
  testing::TempFolder temp;
  std::unique_ptr<DataFolder> live;
  int seen = 0;
};

TEST_F(BackupFaults, a_write_that_fails_anywhere_in_the_copy_fails_the_backup_and_leaves_no_manifest) {
  expect_fault_fails_the_backup(DiskStep::write, DiskFault::fails);
}

TEST_F(BackupFaults, a_disk_that_is_full_anywhere_in_the_copy_fails_the_backup_and_leaves_no_manifest) {
  expect_fault_fails_the_backup(DiskStep::write, DiskFault::full);
}

TEST_F(BackupFaults, a_short_write_fails_the_backup_and_leaves_no_manifest) {
  expect_fault_fails_the_backup(DiskStep::write, DiskFault::half);
}

TEST_F(BackupFaults, a_file_that_cannot_be_opened_fails_the_backup_and_leaves_no_manifest) {
  expect_fault_fails_the_backup(DiskStep::open, DiskFault::fails);
}

TEST_F(BackupFaults, a_sync_that_fails_fails_the_backup_and_leaves_no_manifest) {
  for (int nth = 1; nth <= 2; ++nth) {  // of the database, of the keystore
    failpoint::arm("backup.sync", failpoint::Action::error, nth);
    EXPECT_FALSE(take()) << nth;
    EXPECT_TRUE(failpoint::fired()) << nth;
    failpoint::disarm();
  }
  EXPECT_TRUE(take());
}

TEST_F(BackupFaults, a_copied_file_is_synced_and_compared) {
  base::write_file_durably(temp.path() / "from", "octets");
  for (const auto* step : {"backup.write", "backup.sync"}) {
    failpoint::arm(step, failpoint::Action::error);
    EXPECT_THROW(copy_durably(temp.path() / "from", temp.path() / step), DatabaseError);
    failpoint::disarm();
  }
  copy_durably(temp.path() / "from", temp.path() / "to");
  EXPECT_EQ(base::read_file(temp.path() / "to", 100).value_or(""), "octets");
}

TEST_F(BackupFaults, the_copy_is_one_file_for_its_owner_only) {
  const auto umask_before = ::umask(0);
  dynamic_cast<SqliteDatabase&>(live->database()).back_up(temp.path() / "copy.db");
  ::umask(umask_before);
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(temp.path() / "copy.db").permissions(), perms::owner_read | perms::owner_write);
  for (const auto* beside : {"-wal", "-shm", "-journal"})
    EXPECT_FALSE(std::filesystem::exists((temp.path() / "copy.db").string() + beside)) << beside;
}

TEST_F(BackupFaults, a_damaged_database_makes_no_backup) {
  const auto file = temp.path() / "live/alting.db";
  live.reset();  // its pages are in the file then
  const auto size = std::filesystem::file_size(file);
  {
    std::fstream octets(file, std::ios::in | std::ios::out | std::ios::binary);
    octets.seekp(static_cast<std::streamoff>(size) - 4'096);
    octets << std::string(100, '\x7f');
  }
  live = std::move(*DataFolder::open({.path = temp.path() / "live", .mode = terms::Mode::test}, random, clock));
  EXPECT_FALSE(take());
}

TEST(PostgresqlTools, of_several_versions_the_newest_is_taken) {
  testing::TempFolder folder;
  for (const auto* version : {"9", "17", "15", "16", "other", "18"}) {
    std::filesystem::create_directories(folder.path() / version / "bin");
    if (std::string_view(version) != "18") std::ofstream(folder.path() / version / "bin/pg_dump") << "x";
  }
  EXPECT_EQ(find_postgresql_tool("pg_dump", folder.path()), folder.path() / "17/bin/pg_dump");
  EXPECT_EQ(find_postgresql_tool("pg_restore", folder.path()), "pg_restore");
  EXPECT_EQ(find_postgresql_tool("pg_dump", folder.path() / "nowhere"), "pg_dump");
}

}  // namespace
}  // namespace alting::store
