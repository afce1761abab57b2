#include "store/sqlite.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <fstream>
#include <latch>

#include "store/failpoint.h"
#include "store/row_reader.h"
#include "store/testing/fault_vfs.h"
#include "store/testing/temp_database.h"

namespace alting::store {
namespace {

base::Status insert(Database& db, std::int64_t id) {
  return db.write([&](Tx& tx) -> base::Status {
    tx.run("INSERT INTO item (id) VALUES (?)", {id});
    return {};
  });
}
std::int64_t count(Database& db) {
  return db.read([](Tx& tx) { return read_one<std::int64_t>(tx, "SELECT count(*) FROM item"); });
}

class SqliteTest : public ::testing::Test {
 protected:
  SqliteTest() { open(); }
  ~SqliteTest() override { failpoint::disarm(); }
  void open(const SqliteOptions& options = {}) {
    db.reset();
    db = open_sqlite(folder.path() / "a.db", options);
    (void)db->write([](Tx& tx) -> base::Status {
      tx.run("CREATE TABLE IF NOT EXISTS item (id BIGINT NOT NULL PRIMARY KEY)");
      return {};
    });
  }
  testing::TempFolder folder;
  testing::FaultVfs vfs{"of-this-test"};
  std::unique_ptr<SqliteDatabase> db;
};

TEST_F(SqliteTest, a_second_opening_is_refused) {
  EXPECT_THROW((void)open_sqlite(folder.path() / "a.db"), DatabaseError);
}

TEST_F(SqliteTest, many_waiting_callers_share_commits) {
  const auto before = db->counters();
  {
    std::vector<std::jthread> workers;
    for (int t = 0; t < 32; ++t) {
      workers.emplace_back([&, t] {
        for (int i = 0; i < 50; ++i) EXPECT_TRUE(insert(*db, t * 1'000 + i));
      });
    }
  }
  EXPECT_EQ(count(*db), 1'600);
  EXPECT_EQ(db->counters().transactions - before.transactions, 1'600);
  EXPECT_LT(db->counters().commits - before.commits, 800);
}

TEST_F(SqliteTest, one_that_throws_does_not_take_the_others_of_its_commit_with_it) {
  std::vector<std::jthread> workers;
  std::atomic<int> thrown = 0;
  for (int t = 0; t < 16; ++t) {
    workers.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        try {
          (void)db->write([&](Tx& tx) -> base::Status {
            tx.run("INSERT INTO item (id) VALUES (?)", {t * 1'000 + i});
            if (t % 2 == 1) tx.run("INSERT INTO item (id) VALUES (?)", {t * 1'000 + i});
            return {};
          });
        } catch (const DatabaseError&) {
          ++thrown;
        }
      }
    });
  }
  workers.clear();
  EXPECT_EQ(thrown, 160);
  EXPECT_EQ(count(*db), 160);
}

// Holds the writer thread in a transaction of its own while `others` come to wait, so that they share its commit.
class Gathering {
 public:
  explicit Gathering(SqliteDatabase& db, int others) {
    first_ = std::jthread([this, &db, others] {
      (void)db.write([&](Tx& tx) -> base::Status {
        tx.run("INSERT INTO item (id) VALUES (-1) ON CONFLICT DO NOTHING");
        if (++runs_ == 1) {
          inside_.count_down();
          while (db.counters().waiting < others) std::this_thread::yield();
        }
        return {};
      });
    });
    inside_.wait();
  }
  [[nodiscard]] int runs() {  // of the first transaction, once it is over
    first_.join();
    return runs_;
  }

 private:
  std::latch inside_{1};
  int runs_ = 0;
  std::jthread first_;
};

base::Status refuse() { return base::make_error(base::ErrorKind::conflict, "error.test"); }

TEST_F(SqliteTest, one_that_is_refused_before_it_wrote_makes_no_other_run_again) {
  Gathering gathering(*db, 1);
  const auto refused = db->write([&](Tx& tx) -> base::Status {
    (void)tx.query("SELECT id FROM item");
    return refuse();
  });
  EXPECT_FALSE(refused);
  EXPECT_EQ(gathering.runs(), 1);
  EXPECT_EQ(count(*db), 1);
}

TEST_F(SqliteTest, one_that_is_refused_after_it_wrote_leaves_nothing_and_the_others_all) {
  const auto before = db->counters();
  Gathering gathering(*db, 8);
  {
    std::vector<std::jthread> workers;
    for (int t = 0; t < 8; ++t) {
      workers.emplace_back([&, t] {
        const auto done = db->write([&](Tx& tx) -> base::Status {
          tx.run("INSERT INTO item (id) VALUES (?)", {t});
          return t % 2 == 1 ? refuse() : base::Status();
        });
        EXPECT_EQ(done.has_value(), t % 2 == 0);
      });
    }
  }
  EXPECT_EQ(gathering.runs(), 2);  // once with the others, and once more when they were kept apart
  EXPECT_EQ(count(*db), 5);
  EXPECT_EQ(db->counters().transactions - before.transactions, 5);
  EXPECT_EQ(db->read([](Tx& tx) { return read_one<std::int64_t>(tx, "SELECT count(*) FROM item WHERE id % 2 = 1"); }),
            0);
}

// SQLite undoes the whole transaction on a full disk, and here because it is told to.
TEST_F(SqliteTest, one_that_hides_that_the_commit_was_undone_under_it_is_told_and_the_others_are_kept) {
  Gathering gathering(*db, 1);
  const auto hide = [&] {
    (void)db->write([&](Tx& tx) -> base::Status {
      try {
        tx.run("INSERT OR ROLLBACK INTO item (id) VALUES (1), (1)");
      } catch (const DatabaseError&) {
        return refuse();
      }
      return {};
    });
  };
  EXPECT_THROW(hide(), DatabaseError);
  EXPECT_EQ(gathering.runs(), 2);
  EXPECT_EQ(count(*db), 1);
}

TEST_F(SqliteTest, a_write_inside_a_write_is_a_defect_that_is_named) {
  EXPECT_THROW((void)db->write([&](Tx&) -> base::Status { return insert(*db, 1); }), std::logic_error);
}

TEST_F(SqliteTest, a_commit_that_fails_is_told_to_all_and_the_next_one_works) {
  failpoint::arm("sqlite.commit", failpoint::Action::error);
  EXPECT_THROW((void)insert(*db, 1), DatabaseError);
  EXPECT_TRUE(insert(*db, 2));
  EXPECT_EQ(count(*db), 1);
  EXPECT_EQ(db->counters().failed_commits, 1);
}

TEST_F(SqliteTest, the_write_ahead_log_does_not_grow_without_end) {
  open({.checkpoint_pages = 50});
  for (int i = 0; i < 1'000; ++i) ASSERT_TRUE(insert(*db, i));
  EXPECT_LT(std::filesystem::file_size(folder.path() / "a.db-wal"), 50u * 4'200u * 12u);
  EXPECT_GT(db->counters().checkpoints, 5);
}

// A reader that holds its snapshot for long, as a backup does.
class LongReader {
 public:
  explicit LongReader(const std::filesystem::path& database) {
    EXPECT_EQ(sqlite3_open(database.c_str(), &handle_), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(handle_, "BEGIN; SELECT count(*) FROM item", nullptr, nullptr, nullptr), SQLITE_OK);
  }
  LongReader(const LongReader&) = delete;
  LongReader& operator=(const LongReader&) = delete;
  ~LongReader() { sqlite3_close(handle_); }

 private:
  sqlite3* handle_ = nullptr;
};

TEST_F(SqliteTest, no_commit_waits_for_a_long_reader_and_the_log_begins_anew_after_it) {
  open({.checkpoint_pages = 2, .vfs = "of-this-test"});
  const auto began = std::chrono::steady_clock::now();
  const auto before = vfs.sleeps();
  std::int64_t id = 0;
  {
    const LongReader reader(folder.path() / "a.db");
    while (id < 500) ASSERT_TRUE(insert(*db, id++));  // 80 pages are far for this one
    EXPECT_EQ(vfs.sleeps(), before);
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - began).count();
    EXPECT_GE(db->counters().held_up, 1);
    EXPECT_LE(db->counters().held_up, 1 + seconds);
    EXPECT_GT(std::filesystem::file_size(folder.path() / "a.db-wal"), 500u * 4'096u);
  }
  const auto size = std::filesystem::file_size(folder.path() / "a.db-wal");
  std::this_thread::sleep_for(std::chrono::milliseconds(1'100));  // the next try is due
  for (int more = 0; more < 100; ++more) ASSERT_TRUE(insert(*db, id++));
  EXPECT_LT(std::filesystem::file_size(folder.path() / "a.db-wal"),
            size + 20u * 4'096u);  // written over from its begin
}

TEST_F(SqliteTest, a_commit_that_failed_stops_nobody_while_a_long_reader_is_there) {
  open({.vfs = "of-this-test"});
  ASSERT_TRUE(insert(*db, 1));
  const LongReader reader(folder.path() / "a.db");
  ASSERT_TRUE(insert(*db, 2));
  const auto before = vfs.sleeps();
  vfs.arm(testing::DiskStep::sync, testing::DiskFault::fails_but_done, 1);
  EXPECT_THROW((void)insert(*db, 3), DatabaseError);
  vfs.disarm();
  EXPECT_TRUE(insert(*db, 4));
  EXPECT_EQ(vfs.sleeps(), before);
  EXPECT_EQ(count(*db), 3);
}

TEST_F(SqliteTest, a_failed_commit_that_was_seen_as_undone_stays_undone_after_a_crash) {
  open({.vfs = "of-this-test"});
  ASSERT_TRUE(insert(*db, 1));
  const LongReader reader(folder.path() / "a.db");
  ASSERT_TRUE(insert(*db, 2));
  vfs.arm(testing::DiskStep::sync, testing::DiskFault::fails_but_done, 1);
  EXPECT_THROW((void)insert(*db, 3), DatabaseError);  // all of it stands in the log, with its mark
  vfs.disarm();
  // Whoever asks next makes the engine look; it changes nothing itself.
  EXPECT_TRUE(db->write([](Tx& tx) -> base::Status {
    EXPECT_EQ(tx.query("SELECT id FROM item").size(), 2u);
    return {};
  }));
  testing::TempFolder after;  // what a crash leaves
  for (const auto* name : {"a.db", "a.db-wal"}) std::filesystem::copy_file(folder.path() / name, after.path() / name);
  const auto crashed = open_sqlite(after.path() / "a.db");
  EXPECT_EQ(count(*crashed), 2);
}

TEST_F(SqliteTest, its_files_are_their_owners_only) {
  db.reset();
  for (const auto* name : {"a.db", "old.db"}) ::chmod((folder.path() / name).c_str(), 0644);
  const auto umask_before = ::umask(0);
  open();
  ::umask(umask_before);
  using std::filesystem::perms;
  for (const auto* name : {"a.db", "a.db-wal", "a.db-shm"})
    EXPECT_EQ(std::filesystem::status(folder.path() / name).permissions(), perms::owner_read | perms::owner_write)
        << name;
}

TEST_F(SqliteTest, what_was_deleted_is_in_no_file_any_more) {
  const std::string secret(300, 'Q');
  ASSERT_TRUE(db->write([&](Tx& tx) -> base::Status {
    tx.run("CREATE TABLE note (id BIGINT NOT NULL PRIMARY KEY, body TEXT)");
    for (int i = 0; i < 50; ++i) tx.run("INSERT INTO note (id, body) VALUES (?, ?)", {i, secret});
    return {};
  }));
  ASSERT_TRUE(db->checkpoint());
  ASSERT_TRUE(db->write([&](Tx& tx) -> base::Status {
    tx.run("DELETE FROM note");
    return {};
  }));
  ASSERT_TRUE(db->checkpoint());
  for (const auto* name : {"a.db", "a.db-wal"}) {
    std::ifstream file(folder.path() / name, std::ios::binary);
    const std::string octets((std::istreambuf_iterator<char>(file)), {});
    EXPECT_EQ(octets.find(secret.substr(0, 20)), std::string::npos) << name;
  }
}

TEST_F(SqliteTest, a_backup_is_consistent_while_writing_goes_on) {
  std::atomic<bool> stop = false;
  std::jthread writer([&] {
    for (int i = 0; !stop; i += 2) {
      (void)db->write([&](Tx& tx) -> base::Status {
        tx.run("INSERT INTO item (id) VALUES (?), (?)", {i, i + 1});
        return {};
      });
    }
  });
  while (count(*db) < 100) std::this_thread::yield();
  db->back_up(folder.path() / "copy.db");
  stop = true;
  writer.join();
  const auto copy = open_sqlite(folder.path() / "copy.db");
  EXPECT_GE(count(*copy), 100);
  EXPECT_EQ(count(*copy) % 2, 0);
}

TEST_F(SqliteTest, more_readers_than_connections_wait_their_turn) {
  open({.readers = 2});
  std::vector<std::jthread> readers;
  std::atomic<int> done = 0;
  for (int t = 0; t < 8; ++t) {
    readers.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(count(*db), 0);
        ++done;
      }
    });
  }
  readers.clear();
  EXPECT_EQ(done, 400);
}

}  // namespace
}  // namespace alting::store
