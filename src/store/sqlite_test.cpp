#include "store/sqlite.h"

#include <gtest/gtest.h>

#include <latch>

#include "store/failpoint.h"
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
  return db.read([](Tx& tx) { return tx.query_one("SELECT count(*) FROM item")->number(0); });
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
